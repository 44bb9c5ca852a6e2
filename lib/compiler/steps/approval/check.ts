// An approval's notification, and its retry.
import { pointerTo } from '../../../json-pointer.ts';
import { stateName } from '../../asl/state-names.ts';
import type { CheckContext } from '../../check/context.ts';
import { checkPayload } from '../../check/sizes.ts';
import { checkNames } from '../../check/state-names.ts';
import { reportUnknownAction } from '../../check/unknown-action.ts';
import type { ResolvedStep } from '../../tree/resolved.ts';

export function checkApproval({ parsed, approval }: ResolvedStep<'approval'>, context: CheckContext): void {
  const { step, pointer } = parsed;
  const { notify } = step.approval;
  if (notify && approval?.notify) {
    const at = pointerTo(pointer, 'approval', 'notify');
    const { action, params } = approval.notify;
    // Without params, a missing parameter is reported at notify.
    const valuesPointer = notify.params === undefined ? at : pointerTo(at, 'params');
    if (action) context.checkParams(action, params, { valuesPointer });
    else reportUnknownAction(notify.action, pointerTo(at, 'action'), context);
    checkPayload(params, pointerTo(at, 'params'), context.report);
    checkNames([stateName(stateName(step.id, 'notify'), 'retry_after')], pointer, context.report);
  }
  for (const [index, name] of (step.retry?.on ?? []).entries()) {
    if (name !== 'States.Timeout') continue;
    context.report({
      code: 'retry-errors',
      pointer: pointerTo(pointer, 'retry', 'on', index),
      message: 'Who did not decide in time is not asked again: retry is for asking',
      hint: 'Give them longer, by timeout_seconds, or say what a timeout means, by on_timeout.',
    });
  }
}
