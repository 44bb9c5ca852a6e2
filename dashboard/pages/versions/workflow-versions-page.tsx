// The versions of a workflow, with the runs of each.
import { request } from '../../api/request.ts';
import { Page } from '../../frame/page.tsx';
import { Link, path, usePathParameter } from '../../frame/router.tsx';
import { workflowDifference } from './difference.ts';
import { useVersions } from './use-versions.ts';
import css from './versions.module.css';
import { VersionsView } from './versions-view.tsx';

export default function WorkflowVersionsPage() {
  const params = { id: usePathParameter('id') };
  const { id } = params;
  const versions = useVersions(['workflow', id], {
    list: async (query, signal) =>
      (await request('GET /workflows/{id}/versions', { params, query }, { signal })).body,
    current: () => request('GET /workflows/{id}', { params }),
    rollback: (headers, version) =>
      request('POST /workflows/{id}/rollback', { params, headers, body: { version } }),
  });
  return (
    <Page
      title={`Versions of ${id}`}
      trailEnd="Versions"
      crumbs={[
        { label: 'Workflows', to: '/workflows' },
        { label: id, to: path`/workflows/${id}` },
      ]}
    >
      <VersionsView
        what="workflow"
        {...versions}
        read={async (version, signal) =>
          (await request('GET /workflows/{id}/versions/{version}', { params: { id, version } }, { signal }))
            .body
        }
        differ={workflowDifference}
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
