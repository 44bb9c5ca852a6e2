// `timeout_seconds` of steps that hold other steps. Step Functions has a time limit for Tasks only: a state before the
// step assigns its deadline to a variable, and everything in it that takes time is limited by that.
import { jsonataLiteral, quoted } from '../expressions/literal.ts';
import { caughtCause, codeOf, type TimeoutCondition } from './caught-error.ts';
import type { Catcher, FailState, PassState, Retrier, Template } from './definition.ts';
import { EVALUATION_ERROR } from './evaluation-error.ts';
import { stateName } from './state-names.ts';

/** When a step with other steps in it has to have ended. */
export interface Deadline {
  readonly id: string;
  readonly seconds: number;
  /** JSONata that gives the deadline, in milliseconds since 1970. */
  readonly until: string;
}

const TIMEOUT = 'States.Timeout';

function deadlineVariable(id: string): string {
  return `until_${id}`;
}

export function deadline(id: string, seconds: number): Deadline {
  return { id, seconds, until: `$${deadlineVariable(id)}` };
}

/**
 * The deadline as an iteration that is an execution of its own has it.
 * @param input JSONata that gives what it was given
 */
export function inChild(outer: Deadline, input: string): Deadline {
  return { ...outer, until: `${input}.deadlines.${quoted(outer.id)}` };
}

/** What such an iteration gets of the deadlines around it. */
export function passedDeadlines(deadlines: readonly Deadline[]): { readonly deadlines?: Template } {
  if (deadlines.length === 0) return {};
  return { deadlines: Object.fromEntries(deadlines.map(({ id, until }) => [id, `{% ${until} %}`])) };
}

/** The state before the step, which assigns the deadline. */
export function timerState({ id, seconds }: Deadline): PassState {
  return {
    Type: 'Pass',
    Comment: `${id} may take ${seconds} seconds`,
    Assign: { [deadlineVariable(id)]: `{% $millis() + ${seconds * 1000} %}` },
    Output: '{% $states.input %}',
    Next: id,
  };
}

function timeoutVariable(id: string): string {
  return `late_${id}`;
}

/**
 * Expressions fail on purpose after the deadline, which Step Functions names a failed evaluation: it gets the name of a
 * timeout. Any other failed evaluation keeps its name and Cause.
 */
export function timeoutCatcher(deadline: Deadline): Catcher {
  const told = (over: string, otherwise: string): string =>
    `{% ${isOver(deadline)} ? ${jsonataLiteral(over)} : ${codeOf(otherwise)} %}`;
  return {
    ErrorEquals: [EVALUATION_ERROR],
    Assign: {
      [timeoutVariable(deadline.id)]: {
        name: told(TIMEOUT, EVALUATION_ERROR),
        cause: told(timeoutMessage(deadline), caughtCause),
      },
    },
    Next: stateName(deadline.id, 'late'),
  };
}

/** Where a step fails whose error nothing handles. */
export function timeoutState({ id }: Deadline): FailState {
  const variable = timeoutVariable(id);
  return { Type: 'Fail', Error: `{% $${variable}.name %}`, Cause: `{% $${variable}.cause %}` };
}

/** A try that begins after the deadline fails at once; so would any further one. */
export const NEVER_AFTER_DEADLINE: Retrier = { ErrorEquals: [EVALUATION_ERROR], MaxAttempts: 0 };

function isOver({ until }: Deadline): string {
  return `$millis() >= ${until}`;
}

function timeoutMessage({ id, seconds }: Deadline): string {
  return `The step ${id} ran into its time limit of ${seconds} seconds`;
}

/** What a failed evaluation tells of a time limit that is over; undefined when it failed for another reason. */
export function timeoutToldBy(cause: string): string | undefined {
  return /The step \S+ ran into its time limit of \d+ seconds/.exec(cause)?.[0];
}

/** The seconds that are left until the first of the deadlines. */
function secondsLeft(deadlines: readonly Deadline[]): string {
  const [only] = deadlines;
  const until =
    deadlines.length === 1 && only ? only.until : `$min([${deadlines.map(({ until }) => until).join(', ')}])`;
  return `$ceil((${until} - $millis()) / 1000)`;
}

/** TimeoutSeconds of a Task: its own, and no longer than the steps around it may take. Without time left the Task fails, uncalled. */
export function timeoutSeconds(own: number, deadlines: readonly Deadline[]): number | string {
  if (deadlines.length === 0) return own;
  const over = deadlines
    .map((deadline) => `${isOver(deadline)} ? $error("${timeoutMessage(deadline)}") : `)
    .join('');
  return `{% ${over}$min([${own}, ${secondsLeft(deadlines)}]) %}`;
}

/** Seconds of a Wait state, which ends with the time of the steps around it. */
export function waitSeconds(seconds: Template, deadlines: readonly Deadline[]): Template {
  if (deadlines.length === 0) return seconds;
  return `{% $max([0, $min([${codeOf(seconds)}, ${secondsLeft(deadlines)}])]) %}`;
}

/**
 * Timestamp of a Wait state, likewise. Step Functions leaves its fraction of a second out (developer guide, "Wait
 * workflow state"): without rounding up, the wait would be over just before the deadline, and what follows would begin.
 */
export function waitTimestamp(timestamp: Template, deadlines: readonly Deadline[]): Template {
  if (deadlines.length === 0) return timestamp;
  const all = [`$toMillis(${codeOf(timestamp)})`, ...deadlines.map(({ until }) => until)];
  return `{% $fromMillis($ceil($min([${all.join(', ')}]) / 1000) * 1000) %}`;
}

/** What the step gives, or after its deadline a failure, also where steps in it have handled their own timeouts. */
export function resultInTime(result: string, deadline: Deadline): string {
  return `${isOver(deadline)} ? $error("${timeoutMessage(deadline)}") : ${result}`;
}

/** How the step's Catch recognises and describes a timeout. */
export function timeoutIn(deadline: Deadline): TimeoutCondition {
  return { condition: isOver(deadline), message: timeoutMessage(deadline) };
}
