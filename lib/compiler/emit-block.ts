// The states of each kind of step.

import { type ForEachStep, INLINE_CONCURRENCY } from '../workflow-format/workflow.ts';
import { caughtError } from './asl/caught-error.ts';
import {
  inChild,
  lateState,
  passedDeadlines,
  timerState,
  waitSeconds,
  waitTimestamp,
} from './asl/deadline.ts';
import { type ChoiceRule, type State, type States, stateComment, type Template } from './asl/definition.ts';
import { catchAll, wholeRetrier } from './asl/retry.ts';
import { stateName } from './asl/state-names.ts';
import { emitOutput, emitValue } from './asl/value.ts';
import { emitTask } from './emit/call.ts';
import { type Context, type Exit, Flow, type FlowOptions } from './emit/flow.ts';
import {
  assign,
  ending,
  endsLate,
  entry,
  entryBehindWhen,
  entryOf,
  isLast,
  leaving,
  type Making,
  NOTHING,
} from './emit/transition.ts';
import { isChangingValue, type Value } from './expressions/value.ts';
import { setVariable, stepVariable } from './expressions/variables.ts';
import { emitAgent } from './steps/agent/emit.ts';
import { emitApproval } from './steps/approval/emit.ts';
import { RUN_ID } from './steps/for-each/child-scope.ts';
import { runTask } from './steps/workflow.ts';
import { isWrapped } from './tree/kinds.ts';
import {
  type Block,
  catchesEverything,
  deadlineOf,
  failingIn,
  type ResolvedLoop,
  type ResolvedStep,
} from './tree/resolved.ts';

export function emitBlock({ steps }: Block, exit: Exit, flow: Flow, context: Context): void {
  steps.forEach((step, index) => {
    const following = steps[index + 1];
    emitStep(step, following ? { next: entry(following), results: [] } : exit, flow, context);
  });
}

function emitStep(step: ResolvedStep, exit: Exit, flow: Flow, context: Context): void {
  const { id, comment } = step.parsed.step;
  const kind = 'action' in step.parsed.step ? step.parsed.step.action : step.parsed.kind;
  const own = stepVariable(id);
  const deadline = deadlineOf(step);
  const making: Making = {
    step,
    id,
    exit,
    flow,
    context,
    comment: { Comment: stateComment(kind, comment) },
    results: context.read.has(own) ? [own, ...exit.results] : exit.results,
    inner: deadline ? { ...context, deadlines: [...context.deadlines, deadline] } : context,
  };
  if (step.condition !== undefined) flow.add(stateName(id, 'when'), whenState(step.condition, making));
  if (deadline) flow.add(stateName(id, 'timer'), timerState(deadline));
  if (isWrapped(step.parsed.step, step.parsed.kind)) flow.add(id, wrappedState(making));
  else emitOwn(making);
  if (deadline && endsLate(making)) flow.add(stateName(id, 'late'), lateState(deadline));
  if (step.handler) emitBlock(step.handler, { next: exit.next, results: making.results }, flow, context);
}

/** Of a skipped step nothing is assigned: what stands in for it is its default, or null. */
function whenState(condition: string, { step, exit, flow }: Making): State {
  const { default: otherwise = null } = step.parsed.step;
  const instead = otherwise === null ? NOTHING : emitOutput({ kind: 'literal', value: otherwise });
  const { Next, ...rest } = flow.way(exit, instead);
  return {
    Type: 'Choice',
    Choices: [{ Condition: `{% ${condition} %}`, Next: entryBehindWhen(step) }],
    ...assign(exit.results.map((name) => [name, otherwise === null ? null : instead])),
    ...rest,
    Default: Next,
  };
}

/** The states of the step's kind. */
function emitOwn(making: Making): void {
  const { step, id, flow } = making;
  const { kind } = step.parsed;
  if (kind === 'switch') emitSwitch(making);
  else if (kind === 'action') emitTask(making);
  else if (kind === 'approval') emitApproval(making);
  else if (kind === 'agent') emitAgent(making);
  else flow.add(id, stateOf(making));
}

