// The states of a step that waits for a person: the Task that tells people, and the Task that waits for a task token.

import { DEFAULT_TIMEOUT_SECONDS } from '../../../workflow-format/approval.ts';
import type { ApprovalStep } from '../../../workflow-format/workflow.ts';
import { timeoutSeconds } from '../../asl/deadline.ts';
import { stateComment, type Template } from '../../asl/definition.ts';
import { requestRetriers } from '../../asl/retry.ts';
import { stateName } from '../../asl/state-names.ts';
import { emitValue } from '../../asl/value.ts';
import { emitCall, withCatcher } from '../../emit/call.ts';
import { assign, catchersOf, leaving, type Making, NOTHING } from '../../emit/transition.ts';
import { EXECUTION_ID } from '../../expressions/scope.ts';
import type { Value } from '../../expressions/value.ts';
import type { ResolvedApproval } from '../../tree/resolved.ts';
import { outputOfTimeout } from './approval.ts';

/** The function that stores what is asked, with the task token (functions/steps). */
const REQUEST_FUNCTION = 'request-approval';

export function emitApproval(making: Making): void {
  const { step, id, comment, context, flow } = making;
  const given = step.parsed.step;
  const { approval } = step;
  if (!approval || !('approval' in given)) throw new Error(`The approval ${id} was not resolved`);
  if (approval.notify) emitNotify(given, approval.notify, making);
  const seconds = timeoutSeconds(given.timeout_seconds ?? DEFAULT_TIMEOUT_SECONDS, context.deadlines);
  flow.add(id, {
    Type: 'Task',
    ...comment,
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: {
      FunctionName: context.functionArn(REQUEST_FUNCTION),
      // Of this only `input` is shown to people: the token stays beside it.
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
    ...withCatcher(timeoutCatcher(given, making), leaving(making)),
  });
}

function emitNotify(
  given: ApprovalStep,
  { action, params }: NonNullable<ResolvedApproval['notify']>,
  making: Making,
): void {
  if (!action) throw new Error(`The action that tells of ${making.id} was not resolved`);
  const { connection } = given.approval.notify ?? {};
  const catchers = catchersOf(making);
  emitCall(
    { state: stateName(making.id, 'notify'), action, input: params, connection, retry: given.retry },
    {
      Comment: stateComment(action.id),
      ...(catchers.length === 0 ? {} : { Catch: catchers }),
      Output: NOTHING,
      Next: making.id,
    },
    making,
  );
}

function inputOf(
  { approval: { role = 'editor', on_timeout = 'fail' } }: ApprovalStep,
  value: Value,
): Template {
  const asked = value.kind === 'object' ? value.entries : [];
  const literal = (text: string): Value => ({ kind: 'literal', value: text });
  return emitValue({
    kind: 'object',
    entries: [...asked, ['role', literal(role)], ['on_timeout', literal(on_timeout)]],
  });
}

/** What a timeout gives takes the place of what a person would have decided. */
function timeoutCatcher(given: ApprovalStep, { exit, flow, results }: Making) {
  const timedOut = outputOfTimeout(given);
  if (timedOut === undefined) return undefined;
  return {
    ErrorEquals: ['States.Timeout'],
    ...assign(results.map((name) => [name, timedOut])),
    // The log finds here what the step gave.
    Output: timedOut,
    Next: flow.way(exit, timedOut).Next,
  };
}
