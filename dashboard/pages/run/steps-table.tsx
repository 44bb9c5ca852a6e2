// Every step of the run as a list, in all iterations, by status and page.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Loaded, Missing } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button } from '../../design-system/button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { StatusBadge } from '../../design-system/status-badge.tsx';
import { type Column, Table } from '../../design-system/table.tsx';
import { Duration } from '../../design-system/time.tsx';
import { costText } from '../../design-system/usage-text.ts';
import { ErrorText } from './error-text.tsx';
import type { StepSummary } from './loop-states.ts';
import { type Run, useSteps } from './run-data.ts';
import css from './run-page.module.css';
import { indexText, type Selection } from './selection.ts';
import { StatusFilter } from './status-filter.tsx';
import { statusOf } from './step-status.ts';

const statuses = ['succeeded', 'failed', 'running', 'caught', 'skipped', 'aborted'] as const;
type StepStatus = (typeof statuses)[number];

interface StepsTableProps {
  readonly run: Run;
  readonly selection: Selection;
  select(selection: Partial<Selection>): void;
}

export function StepsTable({ run: { id: run }, selection, select }: StepsTableProps) {
  const [status, setStatus] = useState<StepStatus | undefined>();
  const pages = useInfiniteQuery({
    queryKey: ['run', run, 'all-steps', status],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { status, limit: 100, cursor: pageParam };
      return (await request('GET /executions/{id}/steps', { params: { id: run }, query }, { signal })).body;
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  // Whatever happens in the run changes a step in no loop, or the states of its loop: these are kept up to date.
  const steps = useSteps(run, {});
  const { data: progress } = steps;
  const { refetch } = pages;
  const seen = useRef(progress);
  useEffect(() => {
    if (seen.current !== undefined && seen.current !== progress) void refetch();
    seen.current = progress;
  }, [progress, refetch]);
  const columns: readonly Column<StepSummary>[] = [
    {
      id: 'step',
      title: 'Step',
      phone: 'title',
      cell: ({ id, index = [], action }) => (
        <>
          <button
            type="button"
            className={css['stepLink']}
            onClick={() => select({ step: id, index: indexText(index) })}
          >
            {id}
            {index.length > 0 && <span className="quiet"> [{indexText(index)}]</span>}
          </button>{' '}
          <span className={css['kind']}>{action}</span>
        </>
      ),
    },
    { id: 'status', title: 'Status', phone: 'side', cell: (step) => <StatusBadge status={statusOf(step)} /> },
    {
      id: 'took',
      title: 'Took',
      align: 'end',
      phone: 'side',
      cell: ({ started_at, ended_at }) => <Duration from={started_at} to={ended_at} />,
    },
    {
      id: 'attempts',
      title: 'Attempts',
      align: 'end',
      phone: 'none',
      cell: ({ attempts }) => attempts || '',
    },
    {
      id: 'tokens',
      title: 'Tokens',
      align: 'end',
      phone: 'none',
      cell: ({ usage }) => usage?.total_tokens.toLocaleString('en') ?? '',
    },
    {
      id: 'cost',
      title: 'Cost',
      align: 'end',
      phone: 'none',
      cell: ({ usage }) => (typeof usage?.cost_usd === 'number' ? costText(usage.cost_usd) : ''),
    },
    {
      id: 'error',
      title: 'Error',
      grows: true,
      cell: ({ error }) => <ErrorText error={error} />,
    },
  ];
  return (
    <>
      <Missing query={steps} />
      <StatusFilter label="Status" statuses={statuses} chosen={status} choose={setStatus} />
      <Loaded query={pages} label="Steps are loading">
        {({ pages: read }) => {
          const shown = read.flatMap(({ items }) => items);
          const total = read[0]?.total ?? 0;
          if (shown.length === 0)
            return (
              <EmptyState title={status === undefined ? 'No step has begun' : 'No step has this status'}>
                {status !== undefined && 'Choose another status to see more.'}
              </EmptyState>
            );
          return (
            <>
              <Table
                label="Steps"
                columns={columns}
                rows={shown}
                rowKey={({ id, index = [], started_at }) => `${id} ${indexText(index)} ${started_at}`}
                isSelected={({ id, index = [] }) =>
                  id === selection.step && indexText(index) === selection.index
                }
              />
              {pages.hasNextPage && (
                <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                  {`Show more (${shown.length} of ${total})`}
                </Button>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}