/** The kind's own state in a Parallel state, whose errors Step Functions catches. */
function wrappedState(making: Making): State {
  const { step, id, comment, inner } = making;
  const given = step.parsed.step;
  const flow = new Flow(stateName(id, 'try_output'));
  const tried = stateName(id, 'try');
  emitOwn({ ...making, id: tried, comment: {}, flow, exit: flow.exit, results: [], context: inner });
  return {
    Type: 'Parallel',
    ...comment,
    Branches: [flow.finished(tried, { steps: [step], unreachable: [], ends: false })],
    ...wholeRetrier('retry' in given ? given.retry : undefined, deadlineOf(step)),
    ...leaving(
      making,
      'set' in given
        ? Object.keys(given.set).map((name) => [setVariable(name), `{% $states.result[0].${name} %}`])
        : [],
    ),
  };
}

function emitSwitch(making: Making): void {
  const { step, id, exit, flow, inner: context, comment, results } = making;
  const { cases, otherwise } = step;
  const rules = cases.map(
    ({ condition, block }): ChoiceRule => ({ Condition: `{% ${condition} %}`, Next: entryOf(block) }),
  );
  const { Next, ...rest } = otherwise ? { Next: entryOf(otherwise) } : flow.way(exit, NOTHING);
  const none = otherwise ? {} : assign(results.map((name) => [name, null]));
  flow.add(id, { Type: 'Choice', ...comment, Choices: rules, ...none, ...rest, Default: Next });
  for (const block of [...cases.map((item) => item.block), ...(otherwise ? [otherwise] : [])])
    emitBlock(block, { next: exit.next, results }, flow, context);
}

function stateOf(making: Making): State {
  const { step, comment, flow } = making;
  const { value } = step;
  switch (step.parsed.kind) {
    case 'workflow':
      return workflowState(making);
    case 'for_each':
      return mapState(making);
    case 'parallel':
      return parallelState(making);
    case 'wait': {
      const { step: parsed } = step.parsed;
      const until = 'wait' in parsed && typeof parsed.wait === 'object' && 'until' in parsed.wait;
      const time = emitValue(value);
      const { deadlines } = making.context;
      const assigned = assign(making.results.map((name) => [name, null]));
      return {
        Type: 'Wait',
        ...comment,
        ...(until
          ? { Timestamp: waitTimestamp(time, deadlines) }
          : { Seconds: waitSeconds(time, deadlines) }),
        ...assigned,
        Output: isLast(making) ? flow.lastOutput : NOTHING,
        ...ending(making),
      };
    }
    case 'return':
      return { Type: 'Succeed', ...comment, Output: emitOutput(value) };
    case 'fail':
      return failState(making);
    default:
      return passState(making);
  }
}

function failState({ step, comment }: Making): State {
  const fields = new Map<string, Value>(
    step.value.kind === 'object'
      ? step.value.entries
      : step.value.kind === 'literal'
        ? Object.entries(Object(step.value.value)).map(([key, value]) => [key, { kind: 'literal', value }])
        : [],
  );
  const text = (key: string): Template | undefined => {
    const value = fields.get(key);
    if (value?.kind !== 'expression') return value && emitValue(value);
    const { type } = value.known;
    const isText = value.known.certain && type.kind === 'scalar' && type.name === 'string';
    return isText ? emitValue(value) : `{% "" & (${value.code}) %}`;
  };
  const cause = text('cause');
  return { Type: 'Fail', ...comment, Error: text('error'), ...(cause === undefined ? {} : { Cause: cause }) };
}

function passState(making: Making): State {
  const { step, id, comment, flow, results } = making;
  const value = emitValue(step.value);
  const assigned: [string, Template][] = results.map((name) => [name, value]);
  // Within a Parallel state they would be variables of its own.
  if ('set' in step.parsed.step && !isWrapped(step.parsed.step, 'set')) {
    for (const [name, template] of setVariables(step)) assigned.push([setVariable(name), template]);
  } else if (isLast(making) && !results.includes(stepVariable(id))) {
    // The state's Output is the workflow's; the log finds what the step itself gave in its variable.
    assigned.push([stepVariable(id), value]);
  }
  // Output would evaluate the value once more, and show another uuid or time than the one that was assigned.
  const twice = assigned.length > 0 && isChangingValue(step.value);
  return {
    Type: 'Pass',
    ...comment,
    ...assign(assigned),
    Output: isLast(making) ? flow.lastOutput : twice ? NOTHING : emitOutput(step.value),
    ...ending(making),
  };
}

