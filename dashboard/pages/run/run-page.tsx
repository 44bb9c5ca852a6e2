// A run: what became of it and why, its steps as a graph, a timeline, a list and JSON, and what can be done with it.
import { useEffect } from 'react';
import { isNotThere } from '../../api/errors.ts';
import { Loaded, Missing } from '../../api/loaded.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { Tabs } from '../../design-system/tabs.tsx';
import { Page } from '../../frame/page.tsx';
import { Link, path, usePathParameter, useSearch } from '../../frame/router.tsx';
import { useSession } from '../../session/session.tsx';
import { type Outline, outlineOf, wayTo } from '../../workflow/outline.ts';
import { ValueView } from '../../workflow/value-view.tsx';
import { Compare } from './compare.tsx';
import { Steps } from './graph.tsx';
import { RunActions } from './run-actions.tsx';
import {
  type RecordedWorkflow,
  type Run,
  useFailedVisit,
  useRecordedWorkflow,
  useRun,
  useSteps,
} from './run-data.ts';
import css from './run-page.module.css';
import { Summary } from './run-summary.tsx';
import { indexText, type Selection, selectionShape } from './selection.ts';
import { StepPanel } from './step-panel.tsx';
import { visitsOf } from './step-status.ts';
import { StepsTable } from './steps-table.tsx';
import { Timeline } from './timeline.tsx';

