// The versions of a prompt template.
import { request } from '../../api/request.ts';
import { Page } from '../../frame/page.tsx';
import { path, usePathParameter } from '../../frame/router.tsx';
import { documentDifference } from './difference.ts';
import { useVersions } from './use-versions.ts';
import { VersionsView } from './versions-view.tsx';

export default function TemplateVersionsPage() {
  const params = { id: usePathParameter('id') };
  const { id } = params;
  const versions = useVersions(['template', id], {
    list: async (query, signal) =>
      (await request('GET /templates/{id}/versions', { params, query }, { signal })).body,
    current: () => request('GET /templates/{id}', { params }),
    rollback: (headers, version) =>
      request('POST /templates/{id}/rollback', { params, headers, body: { version } }),
  });
  return (
    <Page
      title={`Versions of ${id}`}
      trailEnd="Versions"
      crumbs={[
        { label: 'Prompts', to: '/prompts' },
        { label: id, to: path`/prompts/${id}` },
      ]}
    >
      <VersionsView
        what="prompt"
        {...versions}
        read={async (version, signal) =>
          (await request('GET /templates/{id}/versions/{version}', { params: { id, version } }, { signal }))
            .body
        }
        differ={(before, after) => ({ fields: documentDifference(before, after), steps: [] })}
      />
    </Page>
  );
}
