// Which workflows name which connections.
import { awaitAll } from '../promises.ts';
import type { WorkflowStore } from '../stores/workflows.ts';

/** S3 lists this many keys at once. */
const PAGE = 1000;
/** Documents that are read at the same time. */
const AT_ONCE = 50;

/** The ids of the workflows by the connection's `<provider>/<id>`, as each save has found them. */
export async function connectionUses(store: WorkflowStore): Promise<ReadonlyMap<string, readonly string[]>> {
  const uses = new Map<string, string[]>();
  let after: string | undefined;
  do {
    const { ids, next } = await store.ids({ limit: PAGE, after });
    for (let index = 0; index < ids.length; index += AT_ONCE) {
      const read = await awaitAll(ids.slice(index, index + AT_ONCE).map((id) => store.read(id)));
      for (const stored of read)
        for (const name of stored?.document.connections ?? [])
          uses.set(name, [...(uses.get(name) ?? []), stored?.id ?? '']);
    }
    after = next;
  } while (after !== undefined);
  return uses;
}
