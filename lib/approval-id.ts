// An approval's id, which holds the execution, the step, and in loops the iteration.
import { type ExecutionName, executionOfId } from './arns.ts';

/**
 * `<execution id>.<step id>`, in loops with the index of each loop after it. Of the characters that an execution's
 * name can have only those of the API's execution ids, so that it is safe in a path and in a key.
 */
export const APPROVAL_ID =
  /^[a-z][a-z0-9_-]{0,47}\.[\w.+=@!'()-]{1,80}\.[A-Za-z_][A-Za-z0-9_]{0,63}(?:\.(?:0|[1-9]\d{0,7})){0,32}$/;

export interface ApprovalName {
  readonly execution: ExecutionName;
  readonly stepId: string;
  /** The indexes in the loops around the step, the outermost first. */
  readonly index: readonly number[];
}

/** @param id one that matches APPROVAL_ID. An index begins with a digit, and a step's id does not. */
export function approvalOfId(id: string): ApprovalName {
  const parts = id.split('.');
  const at = parts.findLastIndex((part) => !/^\d+$/.test(part));
  return {
    execution: executionOfId(parts.slice(0, at).join('.')),
    stepId: parts[at] ?? '',
    index: parts.slice(at + 1).map(Number),
  };
}
