// The latest runs of a workflow.
import { Loaded } from '../../api/loaded.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { type Column, rowLink, Table } from '../../design-system/table.tsx';
import { Duration, Time } from '../../design-system/time.tsx';
import { Link, path } from '../../frame/router.tsx';
import { RunStatus } from '../../frame/run-status.tsx';
import { type Question, useQuestions } from '../../frame/waiting.tsx';
import { errorText, inputText, startedBy } from '../../workflow/run-text.ts';
import { type Run, SHOWN_RUNS, useRecentRuns } from './workflow-data.ts';
import css from './workflow-page.module.css';

const columnsWith = (questions: ReadonlyMap<string, Question>): readonly Column<Run>[] => [
  {
    id: 'started',
    title: 'Started',
    phone: 'title',
    cell: ({ id, started_at }) => (
      <Link to={path`/runs/${id}`} className={rowLink}>
        <Time at={started_at} />
      </Link>
    ),
  },
  {
    id: 'status',
    title: 'Status',
    phone: 'side',
    cell: ({ id, status }) => <RunStatus status={status} question={questions.get(id)} />,
  },
  {
    id: 'took',
    title: 'Took',
    align: 'end',
    cell: ({ started_at, ended_at }) => <Duration from={started_at} to={ended_at} />,
  },
  { id: 'by', title: 'Started by', cell: startedBy },
  {
    id: 'about',
    title: 'Input, or the error',
    grows: true,
    cell: (run) => {
      const error = errorText(run);
      return (
        <span className={error ? css['failed'] : 'quiet'} dir="auto">
          {error ? `${error.what}: ${error.says}` : inputText(run)}
        </span>
      );
    },
  },
];

export function RecentRuns({ workflow }: { readonly workflow: string }) {
  const runs = useRecentRuns(workflow);
  const questions = useQuestions();
  return (
    <section aria-labelledby="runs" className={css['runs']}>
      <div className={css['heading']}>
        <h2 id="runs">Recent runs</h2>
        <Link to={runsOf(workflow)} className={css['all']}>
          All runs
        </Link>
      </div>
      <Loaded query={runs} label="The runs are loading" rows={3}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState title="It has not run yet">Its runs appear here, the latest first.</EmptyState>
          ) : (
            <>
              <Table
                label="Recent runs"
                columns={columnsWith(questions)}
                rows={items}
                rowKey={({ id }) => id}
              />
              {items.length === SHOWN_RUNS && <p className="meta">The latest {SHOWN_RUNS} are shown.</p>}
            </>
          )
        }
      </Loaded>
    </section>
  );
}

/** The list of runs, of this workflow alone. */
export function runsOf(workflow: string): string {
  return `/runs?${new URLSearchParams({ workflow })}`;
}
