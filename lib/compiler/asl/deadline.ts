// timeout_seconds of steps that hold other steps: Step Functions has a time limit for Tasks only, so a state before the
// step notes until when it may take, and everything in it that takes time goes by that.
import { jsonataLiteral } from '../expressions/literal.ts';
import { INPUT, quoted } from '../expressions/scope.ts';
import { caughtCause, codeOf, type Over } from './caught-error.ts';
import type { Catcher, FailState, PassState, Retrier, Template } from './definition.ts';
import { stateName } from './state-names.ts';

/** A step with steps in it that has to end in time. */
export interface Deadline {
  readonly id: string;
  readonly seconds: number;
  /** JSONata that gives until when it may take, in milliseconds since 1970. */
  readonly until: string;
}

const EVALUATION = 'States.QueryEvaluationError';
const TIMEOUT = 'States.Timeout';

function deadlineVariable(id: string): string {
  return `until_${id}`;
}

export function deadline(id: string, seconds: number): Deadline {
  return { id, seconds, until: `$${deadlineVariable(id)}` };
}

/** The deadline as an iteration that is an execution of its own has it. */
export function inChild(outer: Deadline): Deadline {
  return { ...outer, until: `${INPUT}.deadlines.${quoted(outer.id)}` };
}

/** What such an iteration gets of the deadlines around it. */
export function passedDeadlines(deadlines: readonly Deadline[]): { readonly deadlines?: Template } {
  if (deadlines.length === 0) return {};
  return { deadlines: Object.fromEntries(deadlines.map(({ id, until }) => [id, `{% ${until} %}`])) };
}

/** The state before the step. */
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

/** Of what else cannot be evaluated it keeps name and Cause. */
export function timeoutCatcher(deadline: Deadline): Catcher {
  const told = (over: string, otherwise: string): string =>
    `{% ${isOver(deadline)} ? ${jsonataLiteral(over)} : ${codeOf(otherwise)} %}`;
  return {
    ErrorEquals: [EVALUATION],
    Assign: {
      [timeoutVariable(deadline.id)]: {
        name: told(TIMEOUT, EVALUATION),
        cause: told(overMessage(deadline), caughtCause),
      },
    },
    Next: stateName(deadline.id, 'late'),
  };
}

/** Where a step ends that nothing handles: an expression tells of the time, and Step Functions' own name for it is another. */
export function timeoutState({ id }: Deadline): FailState {
  const variable = timeoutVariable(id);
  return { Type: 'Fail', Error: `{% $${variable}.name %}`, Cause: `{% $${variable}.cause %}` };
}

/** A try that begins when the time is over fails at once, and no further one would do better. */
export const NOT_WHEN_OVER: Retrier = { ErrorEquals: [EVALUATION], MaxAttempts: 0 };

function isOver({ until }: Deadline): string {
  return `$millis() >= ${until}`;
}

function overMessage({ id, seconds }: Deadline): string {
  return `The step ${id} ran into its time limit of ${seconds} seconds`;
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
    .map((deadline) => `${isOver(deadline)} ? $error("${overMessage(deadline)}") : `)
    .join('');
  return `{% ${over}$min([${own}, ${secondsLeft(deadlines)}]) %}`;
}

/** Seconds of a Wait state, which ends with the time of the steps around it. */
export function waitSeconds(seconds: Template, deadlines: readonly Deadline[]): Template {
  if (deadlines.length === 0) return seconds;
  return `{% $max([0, $min([${codeOf(seconds)}, ${secondsLeft(deadlines)}])]) %}`;
}

/** Timestamp of a Wait state, likewise. */
export function waitTimestamp(timestamp: Template, deadlines: readonly Deadline[]): Template {
  if (deadlines.length === 0) return timestamp;
  const all = [`$toMillis(${codeOf(timestamp)})`, ...deadlines.map(({ until }) => until)];
  return `{% $fromMillis($min([${all.join(', ')}])) %}`;
}

/** What the step gives, or the failure that it took too long, whatever its steps made of running out of time. */
export function inTime(result: string, deadline: Deadline): string {
  return `${isOver(deadline)} ? $error("${overMessage(deadline)}") : ${result}`;
}

/** The step's Catch tells of whatever failed because the time was over that it was over. */
export function overIn(deadline: Deadline): Over {
  return { condition: isOver(deadline), message: overMessage(deadline) };
}
