// The names of the variables that states assign and expressions read.

/** The variable that holds what a step gave. */
export function stepVariable(id: string): string {
  return `step_${id}`;
}

/** What the names of the workflow's own variables begin with, those of `set` steps. */
export const SET_PREFIX = 'var_';

/** A variable of the workflow's own. */
export function setVariable(name: string): string {
  return `${SET_PREFIX}${name}`;
}

/** The variable that holds the error for the steps of a step's `on_error`. */
export function errorVariable(id: string): string {
  return `error_${id}`;
}

/** The variable that holds what an agent's last turn gave; before the first it is not assigned. */
export function agentVariable(id: string): string {
  return `agent_${id}`;
}

/**
 * What a loop's iteration keeps of what it is given: its item, its index, how many iterations there are in this
 * execution; where it is an execution of its own, all of it.
 */
export type IterationPart = 'item' | 'index' | 'runs' | 'input';

/** The variable that holds it. */
export function iterationVariable(part: IterationPart, loopId: string): string {
  return `${part}_${loopId}`;
}

/** The variable that holds the error for the steps of `on_failure`. */
export const FAILURE = 'failure';
