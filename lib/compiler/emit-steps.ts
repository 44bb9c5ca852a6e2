// The states of each kind of step.

import {
  type Assign,
  type Catcher,
  type ChoiceRule,
  type State,
  type States,
  stateComment,
  type Template,
} from './definition.ts';
import { type Context, type Exit, Flow } from './flow.ts';
import { actionRetrier, catchAll, caughtError, lambdaRetrier, wholeRetrier } from './recovery.ts';
import {
  type Block,
  catchesEverything,
  errorVariable,
  failingIn,
  failingOf,
  ownResult,
  type ResolvedStep,
} from './resolved.ts';
import { executionFields } from './scope.ts';
import { emitValue, isChangingValue, type Value } from './value.ts';
import { runTask } from './workflow-step.ts';

/** What a step gives that has nothing to give: null, written so that every validator of definitions takes it. */
const NOTHING = '{% null %}';

/** The states of a step that are its own, with what belongs around them. */
interface Making {
  readonly step: ResolvedStep;
  readonly id: string;
  readonly exit: Exit;
  readonly flow: Flow;
  readonly context: Context;
  readonly comment: { readonly Comment: string };
  /** The variables that get what the step gives. */
  readonly results: readonly string[];
}

/** The state that a block begins with. */
export function entryOf({ steps }: Block): string {
  const [first] = steps;
  if (!first) throw new Error('A block has at least one step');
  return entry(first);
}

function entry({ parsed, condition }: ResolvedStep): string {
  return condition === undefined ? parsed.step.id : `${parsed.step.id}.when`;
}

export function emitBlock({ steps }: Block, exit: Exit, flow: Flow, context: Context): void {
  steps.forEach((step, index) => {
    const following = steps[index + 1];
    emitStep(step, following ? { next: entry(following), results: [] } : exit, flow, context);
  });
}

function emitStep(step: ResolvedStep, exit: Exit, flow: Flow, context: Context): void {
  const { id, comment } = step.parsed.step;
  const kind = 'action' in step.parsed.step ? step.parsed.step.action : step.parsed.kind;
  const own = `step_${id}`;
  const making: Making = {
    step,
    id,
    exit,
    flow,
    context,
    comment: { Comment: stateComment(kind, comment) },
    results: context.read.has(own) ? [own, ...exit.results] : exit.results,
  };
  if (step.condition !== undefined) flow.add(`${id}.when`, whenState(step.condition, making));
  if (step.parsed.kind === 'switch') emitSwitch(making);
  else flow.add(id, stateOf(making));
  if (step.handler) emitBlock(step.handler, { next: exit.next, results: making.results }, flow, context);
}

/** Of a skipped step nothing is assigned: what stands in for it is its default, or null. */
function whenState(condition: string, { step, id, exit, flow }: Making): State {
  const { default: otherwise = null } = step.parsed.step;
  const instead = otherwise === null ? NOTHING : emitValue({ kind: 'literal', value: otherwise });
  const { Next, ...rest } = flow.way(exit, instead);
  return {
    Type: 'Choice',
    Choices: [{ Condition: `{% ${condition} %}`, Next: id }],
    ...assign(exit.results.map((name) => [name, otherwise === null ? null : instead])),
    ...rest,
    Default: Next,
  };
}

