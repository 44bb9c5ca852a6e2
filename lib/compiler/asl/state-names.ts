// The names of states: a step's own state is called as its id, and further ones of it `<id>.<suffix>`. What reads runs
// and definitions knows the states by these names.

/** What stands after a step's id in the names of its further states. */
export const STATE_SUFFIXES = [
  /** The Choice that asks whether the step runs. */
  'when',
  /** Notes until when a step with a time limit may take. */
  'timer',
  /** Where a step fails that ran into its time limit, and nothing handles it. */
  'late',
  /** The step's own kind of state, within a Parallel state that is called as the step. */
  'try',
  /** Whether more items of a distributed loop failed than it tolerates, after its `try`. */
  'tolerance',
  /** Where the states within that Parallel state end. */
  'try_output',
  /** Tells people of an approval, before the state that waits for one of them. */
  'notify',
  /** Waits as long as a provider said, and leads back: of any state that calls an action. */
  'retry_after',
  /** Waits while the provider works in the background, and leads back. */
  'poll',
  /** Whether an agent's model has answered. */
  'turn',
  /** The calls that an agent's model asked for. */
  'calls',
  /** Which tool an agent's call is of. */
  'call',
  /** Where an agent's call ends that failed. */
  'failed',
  /** Keeps what an iteration is given, for its steps. */
  'iteration',
  /** An iteration, where its failure is caught around it. */
  'item',
  /** Where such an iteration ends. */
  'item_output',
  /** Where a branch or an iteration ends that this step is the last of. */
  'output',
] as const;
export type StateSuffix = (typeof STATE_SUFFIXES)[number];

const SUFFIXES: ReadonlySet<string> = new Set(STATE_SUFFIXES);

/** @param of a step's id; before `retry_after` and `poll` the name of any state */
export function stateName(of: string, suffix: StateSuffix): string {
  return `${of}.${suffix}`;
}

/** Whether the state is the one with the suffix, of any step. */
export function isStateName(name: string, suffix: StateSuffix): boolean {
  return name.endsWith(`.${suffix}`);
}

/** The state that calls a tool of an agent's. */
export function toolState(id: string, actionId: string): string {
  return `${id}.${actionId}`;
}

/** The id of the step that a state belongs to, and the suffix of a state that is not the step's own. */
export function stepOfState(name: string): { readonly id: string; readonly suffix?: StateSuffix } {
  const [id = '', ...rest] = name.split('.');
  const suffix = rest.join('.');
  return isSuffix(suffix) ? { id, suffix } : { id };
}

function isSuffix(text: string): text is StateSuffix {
  return SUFFIXES.has(text);
}

/** No step can have this id: the states that belong to no step are named after it. */
export const WORKFLOW_STATES = 'workflow';
/** Gives the workflow's `output`. */
export const OUTPUT_STATE = `${WORKFLOW_STATES}.output`;
/** Holds all steps of a workflow with `on_failure`, whose errors its Catch takes. */
export const STEPS_STATE = `${WORKFLOW_STATES}.steps`;
/** Where a run ends that had `on_failure`, with its first error. */
export const FAILED_STATE = `${WORKFLOW_STATES}.failed`;

/** One of the states that a rerun begins a flow with; `of` is the Map or Parallel state around the flow. */
export function rerunState(of: string, number: number): string {
  return `${of}.rerun.${number}`;
}

export function isRerunState(name: string): boolean {
  return /\.rerun\.\d+$/.test(name);
}
