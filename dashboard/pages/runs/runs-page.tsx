// The list of runs, the latest first.

import { useLive } from '../../api/live.ts';
import { Loaded } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import type { AnswerBody } from '../../api/routes.ts';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { StatusBadge } from '../../design-system/status-badge.tsx';
import { type Column, rowLink, Table } from '../../design-system/table.tsx';
import { Duration, Time } from '../../design-system/time.tsx';
import { Page } from '../../frame/page.tsx';
import { Link, path } from '../../frame/router.tsx';

type Run = AnswerBody<'GET /executions'>['items'][number];

const columns: readonly Column<Run>[] = [
  {
    id: 'workflow',
    title: 'Workflow',
    phone: 'title',
    cell: ({ id, workflow_id }) => (
      <Link to={path`/runs/${id}`} className={rowLink}>
        {workflow_id}
      </Link>
    ),
  },
  { id: 'status', title: 'Status', phone: 'side', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'started', title: 'Started', cell: ({ started_at }) => <Time at={started_at} /> },
  {
    id: 'duration',
    title: 'Took',
    align: 'end',
    cell: ({ started_at, ended_at }) => <Duration from={started_at} to={ended_at} />,
  },
];

export default function RunsPage() {
  const runs = useLive({
    queryKey: ['executions'],
    queryFn: async ({ signal }) => (await request('GET /executions', {}, { signal })).body,
    every: (page) => (page?.items.some(({ status }) => status === 'running') ? 2_000 : 5_000),
  });
  return (
    <Page title="Runs">
      <Loaded query={runs} label="Runs are loading" rows={10}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No workflow has run yet">
              A run appears here as soon as a workflow is started, by a person, a schedule or a webhook.
            </EmptyState>
          ) : (
            <Table label="Runs" columns={columns} rows={items} rowKey={({ id }) => id} />
          )
        }
      </Loaded>
    </Page>
  );
}
