// Calls that go on at the provider while no Lambda runs: the Task fails with StillRunning and what is ongoing, a Wait state
// waits, and the Task is entered again with that. As for rate limits (retry-after.ts), that costs no Lambda.
import type { StepOf } from '../../workflow-format/steps.ts';
import { type Deadline, waitSeconds } from './deadline.ts';
import type { Catcher, Template, WaitState } from './definition.ts';
import { stateName } from './state-names.ts';

/** The name of the error of an action's Lambda whose call goes on. */
const STILL_RUNNING = 'StillRunning';

/** How long a step may take in the background where it does not say. */
const DEFAULT_BACKGROUND_SECONDS = 3600;

/** How long a step may take; undefined when it is not in the background. */
export function backgroundSeconds({
  background,
  timeout_seconds: seconds = DEFAULT_BACKGROUND_SECONDS,
}: Pick<StepOf<'action'>, 'background' | 'timeout_seconds'>): number | undefined {
  return background && seconds;
}

/** Of each look: a Task that fails, and the Wait state (API reference, HistoryEvent). */
export const POLL_EVENTS = 5 + 2;

/** The variable that holds what is ongoing; before the first wait it is not assigned. */
export function ongoingVariable(id: string): string {
  return `ongoing_${id}`;
}

/** What the Lambda is told. @param deadlines one at least */
export function backgroundPayload(
  id: string,
  deadlines: readonly Deadline[],
): Readonly<Record<string, Template>> {
  const variable = `$${ongoingVariable(id)}`;
  // A redrive and a rerun begin anew: what was ongoing may have failed, and is deleted then.
  const isOngoing = `$exists(${variable}) and ${variable}.run = ${THIS_RUN}`;
  const until = deadlines.map((deadline) => deadline.until);
  return {
    until: `{% ${until.length === 1 ? until[0] : `$min([${until.join(', ')}])`} %}`,
    ongoing: `{% ${isOngoing} ? ${variable} : null %}`,
  };
}

/** Tells a run from its reruns, which take its variables over, and from what a redrive makes of it. */
const THIS_RUN = '$states.context.Execution.Id & "." & $states.context.Execution.RedriveCount';

/** What the Lambda has failed with. */
const TOLD = '$parse($parse($states.errorOutput.Cause).errorMessage)';

/**
 * @param state the Task's name
 * @param keepsInput the Task reads its input, also when it is entered again
 */
export function stillRunningCatcher(id: string, state: string, keepsInput: boolean): Catcher {
  const seconds = `${TOLD}.seconds`;
  return {
    ErrorEquals: [STILL_RUNNING],
    Assign: { [ongoingVariable(id)]: `{% $merge([${TOLD}.ongoing, {"run": ${THIS_RUN}}]) %}` },
    Output: keepsInput ? `{% $merge([$states.input, {"poll": ${seconds}}]) %}` : `{% ${seconds} %}`,
    Next: stateName(state, 'poll'),
  };
}

/** The name and the state that waits, and leads back to the Task. */
export function pollWait(
  state: string,
  keepsInput: boolean,
  deadlines: readonly Deadline[],
): [string, WaitState] {
  const wait: WaitState = {
    Type: 'Wait',
    Comment: 'While the provider works',
    Seconds: waitSeconds(`{% ${keepsInput ? '$states.input.poll' : '$states.input'} %}`, deadlines),
    Output: '{% $states.input %}',
    Next: state,
  };
  return [stateName(state, 'poll'), wait];
}
