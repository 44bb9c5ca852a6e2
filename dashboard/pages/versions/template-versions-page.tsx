// The versions of a prompt template.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { request } from '../../api/request.ts';
import { Page } from '../../frame/page.tsx';
import { path, usePathParameter } from '../../frame/router.tsx';
import { documentDifference } from './difference.ts';
import { changedMeanwhile, VersionsView } from './versions-view.tsx';

export default function TemplateVersionsPage() {
  const id = usePathParameter('id');
  const queries = useQueryClient();
  const cacheKey = ['template', id, 'versions'];
  const versions = useInfiniteQuery({
    queryKey: cacheKey,
    initialPageParam: undefined as string | undefined,
    refetchOnWindowFocus: 'always',
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: 20, cursor: pageParam };
      return (await request('GET /templates/{id}/versions', { params: { id }, query }, { signal })).body;
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  const restore = async (version: number) => {
    const params = { id };
    const { etag, body } = await request('GET /templates/{id}', { params });
    const shown = versions.data?.pages[0]?.items[0]?.version;
    if (body.version !== shown) {
      await versions.refetch();
      throw changedMeanwhile(body.version);
    }
    const headers = { 'if-match': etag };
    await request('POST /templates/{id}/rollback', { params, headers, body: { version } });
    await queries.invalidateQueries({ queryKey: ['template', id] });
    await queries.invalidateQueries({ queryKey: ['templates'] });
  };
  return (
    <Page
      title="Versions"
      crumbs={[
        { label: 'Prompts', to: '/prompts' },
        { label: id, to: path`/prompts/${id}` },
      ]}
    >
      <VersionsView
        what="The prompt"
        versions={versions}
        cacheKey={cacheKey}
        read={async (version, signal) =>
          (await request('GET /templates/{id}/versions/{version}', { params: { id, version } }, { signal }))
            .body
        }
        differ={(before, after) => ({ fields: documentDifference(before, after), steps: [] })}
        restore={restore}
      />
    </Page>
  );
}
