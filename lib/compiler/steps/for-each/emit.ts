// The Map state of a loop, and the flow of its iterations.
import { INLINE_CONCURRENCY, type StepOf } from '../../../workflow-format/steps.ts';
import { caughtError } from '../../asl/caught-error.ts';
import { inChild, passedDeadlines } from '../../asl/deadline.ts';
import type { MapState, PassState, States, Template } from '../../asl/definition.ts';
import { catchAll, retryByPolicy } from '../../asl/retry.ts';
import { stateName } from '../../asl/state-names.ts';
import { tooManyFailed } from '../../asl/tolerated-failures.ts';
import { emitValue } from '../../asl/value.ts';
import { canCatchAll, failingIn } from '../../emit/failures.ts';
import {
  type EmitContext,
  Flow,
  type FlowInput,
  type FlowOptions,
  type Guard,
  innerFlow,
} from '../../emit/flow.ts';
import { assign, BRANCH_RESULT, NOTHING, type StepEmission, transition } from '../../emit/transition.ts';
import { type IterationPart, iterationVariable, stepVariable } from '../../expressions/variables.ts';
import type { ResolvedLoop } from '../../tree/resolved.ts';
import { runIdIn, valuesOfIn } from './child-scope.ts';

export function emitLoop(emission: StepEmission<'for_each'>): void {
  const { step, id, flow, comment } = emission;
  const given = step.parsed.step;
  const retry = retryByPolicy(given.retry, step.deadline);
  if (!step.loop?.child || given.tolerated_failures === undefined) {
    flow.add(id, { ...mapState(emission), ...retry, ...transition(emission, loopResult(given)) });
    return;
  }
  flow.add(id, {
    Type: 'Parallel',
    ...comment,
    Branches: [beforeTolerance(emission)],
    ...retry,
    ...transition(emission, BRANCH_RESULT),
  });
}

/**
 * A redrive of a distributed Map that failed after its Map Run had succeeded is nowhere described. Of a Choice that failed
 * it "reevaluates the Choice state rules" (developer guide, "Redrive behavior of individual states"), and runs no item again.
 */
function beforeTolerance(emission: StepEmission<'for_each'>): States {
  const { id, step } = emission;
  const map = mapState({ ...emission, comment: {} });
  const [tried, tolerance, end] = [
    stateName(id, 'try'),
    stateName(id, 'tolerance'),
    stateName(id, 'try_output'),
  ];
  const isTolerated = loopResult(step.parsed.step, '$states.input', 'true');
  return {
    StartAt: tried,
    States: {
      [tried]: { ...map, Output: `{% ${MAP_RESULT} %}`, Next: tolerance },
      [tolerance]: { Type: 'Choice', Choices: [{ Condition: `{% ${isTolerated} %}`, Next: end }] },
      [end]: { Type: 'Succeed' },
    },
  };
}

function mapState(emission: StepEmission<'for_each'>): MapState {
  const { step, id, comment, inner } = emission;
  const given = step.parsed.step;
  if (!step.loop) throw new Error(`The loop ${id} was not resolved`);
  const { items, itemSelector, child } = step.loop;
  return {
    Type: 'Map',
    ...comment,
    Items: typeof items === 'string' ? `{% ${items} %}` : emitValue({ kind: 'literal', value: items }),
    ItemSelector: { ...itemSelector, ...(child ? passedDeadlines(inner.deadlines) : {}) },
    // Left out, a Distributed Map would run 10,000 iterations at the same time.
    ...maxConcurrency(given.max_concurrency ?? (child ? INLINE_CONCURRENCY : undefined)),
    ...(child ? { Label: child.label } : {}),
    ItemProcessor: {
      ProcessorConfig: child ? { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } : { Mode: 'INLINE' },
      ...iterationFlow(step.loop, given, emission),
    },
  };
}

function maxConcurrency(value: number | undefined): { MaxConcurrency?: number } {
  return value === undefined ? {} : { MaxConcurrency: value };
}

/**
 * The states of an iteration. Where nothing reads what a distributed loop gives, its executions give null, so that the
 * size of their results does not limit how many there are.
 */
