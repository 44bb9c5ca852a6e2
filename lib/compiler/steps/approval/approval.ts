// An `approval` step: a Task that waits for a person to decide.
import { pointerTo } from '../../../json-pointer.ts';
import { STANDARD } from '../../tree/express.ts';
import type { Kind } from '../kind.ts';
import { checkApproval } from './check.ts';
import { APPROVAL_RESULT, emitApproval, outputOfTimeout } from './emit.ts';
import { resolveApproval } from './resolve.ts';

export const approval: Kind<'approval'> = {
  canCatch: true,
  isFromOutside: true,
  // People are asked once.
  hasEffect: () => true,
  resultCode: () => APPROVAL_RESULT,
  // Where a timeout is a decision, the step has two ends.
  canGiveOutput: (step) => outputOfTimeout(step) === undefined,

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

  emit: emitApproval,
};
