// The versions of a workflow, with the runs of each.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { request } from '../../api/request.ts';
import { Page } from '../../frame/page.tsx';
import { Link, path, usePathParameter } from '../../frame/router.tsx';
import { workflowDifference } from './difference.ts';
import css from './versions.module.css';
import { changedMeanwhile, VersionsView } from './versions-view.tsx';

export default function WorkflowVersionsPage() {
  const id = usePathParameter('id');
  const queries = useQueryClient();
  const cacheKey = ['workflow', id, 'versions'];
  const versions = useInfiniteQuery({
    queryKey: cacheKey,
    initialPageParam: undefined as string | undefined,
    refetchOnWindowFocus: 'always',
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: 20, cursor: pageParam };
      return (await request('GET /workflows/{id}/versions', { params: { id }, query }, { signal })).body;
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  const restore = async (version: number) => {
    const params = { id };
    // What was read last is what the user has looked at: somebody else's later save is not replaced.
    const { etag, body } = await request('GET /workflows/{id}', { params });
    const shown = versions.data?.pages[0]?.items[0]?.version;
    if (body.version !== shown) {
      await versions.refetch();
      throw changedMeanwhile(body.version);
    }
    const headers = { 'if-match': etag };
    await request('POST /workflows/{id}/rollback', { params, headers, body: { version } });
    await queries.invalidateQueries({ queryKey: ['workflow', id] });
  };
  return (
    <Page
      title="Versions"
      crumbs={[
        { label: 'Workflows', to: '/workflows' },
        { label: id, to: path`/workflows/${id}` },
      ]}
    >
      <VersionsView
        what="The workflow"
        versions={versions}
        cacheKey={cacheKey}
        read={async (version, signal) =>
          (await request('GET /workflows/{id}/versions/{version}', { params: { id, version } }, { signal }))
            .body
        }
        differ={workflowDifference}
        restore={restore}
        runs={(version) => (
          <Link
            to={path`/runs?workflow=${id}&version=${String(version)}`}
            className={css['runs']}
            aria-label={`Runs of version ${version}`}
          >
            Runs
          </Link>
        )}
      />
    </Page>
  );
}