function iterationFlow(loop: ResolvedLoop, given: StepOf<'for_each'>, emission: StepEmission): States {
  const { body, child, firstReadsInput } = loop;
  const { id, inner } = emission;
  const context = child ? childContext(inner, child.input) : inner;
  const isGuarded = given.on_item_error === 'continue';
  const read = child ? wholeInput(id) : readOfInput(loop, id, isGuarded, context.used);
  const options: FlowOptions = {
    ...(child && !isResultUsed(emission) ? { lastOutput: NOTHING } : {}),
    ...(firstReadsInput ? { input: { kept: body.steps.length > 1 ? read : [] } } : {}),
  };
  const states = isGuarded ? guardedFlow(loop, id, context, options) : innerFlow(body, context, options);
  return firstReadsInput || read.length === 0 ? states : afterKeeping(read, id, states);
}

/** An execution keeps all that it was given: it is read under many names. */
function wholeInput(id: string): FlowInput['kept'] {
  return [[iterationVariable('input', id), '{% $states.input %}']];
}

/** What steps of an inline iteration read of its input in variables. */
function readOfInput(
  { itemSelector }: ResolvedLoop,
  id: string,
  isGuarded: boolean,
  used: EmitContext['used'],
): FlowInput['kept'] {
  const parts: readonly IterationPart[] = ['item', 'index', 'runs'];
  const isRead = (part: IterationPart): boolean =>
    part === 'runs'
      ? Object.hasOwn(itemSelector, part)
      : used.has(iterationVariable(part, id)) || (part === 'index' && isGuarded);
  return parts.filter(isRead).map((part) => [iterationVariable(part, id), `{% $states.input.${part} %}`]);
}

/** A state of its own keeps the input where the first step's states could not: a Choice, a Map, one that is retried. */
function afterKeeping(read: FlowInput['kept'], id: string, { StartAt, States }: States): States {
  const name = stateName(id, 'iteration');
  const keep: PassState = { Type: 'Pass', ...assign(read), Output: NOTHING, Next: StartAt };
  return { StartAt: name, States: { [name]: keep, ...States } };
}

function childContext(context: EmitContext, input: string): EmitContext {
  const deadlines = context.deadlines.map((outer) => inChild(outer, input));
  return { ...context, runId: runIdIn(input), valuesOf: valuesOfIn(input), deadlines };
}

function isResultUsed({ id, exit, flow, context }: StepEmission): boolean {
  if (context.used.has(stepVariable(id)) || exit.results.length > 0) return true;
  return exit.next === undefined && flow.lastOutput === undefined;
}

/** An iteration that gives its failure as its result. */
function guardedFlow(
  { body, index, firstReadsInput }: ResolvedLoop,
  id: string,
  context: EmitContext,
  options: FlowOptions,
): States {
  const output = (isFirst: boolean): Template => ({
    error: caughtError(failingIn([body], context.deadlines), {
      index: `{% ${isFirst ? '$states.input.index' : index} %}`,
    }),
  });
  if (canCatchAll(body)) {
    const guard: Guard = (flow, isFirst) => catchAll({ Output: output(isFirst), Next: flow.end() });
    return innerFlow(body, context, { ...options, guard });
  }
  // A Pass, Choice, Wait or Fail state has no Catch: a Parallel state around them has.
  const around = new Flow(stateName(id, 'item_output'));
  around.add(stateName(id, 'item'), {
    Type: 'Parallel',
    Branches: [innerFlow(body, context, options)],
    Catch: [catchAll({ Output: output(firstReadsInput), Next: around.end() })],
    Output: '{% $states.result[0] %}',
    End: true,
  });
  return around.finish(stateName(id, 'item'), body);
}

const MAP_RESULT = '$states.result';

/**
 * JSONata that gives what a loop gives. One that tolerates some failures fails when there were more.
 * @param results JSONata that gives what the iterations gave
 * @param given JSONata that stands for that where there were no more
 */
export function loopResult(
  { tolerated_failures: tolerated }: StepOf<'for_each'>,
  results = MAP_RESULT,
  given = results,
): string {
  if (tolerated === undefined) return given;
  const tooMany =
    typeof tolerated === 'number'
      ? `$count($failed) > ${tolerated}`
      : `$count($failed) * 100 > ${Number.parseInt(tolerated, 10)} * $count(${results})`;
  // What an inner loop gives is a list, which may have failures of its own.
  const failed = `$filter(${results}, function($r, $i) { $type($r) = "object" and $r.error.index = $i })`;
  return `($failed := ${failed}; ${tooMany} ? $error(${tooManyFailed(tolerated, results)}) : ${given})`;
}
