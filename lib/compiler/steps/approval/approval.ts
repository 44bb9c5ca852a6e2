// An `approval` step: a Task that waits for a person to decide.
import { pointerTo } from '../../../json-pointer.ts';
import { DEFAULT_TIMEOUT_SECONDS } from '../../../workflow-format/approval.ts';
import { STANDARD } from '../../tree/express.ts';
import { usedBy } from '../../tree/used-connection.ts';
import type { Kind } from '../kind.ts';
import { checkApproval } from './check.ts';
import { APPROVAL_RESULT, emitApproval, outputOfTimeout } from './emit.ts';
import { resolveApproval } from './resolve.ts';

export const approval: Kind<'approval'> = {
  canCatch: true,
  // People are asked once.
  hasEffect: () => true,
  resultCode: () => APPROVAL_RESULT,
  // Where a timeout is a decision, the step has two ends.
  canGiveOutput: ({ parsed }) => outputOfTimeout(parsed.step) === undefined,

  connections: ({ parsed: { step, pointer }, approval }) =>
    usedBy(
      approval?.notify?.action,
      step.approval.notify?.connection,
      pointerTo(pointer, 'approval', 'notify'),
      'action',
    ),

  resolve: resolveApproval,
  check: checkApproval,

  // Step Functions has no task tokens there.
  notInExpress({ pointer }) {
    return {
      pointer: pointerTo(pointer, 'approval'),
      message: 'A run of an Express workflow cannot wait for a person',
      hint: `Leave it out, or ${STANDARD}`,
    };
  },

  unread: ({ id }) => ({
    message: `Nothing reads the decision of the step ${id}: the run continues after a rejection too`,
    goesOnWhen: `steps.${id}.approved`,
  }),

  outlasts({ id, timeout_seconds: own, approval: { on_timeout: onTimeout } }, limit) {
    // Who leaves both out may mean the limit around the step to be that of the decision.
    if (own === undefined && (onTimeout === undefined || onTimeout === 'fail')) return undefined;
    const seconds = own ?? DEFAULT_TIMEOUT_SECONDS;
    if (seconds < limit || (own === limit && onTimeout === undefined)) return undefined;
    return {
      what: `The approval ${id} has ${seconds} seconds to be decided`,
      path: own === undefined ? ['approval', 'on_timeout'] : ['timeout_seconds'],
    };
  },

  emit: emitApproval,
};