function setVariables({ value }: ResolvedStep): [string, Template][] {
  if (value.kind === 'object') return value.entries.map(([name, child]) => [name, emitValue(child)]);
  if (value.kind !== 'literal') return [];
  return Object.entries(value.value as Record<string, unknown>).map(([name, child]) => [
    name,
    emitValue({ kind: 'literal', value: child }),
  ]);
}

function workflowState(making: Making): State {
  const { step, comment, context } = making;
  const given = step.parsed.step;
  if (!('workflow' in given)) throw new Error(`${given.id} runs no workflow`);
  return { Type: 'Task', ...comment, ...runTask(given, step.value, context), ...leaving(making) };
}

function parallelState(making: Making): State {
  const { step, comment, inner: context } = making;
  const given = step.parsed.step;
  return {
    Type: 'Parallel',
    ...comment,
    Branches: step.branches.map(({ block }) => innerFlow(block, context)),
    ...wholeRetrier('parallel' in given ? given.retry : undefined, deadlineOf(step)),
    ...leaving(making),
  };
}

function mapState(making: Making): State {
  const { step, id, comment, inner } = making;
  const given = step.parsed.step;
  if (!step.loop || !('for_each' in given)) throw new Error(`The loop ${id} was not resolved`);
  const { items, child } = step.loop;
  return {
    Type: 'Map',
    ...comment,
    Items: typeof items === 'string' ? `{% ${items} %}` : emitValue({ kind: 'literal', value: items }),
    ...(child ? { ItemSelector: { ...child.itemSelector, ...passedDeadlines(inner.deadlines) } } : {}),
    // Left out, a Distributed Map would run 10,000 iterations at the same time.
    ...maxConcurrency(given.max_concurrency ?? (child ? INLINE_CONCURRENCY : undefined)),
    ...(child ? { Label: child.label } : {}),
    ItemProcessor: {
      ProcessorConfig: child ? { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } : { Mode: 'INLINE' },
      ...iterationFlow(step.loop, given, making),
    },
    ...wholeRetrier(given.retry, deadlineOf(step)),
    ...leaving(making),
  };
}

function maxConcurrency(value: number | undefined): { MaxConcurrency?: number } {
  return value === undefined ? {} : { MaxConcurrency: value };
}

/** What an iteration runs. Nothing reads what a distributed loop gives: then its executions give null, so that what they give does not limit how many there are. */
function iterationFlow({ body, child, index }: ResolvedLoop, given: ForEachStep, making: Making): States {
  const { id, inner } = making;
  const context = child ? childContext(inner) : inner;
  const options: FlowOptions = child && !isResultUsed(making) ? { lastOutput: NOTHING } : {};
  return given.on_item_error === 'continue'
    ? guardedFlow(body, id, index, context, options)
    : innerFlow(body, context, options);
}

function childContext(context: Context): Context {
  return { ...context, runId: RUN_ID, deadlines: context.deadlines.map(inChild) };
}

function isResultUsed({ id, exit, flow, context }: Making): boolean {
  if (context.used.has(stepVariable(id)) || exit.results.length > 0) return true;
  return exit.next === undefined && flow.lastOutput === undefined;
}

/** A flow that gives what the last step of the block gives. */
function innerFlow(block: Block, context: Context, options: FlowOptions = {}): States {
  const last = block.steps.at(-1)?.parsed.step.id ?? '';
  const flow = new Flow(stateName(last, 'output'), options);
  emitBlock(block, flow.exit, flow, context);
  return flow.finished(entryOf(block), block);
}

/** An iteration whose failure is what it gives. */
function guardedFlow(body: Block, id: string, index: string, context: Context, options: FlowOptions): States {
  const Output = { error: caughtError(failingIn([body]), { index: `{% ${index} %}` }) };
  if (catchesEverything(body)) {
    const guard: FlowOptions['guard'] = (flow) => catchAll({ Output, Next: flow.end() });
    return innerFlow(body, context, { ...options, guard });
  }
  // Of a Pass, Choice, Wait or Fail state Step Functions catches nothing, only of a state around it.
  const around = new Flow(stateName(id, 'item_output'));
  around.add(stateName(id, 'item'), {
    Type: 'Parallel',
    Branches: [innerFlow(body, context, options)],
    Catch: [catchAll({ Output, Next: around.end() })],
    Output: '{% $states.result[0] %}',
    End: true,
  });
  return around.finished(stateName(id, 'item'), body);
}
