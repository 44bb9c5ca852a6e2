// Tells a waiting run what was decided, and finds out when nothing waits any more.
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
 * Repeating it does no harm: a run takes one answer.
 * @param etag of the record, which has a decision and a token
 * @returns the record as it is then: delivered or closed; undefined when the step asked again meanwhile
 */
export async function deliver(
  id: string,
  record: ApprovalRecord,
  etag: string,
  { store, sfn, now }: DeliveryDependencies,
): Promise<ApprovalRecord | undefined> {
  const { decision, task_token: taskToken } = record;
  if (!decision || taskToken === null) return record;
  // An earlier try may have told the run and not come to write that down: only the history knows.
  const reached =
    (await sent(taskToken, decision, sfn)) || (await hasSucceeded(record.execution_arn, taskToken, sfn));
  const after: ApprovalRecord = reached
    ? { ...record, task_token: null }
    : { ...record, task_token: null, decision: null, closed_at: now().toISOString() };
  if ((await store.write(id, after, { etag })) === undefined) return undefined;
  await store.settled(id);
  return after;
}

/** @returns false when nothing waits under the token: it has got an answer, or ran out of time, or its run has ended */
async function sent(taskToken: string, decision: Decision, sfn: SFNClient): Promise<boolean> {
  try {
    const output = JSON.stringify(outputOf(decision));
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output }));
    return true;
  } catch (error) {
    const dead =
      error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken;
    if (dead) return false;
    throw error;
  }
}
