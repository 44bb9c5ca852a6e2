// timeout_seconds of steps that hold other steps: Step Functions has a time limit for Tasks only, so a state before the
// step notes until when it may take, and everything in it that takes time goes by that.
import { codeOf, type Over } from './caught-error.ts';
import type { PassState, Template } from './definition.ts';

/** A step with steps in it that has to end in time. */
export interface Deadline {
  readonly id: string;
  readonly seconds: number;
}

/** The variable that holds until when the step may take, in milliseconds since 1970. */
export function deadlineVariable(id: string): string {
  return `until_${id}`;
}

/** The state before the step. */
export function timerName(id: string): string {
  return `${id}.timer`;
}

export function timerState({ id, seconds }: Deadline): PassState {
  return {
    Type: 'Pass',
    Comment: `${id} may take ${seconds} seconds`,
    Assign: { [deadlineVariable(id)]: `{% $millis() + ${seconds * 1000} %}` },
    Output: '{% $states.input %}',
    Next: id,
  };
}

function isOver({ id }: Deadline): string {
  return `$millis() >= $${deadlineVariable(id)}`;
}

function overMessage({ id, seconds }: Deadline): string {
  return `The step ${id} ran into its time limit of ${seconds} seconds`;
}

/** The seconds that are left until the first of the deadlines. */
function secondsLeft(deadlines: readonly Deadline[]): string {
  const [only] = deadlines;
  const until =
    deadlines.length === 1 && only
      ? `$${deadlineVariable(only.id)}`
      : `$min([${deadlines.map(({ id }) => `$${deadlineVariable(id)}`).join(', ')}])`;
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
  const all = [`$toMillis(${codeOf(timestamp)})`, ...deadlines.map(({ id }) => `$${deadlineVariable(id)}`)];
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
