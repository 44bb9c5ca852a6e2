// Deciding: what is written, what the run is sent, and who is told what, when others decide or the step asks meanwhile.
import { InvalidToken, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { ApprovalStore } from '../stores/approvals.ts';
import { decideApproval } from './decide.ts';
import { requestApproval } from './request.ts';
import {
  answeredTask,
  closed,
  decided,
  decision,
  delivered,
  ID,
  NOW,
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

const decide = (more = {}, dependencies = {}) => {
  const request = { decision: 'approve', user: 'bo', roles: ['editor'] } as const;
  return decideApproval(ID, { ...request, ...more }, { store, sfn: bench.sfn, now, ...dependencies });
};
/** The tokens that were answered. */
const tokens = () => bench.asked.flatMap(([, input]) => ('taskToken' in input ? [input.taskToken] : []));

test.each([
  ['approve', 'Go', { decision: 'approved', approved: true, comment: 'Go' }],
  ['reject', '', { decision: 'rejected', approved: false, comment: null }],
] as const)(
  '%s is written, sent to the run, and among those that were decided',
  async (answer, comment, to) => {
    await bench.put(waiting);
    const view = await decide({ decision: answer, comment });
    const { approved, ...made } = { ...to, decided_by: 'bo', decided_at: NOW };
    const { decision: status, ...shown } = made;
    expect(view).toMatchObject({ id: ID, status, ...shown });
    expect(await bench.stored()).toEqual({ ...waiting, task_token: null, decision: made });
    const [[command, sent]] = bench.asked as [[string, { output: string }]];
    expect([command, sent]).toEqual(['SendTaskSuccessCommand', { taskToken: 'token', output: sent.output }]);
    expect(JSON.parse(sent.output)).toEqual({ ...made, approved, timed_out: false });
    expect(await bench.openIds()).toEqual([]);
    expect((await store.decided({ limit: 5 })).items).toEqual([{ id: ID, decidedAt: NOW }]);
  },
);

const error = { message: '', $metadata: {} };
test.each([
  ['has timed out', new TaskTimedOut(error)],
  ['does not exist', new TaskDoesNotExist(error)],
  ['has another token', new InvalidToken(error)],
])('when the task %s the history tells whether it got the decision', async (_, stale) => {
  bench.answers.task = stale;
  await bench.put(waiting);
  const ended = {
    type: 'approval-closed',
    message: `The run that asked for ${ID} has ended or does not wait any more`,
  };
  await expect(decide()).rejects.toMatchObject(ended);
  expect([await bench.stored(), await bench.openIds()]).toEqual([closed, []]);
  await expect(decide()).rejects.toMatchObject(ended);
  await bench.replace(decided);
  bench.answers.events = answeredTask('token');
  expect(await decide()).toMatchObject({ status: 'approved', decided_at: decision.decided_at });
  expect(await bench.stored()).toEqual(delivered);
});

test('when Step Functions is busy the decision stands, and anybody’s next try sends it', async () => {
  bench.answers.task = new Error('busy');
  await bench.put(waiting);
  await expect(decide()).rejects.toThrow('busy');
  const made = { ...decision, decided_at: NOW };
  expect([await bench.stored(), await bench.openIds()]).toEqual([{ ...waiting, decision: made }, [ID]]);
  bench.answers.task = {};
  await expect(decide({ decision: 'reject', user: 'eve' })).rejects.toMatchObject({
    type: 'already-decided',
    message: `It was approved by bo at ${NOW}`,
  });
  expect(await bench.stored()).toEqual({ ...waiting, decision: made, task_token: null });
});

test.each([
  ['the same', {}, undefined],
  ['the same, with no comment', { comment: '' }, undefined],
  ['another comment', { comment: 'No' }, ', with another comment, which the run was given'],
  ['another person', { user: 'eve' }, ''],
  ['the other answer', { decision: 'reject' }, ''],
])('after a decision was delivered: %s', async (_, more, refused) => {
  await bench.put(delivered);
  if (refused === undefined) expect(await decide(more)).toMatchObject({ status: 'approved' });
  else
    await expect(decide(more)).rejects.toMatchObject({
      type: 'already-decided',
      message: `It was approved by bo at ${decision.decided_at}${refused}`,
    });
  expect([await bench.stored(), tokens()]).toEqual([delivered, []]);
});

test('of two who decide at once the first one’s is sent, and the other is told', async () => {
  await bench.put(waiting);
  const late = overtaken(store, 1, () => decide({ user: 'eve', decision: 'reject' }));
  await expect(decide({}, { store: late })).rejects.toMatchObject({
    type: 'already-decided',
    message: `It was rejected by eve at ${NOW}`,
  });
  expect(tokens()).toEqual(['token']);
});

test('the decision of a step that asks again before that is recorded is sent to the new attempt too', async () => {
  await bench.put(waiting);
  const event = {
    input: { message: 'Go?', role: 'editor', on_timeout: 'fail' },
    ...{ approval_id: ID, task_token: 'second', timeout_seconds: 90, execution: { id: 'arn:run' } },
  };
  const again = overtaken(store, 2, () => requestApproval(event, { store, sfn: bench.sfn, now }));
  expect(await decide({}, { store: again })).toMatchObject({ status: 'approved' });
  expect(tokens()).toEqual(['token', 'second']);
  expect(await bench.stored()).toMatchObject({ task_token: null, decision: { decided_by: 'bo' } });
});

test('the role that is asked for decides, and what nobody has asked is not found', async () => {
  await expect(decide()).rejects.toMatchObject({ type: 'not-found' });
  await bench.put({ ...waiting, role: 'admin' });
  await expect(decide()).rejects.toMatchObject({ type: 'forbidden' });
  expect([(await bench.stored())?.decision, tokens()]).toEqual([null, []]);
  expect(await decide({ roles: ['admin'] })).toMatchObject({ status: 'approved' });
});
