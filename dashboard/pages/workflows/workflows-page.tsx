// The list of workflows: each leads to its page, where it is started.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useLive } from '../../api/live.ts';
import { Loaded, Missing } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import type { AnswerBody } from '../../api/routes.ts';
import { Button, buttonClass, primaryClass } from '../../design-system/button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { TextField } from '../../design-system/field.tsx';
import { type Column, rowLink, Table } from '../../design-system/table.tsx';
import { Time } from '../../design-system/time.tsx';
import { Page } from '../../frame/page.tsx';
import { Link, path, useSearch } from '../../frame/router.tsx';
import { RunStatusBadge } from '../../frame/run-status.tsx';
import { text } from '../../frame/search.ts';
import { type Question, useQuestions } from '../../frame/waiting.tsx';
import { lastRuns, matching, triggerText } from './workflow-rows.ts';
import css from './workflows-page.module.css';

type Workflow = AnswerBody<'GET /workflows'>['items'][number];
type Run = AnswerBody<'GET /executions'>['items'][number];

const shape = { q: text };
/** One page of the latest runs, whatever the number of workflows. */
const LATEST = 100;

export default function WorkflowsPage() {
  const [{ q }, choose] = useSearch(shape);
  const workflows = useInfiniteQuery({
    queryKey: ['workflows'],
    initialPageParam: undefined as string | undefined,
    refetchOnWindowFocus: 'always',
    queryFn: async ({ pageParam, signal }) =>
      (await request('GET /workflows', { query: { limit: 100, cursor: pageParam } }, { signal })).body,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  const last = useLastRuns();
  const questions = useQuestions();
  return (
    <Page
      title="Workflows"
      actions={
        <Link to="/workflows/new" className={primaryClass}>
          New workflow
        </Link>
      }
    >
      <Loaded query={workflows} label="Workflows are loading" rows={8}>
        {({ pages }) => {
          const all = pages.flatMap(({ items }) => items);
          if (all.length === 0) return <NoWorkflows />;
          const shown = matching(all, q);
          return (
            <>
              <search className={css['search']}>
                <TextField
                  label="Find"
                  type="search"
                  placeholder="Name, id or description"
                  value={q}
                  onChange={({ target }) => choose({ q: target.value })}
                />
                <p className="meta" role="status">
                  {q !== '' &&
                    `${shown.length} of ${all.length}${workflows.hasNextPage ? ' that are loaded' : ''}`}
                </p>
              </search>
              <Missing query={last} />
              {shown.length === 0 ? (
                <EmptyState
                  title="No workflow is called so"
                  action={<Button onClick={() => choose({ q: '' })}>Show all</Button>}
                />
              ) : (
                <div className={css['list']}>
                  <Table
                    label="Workflows"
                    columns={columnsWith(last.data && lastRuns(last.data.items), questions)}
                    rows={shown}
                    rowKey={({ id }) => id}
                  />
                </div>
              )}
              {workflows.hasNextPage && (
                <div>
                  <Button busy={workflows.isFetchingNextPage} onClick={() => void workflows.fetchNextPage()}>
                    Load more workflows
                  </Button>
                </div>
              )}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function useLastRuns() {
  return useLive({
    queryKey: ['workflows', 'last-runs'],
    queryFn: async ({ signal }) =>
      (await request('GET /executions', { query: { limit: LATEST } }, { signal })).body,
    every: (page) => (page?.items.some(({ status }) => status === 'running') ? 3_000 : 10_000),
  });
}

function columnsWith(
  last: ReadonlyMap<string, Run> | undefined,
  questions: ReadonlyMap<string, Question>,
): readonly Column<Workflow>[] {
  return [
    {
      id: 'name',
      title: 'Workflow',
      phone: 'title',
      cell: ({ id, name }) => (
        <>
          <Link to={path`/workflows/${id}`} className={rowLink} dir="auto">
            {name}
          </Link>
          {name !== id && <code className={css['id']}>{id}</code>}
        </>
      ),
    },
    {
      id: 'description',
      title: 'What it does',
      grows: true,
      cell: ({ description }) => (
        <span className={css['description']} dir="auto" title={description ?? undefined}>
          {description}
        </span>
      ),
    },
    {
      id: 'last',
      title: 'Last run',
      phone: 'side',
      cell: ({ id }) => <LastRun run={last?.get(id)} questions={questions} />,
    },
    { id: 'triggers', title: 'Triggers', phone: 'none', cell: ({ triggers }) => triggerText(triggers) },
    {
      id: 'changed',
      title: 'Saved',
      phone: 'none',
      cell: ({ updated_at, updated_by, version }) => (
        <>
          <Time at={updated_at} />{' '}
          <span className={css['by']}>
            by {updated_by}, version {version}
          </span>
        </>
      ),
    },
  ];
}

interface LastRunProps {
  readonly run: Run | undefined;
  readonly questions: ReadonlyMap<string, Question>;
}

function LastRun({ run, questions }: LastRunProps) {
  if (!run) return null;
  return (
    <Link to={path`/runs/${run.id}`} className={css['run']}>
      <RunStatusBadge status={run.status} question={questions.get(run.id)} />
      <span className={css['when']}>
        <Time at={run.started_at} />
      </span>
    </Link>
  );
}

function NoWorkflows() {
  return (
    <EmptyState
      title="There is no workflow yet"
      action={
        <Link to="/workflows/new" className={buttonClass}>
          Begin with an example
        </Link>
      }
    >
      A workflow is a list of steps that run in order: read mails, ask a model, write an issue.
    </EmptyState>
  );
}
