// Reads what the compiler has to know of the workflows that a document calls.
import type { Catalogue } from '../actions/catalogue.ts';
import { calledWorkflows, MAX_CALLED, type SavedWorkflow, type SavedWorkflows } from '../compiler/compile.ts';
import { closest } from '../did-you-mean.ts';
import type { WorkflowStore } from '../stores/workflows.ts';
import { isExpress, type Workflow } from '../workflow-format/workflow.ts';

/** How many documents are read at the same time. */
const CONCURRENCY = 20;

/** Where saved workflows are read from. */
export interface ReadSaved {
  /** Undefined when there is none. */
  read(id: string): Promise<Workflow | undefined>;
  /** The first of all ids. */
  ids(limit: number): Promise<readonly string[]>;
}

export function savedIn(store: Pick<WorkflowStore, 'read' | 'ids'>): ReadSaved {
  return {
    read: async (id) => (await store.read(id))?.document.workflow,
    ids: async (limit) => (await store.ids({ limit })).ids,
  };
}

/** Among how many ids the one is searched that a misspelt one meant. */
const MAX_IDS = 1000;

/**
 * The workflows that the document calls, those that these call, and so on: a cycle may have any length. For an id that
 * does not exist, the workflow that is probably meant is included too. Without `workflow` steps nothing is read.
 * @param document as it was sent; its own saved version is not used. For one that is refused nothing is read
 */
export async function savedWorkflows(
  document: unknown,
  catalogue: Catalogue,
  store: ReadSaved,
): Promise<SavedWorkflows> {
  const found = new Map<string, SavedWorkflow>();
  const { id, calls } = calledWorkflows(document, catalogue);
  if (calls.length > MAX_CALLED) return found;
  const seen = new Set(id === undefined ? calls : [id, ...calls]);
  const pending = calls.filter((called) => called !== id);
  const read = async (ids: readonly string[]) => {
    const saved = await Promise.all(ids.map(async (called) => [called, await store.read(called)] as const));
    for (const [called, workflow] of saved) {
      if (!workflow) continue;
      const next = calledWorkflows(workflow, catalogue).calls;
      found.set(called, { inputs: workflow.inputs ?? {}, calls: next, isExpress: isExpress(workflow) });
      pending.push(...next.filter((one) => !seen.has(one)));
      for (const one of next) seen.add(one);
    }
  };
  while (pending.length > 0) await read(pending.splice(0, CONCURRENCY));
  const missing = calls.filter((called) => called !== id && !found.has(called));
  if (missing.length > 0) {
    const ids = await store.ids(MAX_IDS);
    const meant = missing.map((called) => closest(called, ids)).filter((name) => name !== undefined);
    await read([...new Set(meant)].filter((name) => name !== id && !found.has(name)).slice(0, CONCURRENCY));
  }
  return found;
}
