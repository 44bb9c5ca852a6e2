// The states of a step that waits for a person: the Task that tells people, and the Task that waits for a task token.
import {
  type ApprovalOutput,
  DEFAULT_TIMEOUT_SECONDS,
  timedOutOutput,
} from '../../../workflow-format/approval.ts';
import type { StepOf } from '../../../workflow-format/steps.ts';
import { timeoutSeconds } from '../../asl/deadline.ts';
import { stateComment, type Template } from '../../asl/definition.ts';
import { INVOKE_LAMBDA } from '../../asl/lambda.ts';
import { requestRetriers } from '../../asl/retry.ts';
import { stateName } from '../../asl/state-names.ts';
import { emitValue } from '../../asl/value.ts';
import { emitCall, withCatcher } from '../../emit/call.ts';
import { assign, catchersOf, NOTHING, type StepEmission, transition } from '../../emit/transition.ts';
import { EXECUTION_ID } from '../../expressions/scope.ts';
import type { Value } from '../../expressions/value.ts';
import type { ResolvedApproval } from '../../tree/resolved.ts';

/** What the person decided, with which the task token was answered. */
export const APPROVAL_RESULT = '$states.result';

/** The function that stores what is asked, with the task token (functions/steps). */
const REQUEST_FUNCTION = 'request-approval';

export function emitApproval(emission: StepEmission<'approval'>): void {
  const { step, id, comment, context, flow } = emission;
  const given = step.parsed.step;
  const { approval } = step;
  if (!approval) throw new Error(`The approval ${id} was not resolved`);
  if (approval.notify) emitNotify(given, approval.notify, emission);
  const seconds = timeoutSeconds(given.timeout_seconds ?? DEFAULT_TIMEOUT_SECONDS, context.deadlines);
  flow.add(id, {
    Type: 'Task',
    ...comment,
    Resource: `${INVOKE_LAMBDA}.waitForTaskToken`,
    Arguments: {
      FunctionName: context.functionArn(REQUEST_FUNCTION),
      // People are shown `input` alone, never the token.
      Payload: {
        input: inputOf(given, step.value),
        ...(approval.about && { about: emitValue(approval.about) }),
        approval_id: `{% ${approval.id} %}`,
        task_token: '{% $states.context.Task.Token %}',
        timeout_seconds: seconds,
        // The execution that waits: of a distributed loop that of the iteration.
        execution: { id: `{% ${EXECUTION_ID} %}`, workflow_id: context.workflowId, step_id: id },
      },
    },
    TimeoutSeconds: seconds,
    Retry: requestRetriers(given.retry),
    ...withCatcher(decisionCatcher(given, emission), transition(emission, APPROVAL_RESULT)),
  });
}

function emitNotify(
  given: StepOf<'approval'>,
  { action, params }: NonNullable<ResolvedApproval['notify']>,
  emission: StepEmission,
): void {
  if (!action) throw new Error(`The action that tells of ${emission.id} was not resolved`);
  const { connection } = given.approval.notify ?? {};
  const catchers = catchersOf(emission);
  emitCall(
    {
      state: stateName(emission.id, 'notify'),
      action,
      input: emitValue(params),
      connection,
      retry: given.retry,
    },
    {
      Comment: stateComment(action.id),
      ...(catchers.length === 0 ? {} : { Catch: catchers }),
      Output: NOTHING,
      Next: emission.id,
    },
    emission,
  );
}

function inputOf(
  { approval: { role = 'editor', on_timeout = 'fail' } }: StepOf<'approval'>,
  value: Value,
): Template {
  const asked = value.kind === 'object' ? value.entries : [];
  const literal = (text: string): Value => ({ kind: 'literal', value: text });
  return emitValue({
    kind: 'object',
    entries: [...asked, ['role', literal(role)], ['on_timeout', literal(on_timeout)]],
  });
}

/** A timeout that is taken for a decision. */
function decisionCatcher(given: StepOf<'approval'>, { exit, flow, results }: StepEmission) {
  const timedOut = outputOfTimeout(given);
  if (timedOut === undefined) return undefined;
  return {
    ErrorEquals: ['States.Timeout'],
    ...assign(results.map((name) => [name, timedOut])),
    // The log finds here what the step gave.
    Output: timedOut,
    Next: flow.goTo(exit, timedOut).Next,
  };
}

/** The decision that a timeout stands for; undefined where it is an error. */
export function outputOfTimeout({
  approval: { on_timeout },
}: StepOf<'approval'>): ApprovalOutput | undefined {
  if (on_timeout === undefined || on_timeout === 'fail') return undefined;
  return timedOutOutput(on_timeout === 'approve');
}
