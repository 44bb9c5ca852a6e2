// What tests of approvals share: the records in S3, beside a Step Functions that answers as the test says.
import { type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { startS3 } from '../../../local/s3/testing/s3.ts';
import { type ApprovalRecord, approvalRecord } from '../../stores/approval-record.ts';
import { type ApprovalStore, approvalStore } from '../../stores/approvals.ts';

export const ID = 'mail.run.ask';
export const NOW = '2026-01-01T12:00:00.000Z';
export const now = () => new Date(NOW);

export const waiting: ApprovalRecord = approvalRecord.parse({
  ...{ message: 'Go?', role: 'editor', on_timeout: 'fail', execution_arn: 'arn:run', task_token: 'token' },
  ...{ requested_at: '2026-01-01T00:00:00.000Z', expires_at: '2026-01-02T00:00:00.000Z' },
  ...{ decision: null, closed_at: null },
});
export const decision = {
  decision: 'approved' as const,
  comment: null,
  decided_by: 'bo',
  decided_at: '2026-01-01T06:00:00.000Z',
};
export const decided: ApprovalRecord = { ...waiting, decision };
export const delivered: ApprovalRecord = { ...decided, task_token: null };
export const closed: ApprovalRecord = { ...waiting, task_token: null, closed_at: NOW };

const task = (parameters = '{}') => ({
  ...{ resourceType: 'lambda', resource: 'invoke', region: 'us-east-1' },
  parameters,
});
/** A task that was scheduled with a token, and succeeded some events later. */
export const answeredTask = (token: string, at = 1): Partial<HistoryEvent>[] => [
  {
    ...{ id: at, previousEventId: 0 },
    taskScheduledEventDetails: task(JSON.stringify({ Payload: { task_token: token } })),
  },
  { id: at + 1, previousEventId: at, taskStartedEventDetails: task() },
  { id: at + 2, previousEventId: at + 1, taskSubmittedEventDetails: task() },
  { id: at + 3, previousEventId: at + 2, taskSucceededEventDetails: task() },
];

/** What Step Functions answers; an error is thrown. */
export interface Answers {
  status: string | Error;
  task: object | Error;
  events: readonly Partial<HistoryEvent>[] | Error;
}

export async function startApprovalBench() {
  const s3 = await startS3();
  const answers: Answers = { status: 'SUCCEEDED', task: {}, events: [] };
  const asked: [command: string, input: object][] = [];
  const sfn = new SFNClient({ region: 'us-east-1' });
  sfn.middlewareStack.add(
    (_, { commandName = '' }) =>
      async ({ input }) => {
        asked.push([commandName, input]);
        const { status, task, events } = answers;
        const given = {
          DescribeExecutionCommand: status instanceof Error ? status : { status },
          SendTaskSuccessCommand: task,
          GetExecutionHistoryCommand: events instanceof Error ? events : { events },
        }[commandName];
        if (given instanceof Error) throw given;
        return { response: undefined, output: { $metadata: {}, ...given } };
      },
    { step: 'initialize' },
  );
  let store: ApprovalStore;
  return {
    sfn,
    asked,
    answers,
    close: () => s3.close(),
    /** Begins with an empty store. */
    async renew(): Promise<ApprovalStore> {
      asked.length = 0;
      Object.assign(answers, { status: 'SUCCEEDED', task: {}, events: [] });
      store = approvalStore(s3.client, await s3.newBucket());
      return store;
    },
    /** An approval as it was stored when its step asked. */
    async put(record: ApprovalRecord, id = ID): Promise<void> {
      await store.markOpen(id);
      await store.write(id, record, { absent: true });
    },
    /** Puts another record in its place. */
    replace: async (record: ApprovalRecord, id = ID) =>
      store.write(id, record, { etag: (await store.read(id))?.etag ?? '' }),
    stored: async (id = ID) => (await store.read(id))?.document,
    openIds: async () => (await store.openIds({ limit: 10 })).ids,
  };
}

/** The store, as it is when something happens before its nth write. */
export function overtaken(store: ApprovalStore, at: number, act: () => Promise<unknown>): ApprovalStore {
  let writes = 0;
  return {
    ...store,
    async write(...parameters) {
      writes += 1;
      if (writes === at) await act();
      return store.write(...parameters);
    },
  };
}
