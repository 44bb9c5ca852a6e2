// The event that Step Functions sends to EventBridge when an execution starts and when it ends.
import { randomUUID } from 'node:crypto';
import { type ArnScope, versionArn } from '../model/arns.ts';
import { isoTime } from '../model/clock.ts';
import { type RedriveStatus, statusRedrivable } from '../runtime/redrive.ts';
import type { ExecutionRow } from '../store/rows.ts';

export interface StatusChangeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Step Functions Execution Status Change';
  readonly source: 'aws.states';
  readonly account: string;
  /** ISO 8601, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly [executionArn: string];
  readonly detail: StatusChangeDetail;
}

/** Times are milliseconds since 1970; input and output are JSON texts. */
export interface StatusChangeDetail {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineVersionArn: string | null;
  readonly stateMachineAliasArn: string | null;
  readonly name: string;
  readonly status: ExecutionRow['status'];
  readonly startDate: number;
  readonly stopDate: number | null;
  readonly redriveCount: number;
  readonly redriveDate: number | null;
  readonly redriveStatus: RedriveStatus['redriveStatus'];
  readonly redriveStatusReason: string | null;
  readonly input: string | null;
  readonly inputDetails: { readonly included: boolean } | null;
  readonly output: string | null;
  readonly outputDetails: { readonly included: boolean } | null;
  readonly error: string | null;
  readonly cause: string | null;
}

/** Input and output are left out when the event would pass EventBridge's limit (developer guide, "EventBridge payload"). */
const MAX_DATA_BYTES = 248 * 1024;

type Status = Pick<
  ExecutionRow,
  | 'arn'
  | 'name'
  | 'machineArn'
  | 'version'
  | 'alias'
  | 'status'
  | 'startedAt'
  | 'stoppedAt'
  | 'input'
  | 'redriveCount'
  | 'redrivenAt'
> & { readonly output?: string; readonly error?: string; readonly cause?: string };

export function statusChangeEvent(scope: ArnScope, execution: Status): StatusChangeEvent {
  const { arn, machineArn, version, output, stoppedAt } = execution;
  const included = Buffer.byteLength(execution.input) + Buffer.byteLength(output ?? '') <= MAX_DATA_BYTES;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: scope.accountId,
    time: isoTime(stoppedAt ?? execution.redrivenAt ?? execution.startedAt).replace(/\.\d+/, ''),
    region: scope.region,
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: machineArn,
      stateMachineVersionArn: version === undefined ? null : versionArn(machineArn, version),
      stateMachineAliasArn: execution.alias ?? null,
      name: execution.name,
      status: execution.status,
      startDate: execution.startedAt,
      stopDate: stoppedAt ?? null,
      redriveCount: execution.redriveCount,
      redriveDate: execution.redrivenAt ?? null,
      redriveStatusReason: null,
      ...statusRedrivable(execution.status),
      input: included ? execution.input : null,
      inputDetails: { included },
      output: included ? (output ?? null) : null,
      outputDetails: output === undefined ? null : { included },
      error: execution.error ?? null,
      cause: execution.cause ?? null,
    },
  };
}
