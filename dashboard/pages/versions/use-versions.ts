// The list of a document's versions, and restoring one that was looked at.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError, problemOf } from '../../api/errors.ts';
import type { AnswerBody } from '../../api/routes.ts';

export type VersionPage = AnswerBody<'GET /workflows/{id}/versions'>;
export type Version = VersionPage['items'][number];

interface Calls {
  list(
    query: { readonly limit: number; readonly cursor: string | undefined },
    signal: AbortSignal,
  ): Promise<VersionPage>;
  /** The one in force, with its ETag. */
  current(): Promise<{ readonly etag: string | undefined; readonly body: { readonly version: number } }>;
  rollback(headers: { readonly 'if-match': string | undefined }, version: number): Promise<unknown>;
}

/** @param documentKey names the document in the cache */
export function useVersions(documentKey: readonly string[], { list, current, rollback }: Calls) {
  const queries = useQueryClient();
  const cacheKey = [...documentKey, 'versions'];
  const versions = useInfiniteQuery({
    queryKey: cacheKey,
    initialPageParam: undefined as string | undefined,
    refetchOnWindowFocus: 'always',
    queryFn: ({ pageParam, signal }) => list({ limit: 20, cursor: pageParam }, signal),
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  const restore = async (version: number) => {
    const { etag, body } = await current();
    const shown = versions.data?.pages[0]?.items[0]?.version;
    // What is in force has not been looked at.
    if (body.version !== shown) {
      await versions.refetch();
      throw changedMeanwhile(body.version);
    }
    await rollback({ 'if-match': etag }, version);
    await queries.invalidateQueries({ queryKey: documentKey });
  };
  return { cacheKey, versions, restore };
}

function changedMeanwhile(version: number): ApiError {
  const detail = `Somebody has saved version ${version}, which stands in the list now. Look at it first.`;
  return new ApiError(412, problemOf(412, { title: 'It was changed meanwhile', detail }));
}
