// A page of connections, in the order of provider and id.
import { CONNECTION_PROVIDERS } from '../connections/credentials.ts';
import { awaitAll } from '../promises.ts';
import { descriptionOf, type Managed } from './description.ts';
import type { ManageDependencies } from './versions.ts';

/** @param page `after` is the `<provider>/<id>` of the last one of the page before */
export async function listConnections(
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
  { parameters, store }: ManageDependencies,
): Promise<{ readonly items: readonly Managed[]; readonly next: string | undefined }> {
  const all = (await parameters.list()).flatMap(({ provider: text, ...info }) => {
    const provider = CONNECTION_PROVIDERS.find((one) => one === text);
    return provider && (after === undefined || `${provider}/${info.id}` > after)
      ? [{ provider, ...info }]
      : [];
  });
  const items = await awaitAll(
    all.slice(0, limit).map(async ({ provider, id, ...info }): Promise<Managed> => {
      const stored = await store.read(`${provider}/${id}`);
      return {
        name: { provider, id },
        version: info.version,
        description: descriptionOf(info, stored?.document),
      };
    }),
  );
  const last = items.at(-1);
  return { items, next: all.length > limit && last ? `${last.name.provider}/${last.name.id}` : undefined };
}