export default function RunPage() {
  const id = usePathParameter('id');
  const run = useRun(id);
  const recorded = useRecordedWorkflow(id);
  const [{ step }, choose] = useSearch(selectionShape);
  const workflow = run.data?.workflow_id ?? id.split('.')[0] ?? id;
  if (!run.data && isNotThere(run.error)) return <NoRun id={id} />;
  return (
    <Page
      title={workflow}
      wide
      crumbs={[{ label: 'Runs', to: '/runs' }]}
      actions={
        run.data && (
          <RunActions
            key={run.data.id}
            run={run.data}
            recorded={recorded.data ?? undefined}
            step={step}
            compare={() => choose({ view: 'compare' })}
          />
        )
      }
    >
      <Loaded query={run} label="The run is loading">
        {(found) => (
          <>
            <Missing query={recorded} />
            <RunView run={found} recorded={recorded.data ?? undefined} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function NoRun({ id }: { readonly id: string }) {
  return (
    <Page title={id} crumbs={[{ label: 'Runs', to: '/runs' }]}>
      <EmptyState title="There is no such run" action={<Link to="/runs">See all runs</Link>}>
        There is no execution {id}. Either there never was, or its workflow was deleted, or Step Functions
        keeps it no longer. Its log may still be there: <code>GET /executions/{id}/log</code> gives it.
      </EmptyState>
    </Page>
  );
}

interface RunViewProps {
  readonly run: Run;
  readonly recorded: RecordedWorkflow | undefined;
}

function RunView({ run, recorded }: RunViewProps) {
  const [search, choose] = useSearch(selectionShape);
  const outline = recorded && outlineOf(recorded.workflow);
  const select = (selection: Partial<Selection>) => choose({ ...selection, part: 'result' });
  useFailureFirst(run, search.step, (selection) => choose(selection));
  const way = outline && wayTo(outline, search.step);
  const place = {
    ...(search.index !== '' && { index: search.index, loop: loopOf(way) }),
    ...(search.iteration !== '' && { iteration: search.iteration }),
  };
  const views = { run, outline, selection: search, select };
  // Two runs beside each other need all the width, and the JSON has the output already.
  const hasPanel = search.step !== '' && search.view !== 'compare';
  const hasOutput =
    search.step === '' &&
    run.status === 'succeeded' &&
    run.output !== null &&
    search.view !== 'compare' &&
    search.view !== 'json';
  return (
    <>
      <Summary run={run} recorded={recorded} />
      <Failure run={run} recorded={recorded} outline={outline} select={select} />
      <div className={css['columns']} data-panel={hasPanel || hasOutput || undefined}>
        <Tabs
          label="Views of the run"
          shown={search.view}
          onShow={(view) => choose({ view })}
          tabs={[
            { id: 'graph', title: 'Graph', content: () => <Graph {...views} /> },
            { id: 'timeline', title: 'Timeline', content: () => <TimelineView {...views} /> },
            { id: 'steps', title: 'Steps', content: () => <StepsTable {...views} /> },
            { id: 'json', title: 'JSON', content: () => <Json run={run} recorded={recorded} /> },
            {
              id: 'compare',
              title: 'Compare',
              content: () => (
                <Compare
                  run={run}
                  other={search.with}
                  choose={(other) => choose({ with: other })}
                  select={(selection) => choose({ ...selection, part: 'result', view: 'graph' })}
                />
              ),
            },
          ]}
        />
        {hasOutput && (
          <section className={css['panel']} aria-label="The run’s output">
            <h2>Output</h2>
            <ValueView name="the run’s output" value={run.output} />
          </section>
        )}
        {hasPanel && (
          <section className={css['panel']} aria-label={`The step ${search.step}`}>
            <h2 dir="auto">
              {search.step}
              {search.index !== '' && <span className="quiet"> [{search.index}]</span>}
              <span className={css['kind']}>{way?.at(-1)?.kind}</span>
            </h2>
            <StepPanel
              key={`${search.step} ${search.index} ${search.iteration}`}
              run={run.id}
              node={way?.at(-1)}
              step={search.step}
              place={place}
              part={search.part}
              choosePart={(part) => choose({ part })}
            />
          </section>
        )}
      </div>
    </>
  );
}

function loopOf(way: ReturnType<typeof wayTo> | undefined): string | undefined {
  return way?.slice(0, -1).findLast(({ kind }) => kind === 'for_each')?.id;
}

/** A run that failed opens on the step that failed, in the iteration that it failed in. */
function useFailureFirst(run: Run, chosen: string, choose: (selection: Partial<Selection>) => void): void {
  const failed = useFailedVisit(run.id, chosen === '' ? (run.error?.step_id ?? null) : null);
  const { data: visit } = failed;
  useEffect(() => {
    if (chosen === '' && visit) choose({ step: visit.id, index: indexText(visit.index ?? []) });
  }, [chosen, visit, choose]);
}

interface FailureProps extends RunViewProps {
  readonly outline: Outline | undefined;
  select(selection: Partial<Selection>): void;
}

/** Why it did not succeed, before everything else. */
function Failure({ run, recorded, outline, select }: FailureProps) {
  const { error } = run;
  const { role } = useSession();
  const step = error?.step_id ?? null;
  const failed = useFailedVisit(run.id, step);
  if (!error) return null;
  const way = step === null || !outline ? [] : wayTo(outline, step);
  const index = failed.data?.index ?? [];
  return (
    <section
      className={css['why']}
      role="alert"
      aria-label="Why the run did not succeed"
      data-kind={run.status}
    >
      <p>
        {step !== null && (
          <button
            type="button"
            className={css['stepLink']}
            onClick={() => select({ step, index: indexText(index) })}
          >
            {(way.length > 0 ? way.map(({ id }) => id) : [step]).join(' › ')}
            {index.length > 0 && ` [${indexText(index)}]`}
          </button>
        )}{' '}
        <strong>{error.name}</strong>
      </p>
      <p className={css['message']} dir="auto">
        {error.message}
      </p>
      {role !== 'viewer' && run.status !== 'aborted' && recorded && recorded.current_version !== null && (
        <p>
          <Link
            className={css['target']}
            to={`${path`/workflows/${run.workflow_id}/edit`}?at=${way.at(-1)?.pointer ?? ''}`}
          >
            Edit the workflow
          </Link>
        </p>
      )}
      <Missing query={failed} />
    </section>
  );
}

interface GraphProps {
  readonly run: Run;
  readonly outline: Outline | undefined;
  readonly selection: Selection;
  select(selection: Partial<Selection>): void;
}

function Graph({ run, outline, selection, select }: GraphProps) {
  const steps = useSteps(run.id, {});
  const context = { run: run.id, selection, select };
  return (
    <Loaded query={steps} label="The steps are loading">
      {(found) => {
        const visits = visitsOf(found);
        // The workflow is not kept any more: what ran is known from the log.
        const { steps: nodes, onFailure } = outline ?? { steps: found.map(nodeOf), onFailure: [] };
        return (
          <>
            <Steps context={context} steps={nodes} visits={visits} index={[]} />
            {onFailure.length > 0 && (
              <section aria-label="When the run fails">
                <h3 className={css['part']}>When the run fails</h3>
                <Steps context={context} steps={onFailure} visits={visits} index={[]} />
              </section>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function nodeOf({ id, action }: { readonly id: string; readonly action: string | null }) {
  return { id, kind: action ?? '', comment: undefined, pointer: '', flows: [], params: {} };
}

/** The steps in no loop, and those of the iteration that is selected. */
function TimelineView({ run, outline, selection, select }: GraphProps) {
  const top = useSteps(run.id, {});
  const loop = outline && loopOf(wayTo(outline, selection.step));
  const place = { loop, index: selection.index };
  const inner = useSteps(run.id, place, loop !== undefined && selection.index !== '');
  return (
    <Loaded query={top} label="The steps are loading">
      {(found) => {
        const within = loop === undefined || selection.index === '' ? [] : (inner.data ?? []);
        const at = found.findIndex(({ id }) => id === loop);
        const steps = at === -1 ? [...found, ...within] : found.toSpliced(at + 1, 0, ...within);
        return (
          <>
            <Missing query={inner} />
            <Timeline run={run} steps={steps} selection={selection} select={select} />
          </>
        );
      }}
    </Loaded>
  );
}

function Json({ run, recorded }: RunViewProps) {
  return (
    <div className={css['json']}>
      <h3>Input</h3>
      <ValueView name="the input" value={run.input} asJson />
      <h3>{run.error ? 'Error' : 'Output'}</h3>
      <ValueView name="the result" value={run.error ?? run.output} asJson />
      {recorded && (
        <>
          <h3>The workflow as it was, version {recorded.version}</h3>
          <ValueView name="the workflow" value={recorded.workflow} asJson />
        </>
      )}
    </div>
  );
}
