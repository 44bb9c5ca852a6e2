// Delivers a decision to the waiting run, and detects when nothing waits any more.
import {
  InvalidToken,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { type ApprovalRecord, type Decision, outputOf } from '../stores/approval-record.ts';
import type { ApprovalStore } from '../stores/approvals.ts';
import { hasSucceeded } from './history.ts';

export interface DeliveryDependencies {
  readonly store: ApprovalStore;
  readonly sfn: SFNClient;
  readonly now: () => Date;
}

/**
 * Idempotent: a task accepts one answer.
 * @param etag of the record, which has a decision and a token
 * @returns the updated record, delivered or closed; undefined when the step asked again meanwhile
 */
export async function deliver(
  id: string,
  record: ApprovalRecord,
  etag: string,
  { store, sfn, now }: DeliveryDependencies,
): Promise<ApprovalRecord | undefined> {
  const { decision, task_token: taskToken } = record;
  if (!decision || taskToken === null) return record;
  // An earlier attempt may have been interrupted after sending, which only the history shows.
  const delivered =
    (await send(taskToken, decision, sfn)) || (await hasSucceeded(record.execution_arn, taskToken, sfn));
  const after: ApprovalRecord = delivered
    ? { ...record, task_token: null }
    : { ...record, task_token: null, decision: null, closed_at: now().toISOString() };
  if ((await store.write(id, after, { etag })) === undefined) return undefined;
  await store.unmarkOpen(id);
  return after;
}

/** @returns false when no task waits with the token: it was answered or timed out, or its run has ended */
async function send(taskToken: string, decision: Decision, sfn: SFNClient): Promise<boolean> {
  try {
    const output = JSON.stringify(outputOf(decision));
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output }));
    return true;
  } catch (error) {
    const isStale =
      error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken;
    if (isStale) return false;
    throw error;
  }
}