function emitSwitch(making: Making): void {
  const { step, id, exit, flow, context, comment, results } = making;
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
    case 'action':
      return taskState(making);
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
      const assigned = assign(making.results.map((name) => [name, null]));
      return {
        Type: 'Wait',
        ...comment,
        ...(until ? { Timestamp: time } : { Seconds: time }),
        ...assigned,
        Output: flow.lastOutput ?? NOTHING,
        ...ending(making),
      };
    }
    case 'return':
      return { Type: 'Succeed', ...comment, Output: emitValue(value) };
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
  if ('set' in step.parsed.step) {
    for (const [name, template] of setVariables(step)) assigned.push([`var_${name}`, template]);
  } else if (isLast(making) && !results.includes(`step_${id}`)) {
    // The state's Output is the workflow's; the log finds what the step itself gave in its variable.
    assigned.push([`step_${id}`, value]);
  }
  // Output would evaluate the value once more, and show another uuid or time than the one that was assigned.
  const twice = assigned.length > 0 && isChangingValue(step.value);
  return {
    Type: 'Pass',
    ...comment,
    ...assign(assigned),
    Output: isLast(making) ? flow.lastOutput : twice ? null : value,
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

function taskState(making: Making): State {
  const { step, id, comment, context } = making;
  const { action } = step;
  const given = step.parsed.step;
  if (!action || !('action' in given)) throw new Error(`The action of ${id} was not resolved`);
  return {
    Type: 'Task',
    ...comment,
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: {
      FunctionName: context.functionArn(action.function_name),
      Payload: {
        input: emitValue(step.value),
        ...(given.connection === undefined ? {} : { connection: given.connection }),
        execution: { id: `{% ${executionFields.get('id')} %}`, workflow_id: context.workflowId, step_id: id },
      },
    },
    TimeoutSeconds: given.timeout_seconds ?? action.timeout_seconds,
    Retry: [lambdaRetrier(action), ...actionRetrier(action, given.retry)],
    // The action's own output, without the SDK's metadata around it.
    ...leaving(making),
  };
}

function workflowState(making: Making): State {
  const { step, comment, context } = making;
  const given = step.parsed.step;
  if (!('workflow' in given)) throw new Error(`${given.id} runs no workflow`);
  return {
    Type: 'Task',
    ...comment,
    ...runTask(given, step.value, context.stateMachineArn),
    ...leaving(making),
  };
}

function parallelState(making: Making): State {
  const { step, comment, context } = making;
  const given = step.parsed.step;
  return {
    Type: 'Parallel',
    ...comment,
    Branches: step.branches.map(({ block }) => innerFlow(block, context)),
    ...wholeRetrier('parallel' in given ? given.retry : undefined),
    ...leaving(making),
  };
}

function mapState(making: Making): State {
  const { step, id, comment, context } = making;
  const given = step.parsed.step;
  if (!step.loop || !('for_each' in given)) throw new Error(`The loop ${id} was not resolved`);
  const { items, body } = step.loop;
  const processor =
    given.on_item_error === 'continue' ? guardedFlow(body, id, context) : innerFlow(body, context);
  return {
    Type: 'Map',
    ...comment,
    Items: typeof items === 'string' ? `{% ${items} %}` : emitValue({ kind: 'literal', value: items }),
    ...(given.max_concurrency === undefined ? {} : { MaxConcurrency: given.max_concurrency }),
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...processor },
    ...wholeRetrier(given.retry),
    ...leaving(making),
  };
}

/** A flow that gives what the last step of the block gives. */
function innerFlow(block: Block, context: Context, guard?: (flow: Flow) => Catcher): States {
  const last = block.steps.at(-1)?.parsed.step.id ?? '';
  const flow = new Flow(`${last}.output`, guard ? { guard } : {});
  emitBlock(block, flow.exit, flow, context);
  return flow.finished(entryOf(block), block);
}

/** An iteration whose failure is what it gives. */
function guardedFlow(body: Block, id: string, context: Context): States {
  const Output = { error: caughtError(failingIn([body]), { index: '{% $states.context.Map.Item.Index %}' }) };
  if (catchesEverything(body))
    return innerFlow(body, context, (flow) => catchAll({ Output, Next: flow.end() }));
  // Of a Pass, Choice, Wait or Fail state Step Functions catches nothing, only of a state around it.
  const around = new Flow(`${id}.item_output`);
  around.add(`${id}.item`, {
    Type: 'Parallel',
    Branches: [innerFlow(body, context)],
    Catch: [catchAll({ Output, Next: around.end() })],
    Output: '{% $states.result[0] %}',
    End: true,
  });
  return around.finished(`${id}.item`, body);
}

/** How a state leaves that can fail: Catch, Assign, Output, Next. */
function leaving(making: Making): {
  Catch?: Catcher[];
  Assign?: Assign;
  Output: Template;
  Next?: string;
  End?: true;
} {
  const { step, flow, results } = making;
  const catchers = catchersOf(making);
  const own = `{% ${ownResult(step)} %}`;
  return {
    ...(catchers.length === 0 ? {} : { Catch: catchers }),
    ...assign(results.map((name) => [name, own])),
    Output: isLast(making) ? flow.lastOutput : own,
    ...ending(making),
  };
}

function catchersOf({ step, id, exit, flow, context, results }: Making): Catcher[] {
  if (step.handler) {
    const variable = errorVariable(id);
    const error: [string, Template][] = context.read.has(variable)
      ? [[variable, caughtError(failingOf(step), { step: id })]]
      : [];
    return [catchAll({ ...assign(error), Next: entryOf(step.handler) })];
  }
  const given = step.parsed.step;
  if ('on_error' in given && given.on_error === 'continue') {
    const failed = { error: caughtError(failingOf(step)) };
    return [catchAll({ ...assign(results.map((name) => [name, failed])), ...flow.way(exit, failed) })];
  }
  return flow.guard ? [flow.guard(flow)] : [];
}

/** The last step gives the flow's own output. */
function isLast({ exit, flow }: Making): boolean {
  return exit.next === undefined && flow.lastOutput !== undefined;
}

function ending({ exit: { next } }: Making): { Next: string } | { End: true } {
  return next === undefined ? { End: true } : { Next: next };
}

function assign(variables: readonly (readonly [string, Template])[]): { Assign?: Assign } {
  return variables.length === 0 ? {} : { Assign: Object.fromEntries(variables) };
}
