// The graph of a run: every step of the workflow from the start, loops and branches as frames, each with its state.
import { Missing } from '../../api/loaded.tsx';
import { StatusIcon } from '../../design-system/status-badge.tsx';
import { Duration } from '../../design-system/time.tsx';
import { FlowFrame, StepBox, StepFlow } from '../../workflow/graph-parts.tsx';
import type { Flow, StepNode } from '../../workflow/outline.ts';
import { IterationsList } from './iterations-list.tsx';
import { LoopBar } from './loop-bar.tsx';
import { firstToShow, type StepSummary, statusAt } from './loop-states.ts';
import { useSteps } from './run-data.ts';
import { indexesOf, indexText, type Selection } from './selection.ts';
import { noteOf, statusOf, type Visits, visitsOf } from './step-status.ts';

interface GraphContext {
  readonly run: string;
  readonly selection: Selection;
  select(selection: Partial<Selection>): void;
}

interface FlowProps {
  readonly context: GraphContext;
  readonly steps: readonly StepNode[];
  readonly visits: Visits;
  /** The iterations of the loops around them. */
  readonly index: readonly number[];
}

export function Steps({ steps, ...rest }: FlowProps) {
  return (
    <StepFlow>
      {steps.map((step) => (
        <li key={step.id}>
          <Step {...rest} step={step} />
        </li>
      ))}
    </StepFlow>
  );
}

function Step({ context, step, visits, index }: Omit<FlowProps, 'steps'> & { readonly step: StepNode }) {
  const visit = visits.get(step.id);
  const isSelected = context.selection.step === step.id;
  return (
    <>
      <StepBox
        step={step}
        isSelected={isSelected}
        select={() => context.select({ step: step.id, index: indexText(index) })}
        icon={<StatusIcon status={statusOf(visit)} />}
        took={visit && <Duration from={visit.started_at} to={visit.ended_at} />}
        note={noteOf(visit, step)}
        isFailed={visit?.error !== undefined && visit.error !== null}
      />
      {step.flows.map((flow) => (
        <FlowFrame key={`${flow.kind} ${flow.label}`} flow={flow}>
          {flow.kind === 'item' ? (
            <Loop context={context} step={step} flow={flow} visit={visit} index={index} />
          ) : (
            <Steps context={context} steps={flow.steps} visits={visits} index={index} />
          )}
        </FlowFrame>
      ))}
    </>
  );
}

const NONE: Visits = new Map();

interface LoopProps {
  readonly context: GraphContext;
  readonly step: StepNode;
  readonly flow: Flow;
  readonly visit: StepSummary | undefined;
  readonly index: readonly number[];
}

/** One iteration of the loop, and the strip of all. */
function Loop({ context, step, flow, visit, index }: LoopProps) {
  const loop = visit?.iterations;
  if (!loop || loop.total === 0)
    return (
      <>
        {loop && <LoopBar name={step.id} loop={loop} index={0} choose={() => {}} />}
        <Steps context={context} steps={flow.steps} visits={NONE} index={index} />
      </>
    );
  const chosen = indexesOf(context.selection.index);
  const isHere = index.every((position, depth) => chosen[depth] === position);
  const shown = (isHere ? chosen[index.length] : undefined) ?? firstToShow(loop);
  return (
    <>
      <LoopBar
        name={step.id}
        loop={loop}
        index={shown}
        choose={(to) => {
          // What is selected in the loop stays selected, in the other iteration.
          const isWithin = chosen.length > index.length && isHere;
          const step_id = isWithin ? context.selection.step : (flow.steps[0]?.id ?? step.id);
          context.select({ step: step_id, index: indexText([...index, to]), iteration: '' });
        }}
      />
      <IterationsList
        run={context.run}
        loop={step.id}
        index={indexText(index)}
        choose={(one) =>
          context.select({
            step: flow.steps[0]?.id ?? step.id,
            index: indexText([...index, one.index]),
            iteration: one.iteration ?? '',
          })
        }
      />
      <Iteration
        context={context}
        step={step}
        flow={flow}
        index={[...index, shown]}
        hasBegun={statusAt(loop, shown) !== 'pending'}
      />
    </>
  );
}

function Iteration({
  context,
  step,
  flow,
  index,
  hasBegun,
}: Omit<LoopProps, 'visit'> & { readonly hasBegun: boolean }) {
  const { iteration } = context.selection;
  const place = { loop: step.id, index: indexText(index), ...(iteration !== '' && { iteration }) };
  const query = useSteps(context.run, place);
  const { data = [], isPlaceholderData, isPending, isError } = query;
  return (
    <div aria-busy={isPending || isPlaceholderData}>
      <Missing query={query} />
      {data.length === 0 && hasBegun && !isPending && !isError && (
        <p className="meta">
          The log has the steps of a hundred iterations at most, failed ones first. The list of iterations
          leads to those of any other.
        </p>
      )}
      <Steps context={context} steps={flow.steps} visits={visitsOf(data)} index={index} />
    </div>
  );
}
