// The states of each step: those of its kind, and those that every kind can have.
import { timeoutState, timerState } from './asl/deadline.ts';
import { type State, stateComment } from './asl/definition.ts';
import { retryByPolicy } from './asl/retry.ts';
import { stateName } from './asl/state-names.ts';
import { emitOutput } from './asl/value.ts';
import { entryWhenTrue, stepEntry } from './emit/entry.ts';
import { type EmitContext, type Exit, Flow } from './emit/flow.ts';
import {
  assign,
  BRANCH_RESULT,
  NOTHING,
  needsTimeoutState,
  type StepEmission,
  transition,
} from './emit/transition.ts';
import { setVariable, stepVariable } from './expressions/variables.ts';
import { kindOf, variablesOf } from './kinds.ts';
import type { Block, ResolvedStep } from './tree/resolved.ts';

export function emitBlock({ steps }: Block, exit: Exit, flow: Flow, context: EmitContext): void {
  steps.forEach((step, index) => {
    const following = steps[index + 1];
    emitStep(step, following ? { next: stepEntry(following), results: [] } : exit, flow, context);
  });
}

function emitStep(step: ResolvedStep, exit: Exit, flow: Flow, context: EmitContext): void {
  const { parsed, deadline } = step;
  const { id, comment } = parsed.step;
  const kind = kindOf(parsed);
  const own = stepVariable(id);
  const emission: StepEmission = {
    step,
    id,
    exit,
    flow,
    context,
    comment: { Comment: stateComment(kind.label?.(parsed.step) ?? parsed.kind, comment) },
    results: context.read.has(own) ? [own, ...exit.results] : exit.results,
    input: flow.input,
    inner: deadline ? { ...context, deadlines: [...context.deadlines, deadline] } : context,
  };
  if (step.condition !== undefined) flow.add(stateName(id, 'when'), whenState(step.condition, emission));
  if (deadline) flow.add(stateName(id, 'timer'), timerState(deadline));
  if (step.hasTryState) flow.add(id, parallelAroundTry(emission));
  else kind.emit(emission);
  if (deadline && needsTimeoutState(emission)) flow.add(stateName(id, 'late'), timeoutState(deadline));
  if (step.handler) emitBlock(step.handler, { next: exit.next, results: emission.results }, flow, context);
}

/** A skipped step assigns nothing: its default stands in for it, or null. */
function whenState(condition: string, { step, exit, flow }: StepEmission): State {
  const { default: otherwise = null } = step.parsed.step;
  const instead = otherwise === null ? NOTHING : emitOutput({ kind: 'literal', value: otherwise });
  const { Next, ...rest } = flow.goTo(exit, instead);
  return {
    Type: 'Choice',
    Choices: [{ Condition: `{% ${condition} %}`, Next: entryWhenTrue(step) }],
    ...assign(exit.results.map((name) => [name, otherwise === null ? null : instead])),
    ...rest,
    Default: Next,
  };
}

/** The kind's own state in a Parallel state, whose errors Step Functions catches. */
function parallelAroundTry(emission: StepEmission): State {
  const { step, id, comment, inner } = emission;
  const { parsed, deadline } = step;
  const flow = new Flow(stateName(id, 'try_output'));
  const tried = stateName(id, 'try');
  kindOf(parsed).emit({
    ...emission,
    id: tried,
    comment: {},
    flow,
    exit: flow.exit,
    results: [],
    context: inner,
  });
  return {
    Type: 'Parallel',
    ...comment,
    Branches: [flow.finish(tried, { steps: [step], unreachable: [], ends: false })],
    ...retryByPolicy('retry' in parsed.step ? parsed.step.retry : undefined, deadline),
    ...transition(
      emission,
      BRANCH_RESULT,
      // Variables that it sets are the Parallel state's to assign.
      variablesOf(parsed).map((name) => [setVariable(name), `{% ${BRANCH_RESULT}.${name} %}`]),
    ),
  };
}
