// The interpreter's loop: enters a state, lets it run, leaves it, and goes on to the next.

import type { Eventually } from '../language/eventually.ts';
import type { EnteredState } from '../model/checkpoint.ts';
import { dataLimitExceeded, ErrorName, nestedTooDeep, StateFailure } from '../model/errors.ts';
import { assignedVariables, inputDetails, outputDetails } from '../model/history.ts';
import { exceedsPayload, isTooDeep, type Json, type JsonObject } from '../model/json.ts';
import type { Thread } from './thread.ts';
import { type Outcome, Visit } from './visit.ts';

export type StateType = 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Map' | 'Parallel';

export interface State {
  readonly name: string;
  readonly type: StateType;
  /** Throws StateFailure, or Cancelled when its line was stopped. */
  execute(visit: Visit): Eventually<Outcome>;
}

/** States and where to begin: a state machine, a branch, an item processor. */
export interface Flow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export interface StateMachine {
  readonly flow: Flow;
  /** Seconds that an execution may take. */
  readonly timeoutSeconds: number | undefined;
}

/** Step Functions' quota for all variables of an execution together, in bytes. */
const MAX_VARIABLES_BYTES = 10 * 1024 * 1024;

/**
 * Runs a flow to its end and gives its output. After a restart it goes on in the state that was entered last. What
 * is awaited between two states waits for no timer and no answer: a restart never finds the line between them.
 * @throws StateFailure when a state failed and nothing caught it; Cancelled when the thread was stopped
 */
export async function runFlow(flow: Flow, input: Json, thread: Thread): Promise<Json> {
  let payload = { value: input, text: '' };
  let resume = thread.before?.entered;
  let name = resume?.state ?? flow.startAt;
  for (;;) {
    const state = flow.states.get(name);
    if (!state) throw new StateFailure(ErrorName.runtime, `The state '${name}' does not exist.`);
    if (!payload.text) payload = { value: payload.value, text: JSON.stringify(payload.value) };
    const visit = resume ? resumeState(state, thread, resume) : enterState(state, thread, payload);
    resume = undefined;
    const executed = executeState(state, visit);
    // Branches and iterations go side by side: none runs to its end before the next one has begun.
    const outcome = executed instanceof Promise || thread.kind !== 'execution' ? await executed : executed;
    payload = leaveState(state, visit, outcome, visit.input === payload.value ? payload.text : undefined);
    thread.cancellation.throwIfCancelled();
    if (outcome.next === undefined) {
      if (thread.kind === 'branch') thread.end({ output: payload.value });
      return payload.value;
    }
    name = outcome.next;
  }
}

function enterState(state: State, thread: Thread, input: { value: Json; text: string }): Visit {
  const at = thread.execution.environment.clock.now();
  const eventId = thread.record(`${state.type}StateEntered`, {
    stateEnteredEventDetails: { name: state.name, ...inputDetails(input.text) },
  });
  thread.enter({ state: state.name, input: input.value, eventId, at, progress: { kind: 'entered' } });
  return new Visit(thread, state.name, input.value, { eventId, at });
}

function resumeState(state: State, thread: Thread, { input, eventId, at, progress }: EnteredState): Visit {
  return new Visit(thread, state.name, input, { eventId, at, resumed: progress });
}

function executeState(state: State, visit: Visit): Eventually<Outcome> {
  const failed = (error: unknown): never => {
    if (error instanceof StateFailure) recordAbort(state, visit.thread, error);
    throw error;
  };
  visit.thread.stateType = state.type;
  const execute = () => {
    visit.thread.cancellation.throwIfCancelled();
    return state.execute(visit);
  };
  try {
    const others = visit.thread.execution.giveWay();
    const outcome = others ? others.then(execute) : execute();
    return outcome instanceof Promise ? outcome.catch(failed) : outcome;
  } catch (error) {
    return failed(error);
  }
}

/** The state that makes a Parallel fail is left unfinished. A Map or a Parallel inside of it has said so already. */
function recordAbort({ type }: State, thread: Thread, { error }: StateFailure): void {
  if (thread.kind !== 'branch' || error === ErrorName.runtime) return;
  if (type === 'Task' || type === 'Wait') thread.recordAside(`${type}StateAborted`);
}

/** Records the end of a visit and gives the next state's input. `inputText` is the JSON of the visit's input if known. */
function leaveState(
  state: State,
  visit: Visit,
  outcome: Outcome,
  inputText: string | undefined,
): { value: Json; text: string } {
  const { thread } = visit;
  const known = outcome.output === visit.input ? inputText : undefined;
  const text = known ?? payloadText(state, outcome.output);
  const assigned = assign(state, thread, outcome.assigned);
  thread.stateType = undefined;
  if (state.type === 'Map' || state.type === 'Parallel') thread.forgetInner();
  if (state.type !== 'Fail') {
    thread.record(`${state.type}StateExited`, {
      stateExitedEventDetails: { name: state.name, ...outputDetails(text), ...assignedVariables(assigned) },
    });
  }
  return { value: outcome.output, text };
}

/** Of what a state gives to others. Throws StateFailure when it is larger or deeper than a value may be. */
function payloadText(state: State, value: Json | undefined): string {
  const text = JSON.stringify(value);
  if (exceedsPayload(text)) throw dataLimitExceeded(state.name);
  if (isTooDeep(text)) throw nestedTooDeep(state.name);
  return text;
}

/** Sets variables and gives their JSON texts. */
function assign(state: State, thread: Thread, assigned: JsonObject): Record<string, string> {
  const texts: Record<string, string> = {};
  const names = Object.keys(assigned);
  if (names.length === 0) return texts;
  for (const name of names) {
    texts[name] = payloadText(state, assigned[name]);
  }
  thread.assign(assigned);
  if (names.some((name) => (texts[name]?.length ?? 0) > 10_000)) checkAllVariables(state, thread.variables);
  return texts;
}

function checkAllVariables(state: State, variables: JsonObject): void {
  if (Buffer.byteLength(JSON.stringify(variables)) > MAX_VARIABLES_BYTES) throw dataLimitExceeded(state.name);
}
