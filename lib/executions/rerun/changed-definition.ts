// A rerun by another definition than the one that ran: whether what the steps before have given fits it.
import { isDeepStrictEqual } from 'node:util';
import {
  type Definition,
  innerFlows,
  kindsOfSteps,
  type State,
  type States,
} from '../../compiler/asl/definition.ts';
import { stateName, stepOfState } from '../../compiler/asl/state-names.ts';
import { SET_PREFIX, stepVariable } from '../../compiler/expressions/variables.ts';
import { nextStates, reachable } from '../../compiler/rerun/reachable.ts';
import { isObject } from '../../json.ts';
import type { RequestProblem } from '../../problem.ts';
import type { Visit } from '../visit.ts';
import { assignedBefore } from './carried-variables.ts';
import type { FlowPair } from './continuation.ts';
import { notRerunnable } from './not-rerunnable.ts';

/**
 * The variables of a flow that goes on at the state, those too that only the new definition reads.
 * @param recorded the definition that the run before followed
 * @throws ApiProblem not-rerunnable
 */
export function checkedVariables(
  { ran, next }: FlowPair,
  before: readonly Visit[],
  state: string,
  recorded: Definition,
): Record<string, unknown> {
  const { id } = stepOfState(state);
  checkOrder({ ran: flowWith(recorded, ran), next }, before, state, id);
  const variables = assignedBefore(before);
  const read = variablesRead(reachable(state, next.States));
  const earlier = statesBefore(next, state);
  for (const name of read) {
    if (Object.hasOwn(variables, name)) continue;
    const given = givenValue(name, before, earlier);
    if (given) variables[name] = given.value;
  }
  checkKinds(next, ran, before, read);
  return variables;
}

/** The flow as the recorded definition has it: that of a rerun lacks the steps that it did not run again. */
function flowWith(definition: States, { States }: States): States {
  const name = Object.keys(States).find((one) => !one.includes('.rerun.'));
  return (name !== undefined && flowHolding(definition, name)) || definition;
}

function flowHolding(flow: States, name: string): States | undefined {
  if (Object.hasOwn(flow.States, name)) return flow;
  for (const inner of Object.values(flow.States).flatMap(innerFlows)) {
    const found = flowHolding(inner, name);
    if (found) return found;
  }
  return undefined;
}

/** The same steps stand before the one where it goes on, and none of them after it. */
function checkOrder({ ran, next }: FlowPair, before: readonly Visit[], state: string, id: string): void {
  const earlierThen = stepsOf(statesBefore(ran, state).keys());
  const earlierNow = stepsOf(statesBefore(next, state).keys());
  const added = [...earlierNow].find((step) => step !== id && !earlierThen.has(step));
  if (added !== undefined) {
    throw refused(
      'step-added',
      `The step ${added}, which now comes before ${id}, was not part of that run, so that it has given nothing`,
      `Go on at ${added} or before it, if it stands where the run has been, or "start".`,
    );
  }
  const later = stepsOf(Object.keys(reachable(state, next.States)));
  const moved = before
    .map((visit) => stepOfState(visit.state).id)
    .find((step) => step !== id && later.has(step));
  if (moved !== undefined) {
    throw refused(
      'step-moved',
      `The step ${moved} has run before ${id}, and now comes after it: it would run again`,
      'Put it back, choose an earlier step in "from", or "start".',
    );
  }
}

/** A step of another action or kind gives something else; so do other items. */
function checkKinds(next: States, ran: States, before: readonly Visit[], read: ReadonlySet<string>): void {
  const now = kindsOfSteps(next);
  const then = kindsOfSteps(ran);
  for (const { state } of before) {
    const [is, was] = [now.get(state), then.get(state)];
    if (is === undefined || was === undefined || is === was || !read.has(stepVariable(state))) continue;
    throw refused(
      'step-changed',
      `The step ${state} was ${was} in that run and is ${is} now: what it gave is not what the steps after it read`,
      `Go on at ${state}, or at an earlier step.`,
    );
  }
}

/** @throws ApiProblem not-rerunnable when a loop whose iterations stay goes over other items, or a parallel step has other branches */
export function checkWithin(state: string, { ran, next }: FlowPair): void {
  const [was, is] = [ran.States[state], next.States[state]];
  const sameItems = was?.Type !== 'Map' || is?.Type !== 'Map' || isDeepStrictEqual(was.Items, is.Items);
  if (!sameItems) {
    throw refused(
      'items-changed',
      `The items of the loop ${state} are written otherwise than in that run, so that its iterations cannot stay`,
      'Write them as they were, choose a step before it in "from", or "start".',
    );
  }
  const count = (one: State | undefined) => (one?.Type === 'Parallel' ? one.Branches.length : undefined);
  if (was?.Type === is?.Type && count(was) === count(is)) return;
  throw refused(
    'branches-changed',
    `The step ${state} has other branches than in that run, or none, so that those that have ended cannot stay`,
    'Choose a step before it in "from", or "start".',
  );
}

/** A step's own value where the old definition did not keep it; nothing where it has none. */
function givenValue(
  name: string,
  before: readonly Visit[],
  earlier: ReadonlyMap<string, State>,
): { readonly value: unknown } | undefined {
  if (name.startsWith(SET_PREFIX)) {
    const own = name.slice(SET_PREFIX.length);
    for (const { output } of before.toReversed())
      if (isObject(output) && Object.hasOwn(output, own)) return { value: output[own] };
    return undefined;
  }
  const visit = before.find(({ state, exitedAt }) => exitedAt !== undefined && stepVariable(state) === name);
  if (visit) return { value: visit.output };
  for (const [state, when] of earlier) {
    const { id } = stepOfState(state);
    const wasAsked = before.some((one) => one.state === state);
    if (stepVariable(id) !== name || state !== stateName(id, 'when') || !wasAsked) continue;
    const instead = when.Type === 'Choice' ? when.Assign?.[name] : undefined;
    return { value: typeof instead === 'string' && instead.startsWith('{%') ? null : (instead ?? null) };
  }
  return undefined;
}

/** The states of the flow that lead to the one, by name. */
function statesBefore({ States }: States, to: string): ReadonlyMap<string, State> {
  const found = new Map<string, State>();
  const pending = [to];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    for (const [before, state] of Object.entries(States)) {
      if (found.has(before) || !nextStates(state).includes(name)) continue;
      found.set(before, state);
      pending.push(before);
    }
  }
  return found;
}

function stepsOf(states: Iterable<string>): ReadonlySet<string> {
  return new Set([...states].map((state) => stepOfState(state).id));
}

/** The names of variables in all expressions of the states: more than are read, where a text has such a name. */
function variablesRead(states: Readonly<Record<string, State>>): ReadonlySet<string> {
  return new Set(
    [...JSON.stringify(states).matchAll(/\$((?:step|var|error)_\w+)/g)].map(([, name = '']) => name),
  );
}

function refused(code: string, message: string, hint: string) {
  const problem: RequestProblem = { code, pointer: '/from', message, hint };
  return notRerunnable(problem);
}
