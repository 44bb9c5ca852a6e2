// The interpreter's loop: enters a state, executes it, exits it, and goes on to the next.
import type { MaybePromise } from '../language/maybe-promise.ts';
import type { EnteredState } from '../model/checkpoint.ts';
import { dataLimitExceeded, ErrorName, nestedTooDeep, StateFailure } from '../model/errors.ts';
import { assignedVariables, inputDetails, outputDetails } from '../model/history.ts';
import {
  exceedsPayload,
  isSurelyTooLarge,
  isTooDeep,
  type Json,
  type JsonObject,
  jsonText,
} from '../model/json.ts';
import type { Thread } from './thread.ts';
import { type Outcome, Visit } from './visit.ts';

export type StateType = 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Map' | 'Parallel';

export interface State {
  readonly name: string;
  readonly type: StateType;
  /** Throws StateFailure, or Cancelled when its thread was stopped. */
  execute(visit: Visit): MaybePromise<Outcome>;
}

/** States and the first one of them: of a state machine, a branch, or an item processor. */
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
 * Runs a flow to its end and gives its output. After a restart it goes on in the state that was entered last: between
 * two states it waits for no timer and no answer, so that a checkpoint is never of a thread between them.
 * @throws StateFailure when a state failed and nothing caught it; Cancelled when the thread was stopped
 */
export async function runFlow(flow: Flow, input: Json, thread: Thread): Promise<Json> {
  let payload = { value: input, text: '' };
  let resumed = thread.restored?.entered;
  let name = resumed?.state ?? flow.startAt;
  for (;;) {
    const state = flow.states.get(name);
    if (!state) throw new StateFailure(ErrorName.runtime, `The state '${name}' does not exist.`);
    if (!payload.text) payload = { value: payload.value, text: jsonText(payload.value) };
    const visit = resumed ? resumeState(state, thread, resumed) : enterState(state, thread, payload);
    resumed = undefined;
    const executed = executeState(state, visit);
    // A state may wait for long: until then the text of its input, which may be large, is not kept in memory.
    if (executed instanceof Promise) payload = { value: payload.value, text: '' };
    // A branch or an iteration awaits each state, so that none runs to its end before its siblings have begun.
    const outcome = executed instanceof Promise || thread.kind !== 'execution' ? await executed : executed;
    payload = exitState(state, visit, outcome, visit.input === payload.value ? payload.text : '');
    thread.cancellation.throwIfCancelled();
    if (outcome.next === undefined) {
      if (thread.kind === 'branch') thread.end({ output: payload.value });
      return payload.value;
    }
    name = outcome.next;
  }
}

function enterState(state: State, thread: Thread, input: { value: Json; text: string }): Visit {
  const eventId = thread.record(`${state.type}StateEntered`, {
    stateEnteredEventDetails: { name: state.name, ...inputDetails(input.text) },
  });
  // Not before its event: a wait that counts from here would seem to end too early by the history.
  const at = thread.execution.environment.clock.now();
  thread.enter({ state: state.name, input: input.value, eventId, at, progress: { kind: 'entered' } });
  return new Visit(thread, state.name, input.value, { eventId, at });
}

function resumeState(state: State, thread: Thread, { input, eventId, at, progress }: EnteredState): Visit {
  return new Visit(thread, state.name, input, { eventId, at, resumed: progress });
}

function executeState(state: State, visit: Visit): MaybePromise<Outcome> {
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
    const yielded = visit.thread.execution.yieldToEventLoop();
    const outcome = yielded ? yielded.then(execute) : execute();
    return outcome instanceof Promise ? outcome.catch(failed) : outcome;
  } catch (error) {
    return failed(error);
  }
}

/** The state that makes a Parallel fail is aborted. A Map or a Parallel has recorded that itself already. */
function recordAbort({ type }: State, thread: Thread, { error }: StateFailure): void {
  if (thread.kind !== 'branch' || error === ErrorName.runtime) return;
  if (type === 'Task' || type === 'Wait') thread.recordWithoutAdvancing(`${type}StateAborted`);
}

/** Records the end of a visit and gives the next state's input. `inputText`: the JSON of the visit's input; empty if not known. */
function exitState(
  state: State,
  visit: Visit,
  outcome: Outcome,
  inputText: string,
): { value: Json; text: string } {
  const { thread } = visit;
  const known = outcome.output === visit.input ? inputText : '';
  const text = known || payloadText(state, outcome.output);
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

/** The JSON of an output or a variable. Throws StateFailure when it is larger or deeper than a value may be. */
function payloadText(state: State, value: Json | undefined): string {
  if (isSurelyTooLarge(value)) throw dataLimitExceeded(state.name);
  const text = jsonText(value);
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
  if (Buffer.byteLength(jsonText(variables)) > MAX_VARIABLES_BYTES) throw dataLimitExceeded(state.name);
}
