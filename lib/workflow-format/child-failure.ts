// Why a run that another run waited for did not succeed: what Step Functions puts into the Cause of States.TaskFailed.

/**
 * The Cause is the answer of DescribeExecution as JSON, its fields in the order of their names. It is cut after 32,768
 * characters, and the run's whole input is among them: only the fields before that are sure to be there, which are
 * Cause and Error, where it has them, and ExecutionArn. Within texts quotation marks are escaped, so that neither
 * mark can stand in one.
 */
export const CHILD_BEGINS = String.raw`^\x7b"(?:Cause|Error|ExecutionArn)":"`;
export const CHILD_INPUT = ',"Input":';

export interface ChildFailure {
  readonly executionArn: string;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly status: 'failed' | 'timed_out' | 'aborted';
}

/** @returns undefined when the text is no such Cause */
export function childFailure(text: string): ChildFailure | undefined {
  const input = text.indexOf(CHILD_INPUT);
  if (input < 0 || !new RegExp(CHILD_BEGINS).test(text)) return undefined;
  const fields: Readonly<Record<string, string>> = JSON.parse(`${text.slice(0, input)}}`);
  const status = /"Status":"(TIMED_OUT|ABORTED)"/.exec(text)?.[1];
  return {
    executionArn: fields['ExecutionArn'] ?? '',
    error: fields['Error'],
    cause: fields['Cause'],
    status: status === 'TIMED_OUT' ? 'timed_out' : status === 'ABORTED' ? 'aborted' : 'failed',
  };
}
