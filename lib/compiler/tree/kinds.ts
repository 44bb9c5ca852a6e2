// Steps around which a Parallel state stands, because Step Functions catches no error of their own kind of state.
import type { Step, StepKind } from '../../workflow-format/workflow.ts';

const UNCAUGHT_KINDS: readonly StepKind[] = ['set', 'transform', 'wait', 'switch', 'return', 'fail'];

/** Whether the kind's own state has no Retry and no Catch. */
export function isUncaughtKind(kind: StepKind): boolean {
  return UNCAUGHT_KINDS.includes(kind);
}

/** Whether the step's state stands within a Parallel state of its name, which tries again and catches. */
export function isWrapped(step: Step, kind: StepKind): boolean {
  if (!isUncaughtKind(kind)) return false;
  const has = (key: string): boolean => Object.hasOwn(step, key);
  return has('retry') || has('on_error') || (kind === 'switch' && has('timeout_seconds'));
}
