// Which approvals the end of a run closes: what waits, what was answered without a record of it, what was redriven.
import { ExecutionDoesNotExist, type HistoryEvent } from '@aws-sdk/client-sfn';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { ApprovalRecord } from '../stores/approval-record.ts';
import type { ApprovalStore } from '../stores/approvals.ts';
import { closeApprovals } from './close.ts';
import {
  answeredTask,
  closed,
  decided,
  delivered,
  ID,
  now,
  overtaken,
  startApprovalBench,
  waiting,
} from './testing/approvals.ts';

const bench = await startApprovalBench();
let store: ApprovalStore;
beforeEach(async () => {
  store = await bench.renew();
});
afterAll(() => bench.close());

const close = (other: Partial<ApprovalStore> = {}) =>
  closeApprovals('mail.run', { store: { ...store, ...other }, sfn: bench.sfn, now });
const gone = new ExecutionDoesNotExist({ message: 'gone', $metadata: {} });

test.each<[string | Error, ApprovalRecord]>([
  ['RUNNING', waiting],
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html, `status`
  ['PENDING_REDRIVE', waiting],
  ['SUCCEEDED', closed],
  ['FAILED', closed],
  ['TIMED_OUT', closed],
  ['ABORTED', closed],
  [gone, closed],
])('the open approval of a run that is %s', async (status, expected) => {
  bench.answers.status = status;
  await bench.put(waiting);
  await close();
  expect(await bench.stored()).toEqual(expected);
  expect(await bench.openIds()).toEqual(expected === waiting ? [ID] : []);
  expect(bench.asked).toEqual([['DescribeExecutionCommand', { executionArn: 'arn:run' }]]);
});

test('a run that Step Functions tells nothing of closes nothing', async () => {
  bench.answers.status = new Error('busy');
  await bench.put(waiting);
  await expect(close()).rejects.toThrow('busy');
  expect([await bench.stored(), await bench.openIds()]).toEqual([waiting, [ID]]);
});

const failedTask = answeredTask('token').with(3, { id: 4, previousEventId: 3 });
test.each<[string, Partial<HistoryEvent>[] | Error, ApprovalRecord]>([
  ['its task succeeded', answeredTask('token'), delivered],
  ['its task succeeded after another', [...answeredTask('other', 5), ...answeredTask('token')], delivered],
  ['another task succeeded', answeredTask('other'), closed],
  ['its task failed', failedTask, closed],
  ['its task failed and another succeeded', [...failedTask, ...answeredTask('other', 5)], closed],
  ['a task that nothing is known of succeeded', answeredTask('token').slice(3), closed],
  ['the history is gone', gone, closed],
])('a decision that was not recorded as delivered at the end of a run: %s', async (_, events, expected) => {
  bench.answers.events = events;
  await bench.put(decided);
  await close();
  expect([await bench.stored(), await bench.openIds()]).toEqual([expected, []]);
  expect(bench.asked[1]).toEqual([
    'GetExecutionHistoryCommand',
    { executionArn: 'arn:run', includeExecutionData: true, maxResults: 1000 },
  ]);
});

test('while the history cannot be read nothing is known of a decision', async () => {
  bench.answers.events = new Error('busy');
  await bench.put(decided);
  await expect(close()).rejects.toThrow('busy');
  expect([await bench.stored(), await bench.openIds()]).toEqual([decided, [ID]]);
});

test('all of the run’s own are closed, and of one that does not wait only the marker goes', async () => {
  const many = Array.from({ length: 12 }, (_, n) => `mail.run.each.${n}`);
  for (const id of [...many, 'mail.run2.ask']) await bench.put(waiting, id);
  await bench.put(delivered);
  await close({ openIds: (page) => store.openIds({ ...page, limit: Math.min(5, page.limit) }) });
  expect(await bench.openIds()).toEqual(['mail.run2.ask']);
  expect(await Promise.all(many.map((id) => bench.stored(id)))).toEqual(many.map(() => closed));
  expect(await bench.stored()).toEqual(delivered);
});

test('one that is decided while it is closed is looked at again', async () => {
  await bench.put(waiting);
  bench.answers.events = answeredTask('token');
  await close(overtaken(store, 1, () => bench.replace(decided)));
  expect([await bench.stored(), await bench.openIds()]).toEqual([delivered, []]);
});
