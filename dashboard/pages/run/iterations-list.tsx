// The iterations of a loop as a list by status: also those of a distributed loop that the run's log does not have.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Loaded } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import type { AnswerBody } from '../../api/routes.ts';
import { Button } from '../../design-system/button.tsx';
import { StatusBadge } from '../../design-system/status-badge.tsx';
import { type Column, Table } from '../../design-system/table.tsx';
import { Duration } from '../../design-system/time.tsx';
import { ErrorText } from './error-text.tsx';
import css from './run-page.module.css';
import { StatusFilter } from './status-filter.tsx';

type Iteration = AnswerBody<'GET /executions/{id}/iterations'>['items'][number];

const statuses = ['failed', 'caught', 'running', 'succeeded', 'aborted'] as const;
type Wanted = (typeof statuses)[number];

interface IterationsListProps {
  readonly run: string;
  readonly loop: string;
  /** Of the loops around it: `2` */
  readonly index: string;
  choose(iteration: Iteration): void;
}

export function IterationsList(props: IterationsListProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={css['sources']} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>List the iterations</summary>
      {isOpen && <List {...props} />}
    </details>
  );
}

/** How many empty pages are read on by themselves: each takes a request an iteration. */
const MOST_EMPTY = 5;

function List({ run, loop, index, choose }: IterationsListProps) {
  const [status, setStatus] = useState<Wanted | undefined>();
  const pages = useInfiniteQuery({
    queryKey: ['run', run, 'iterations', loop, index, status],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { loop, index: index === '' ? undefined : index, status, limit: 50, cursor: pageParam };
      return (await request('GET /executions/{id}/iterations', { params: { id: run }, query }, { signal }))
        .body;
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const read = pages.data?.pages ?? [];
  const isEmpty = read.every(({ items }) => items.length === 0);
  // A page with a filter may be empty although others follow.
  useEffect(() => {
    if (isEmpty && hasNextPage && !isFetchingNextPage && read.length < MOST_EMPTY) void fetchNextPage();
  }, [isEmpty, hasNextPage, isFetchingNextPage, read.length, fetchNextPage]);
  const columns: readonly Column<Iteration>[] = [
    {
      id: 'index',
      title: 'Iteration',
      phone: 'title',
      cell: (one) => (
        <button type="button" className={css['stepLink']} onClick={() => choose(one)}>
          {one.index}
        </button>
      ),
    },
    {
      id: 'status',
      title: 'Status',
      phone: 'side',
      cell: (one) => <StatusBadge status={one.status === 'pending' ? 'not_reached' : one.status} />,
    },
    {
      id: 'took',
      title: 'Took',
      align: 'end',
      phone: 'side',
      cell: ({ started_at, ended_at }) => <Duration from={started_at} to={ended_at} />,
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
      <StatusFilter label="Status of the iterations" statuses={statuses} chosen={status} choose={setStatus} />
      <Loaded query={pages} label="The iterations are loading" rows={4}>
        {(loaded) => {
          const found = loaded.pages.flatMap(({ items }) => items);
          return (
            <>
              {found.length === 0 && !hasNextPage && <p className="quiet">None with this status.</p>}
              {found.length > 0 && (
                <Table
                  label="Iterations"
                  columns={columns}
                  rows={found}
                  rowKey={(one) => one.iteration ?? String(one.index)}
                />
              )}
              {hasNextPage && (
                <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  Show more iterations
                </Button>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}
