// Approvals when something fails between a decision and its run, and when nothing waits any more.
import { DescribeStateMachineForExecutionCommand, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { closeApprovals } from '../../lib/approvals/close.ts';
import { decideApproval } from '../../lib/approvals/decide.ts';
import { readExecutionLog } from '../../lib/executions/read.ts';
import { recordEnd } from '../../lib/executions/record.ts';
import { type ApprovalStore, approvalStore } from '../../lib/stores/approvals.ts';
import { clientWith } from '../../test/support/api-stack.ts';
import { executionArnOf, startApprovals } from '../../test/support/approvals.ts';

const stack = await startApprovals();
const { api, clock, faults, s3, sfn, call, asking, pending, get, decide, ended, tokensOf } = stack;
afterAll(() => stack.close());
afterEach(() => faults.clear());

describe('when something fails between', () => {
  test('a decision that did not reach the run reaches it with the next attempt', async () => {
    const { id, run } = await asking();
    faults.inject(['drop'], { forever: true });
    const failed = await decide(id, { decision: 'approve', comment: 'Go' });
    expect([failed.status, failed.body.type]).toEqual([503, '/docs#unavailable']);
    faults.clear();
    const decided = (await get(id)).body;
    expect(decided).toMatchObject({ status: 'approved', comment: 'Go' });
    expect((await call('GET', `/executions/${run}`)).body.status).toBe('running');
    const again = await decide(id, { decision: 'approve' });
    expect([again.status, again.body]).toEqual([200, decided]);
    expect((await ended(run)).output).toMatchObject({ comment: 'Go', decided_at: decided.decided_at });
  });

  test('somebody else’s attempt delivers it too, and is told who decided', async () => {
    const { id, run } = await asking();
    faults.inject(['drop'], { forever: true });
    await decide(id, { decision: 'approve' });
    faults.clear();
    expect((await decide(id, { decision: 'reject' }, 'admin')).body.detail).toMatch(
      /^It was approved by editor/,
    );
    expect((await ended(run)).output).toMatchObject({ decision: 'approved', decided_by: 'editor' });
  });

  test('a lost response of Step Functions changes nothing', async () => {
    const { id, run } = await asking();
    faults.inject(['lose']);
    const { status, body } = await decide(id, { decision: 'approve' });
    expect([status, body.status]).toEqual([200, 'approved']);
    expect((await ended(run)).output.decided_at).toBe(body.decided_at);
  });

  test.each(['the next try', 'the end of the run'])(
    'a decision that reached the run without being recorded is not refused later: %s',
    async (by) => {
      const { id, run } = await asking();
      const store = approvalStore(s3);
      let writes = 0;
      const failing: ApprovalStore = {
        ...store,
        write: (...args) => (++writes === 2 ? Promise.reject(new Error('S3 is gone')) : store.write(...args)),
      };
      const request = { decision: 'approve', user: 'editor', roles: ['editor'] } as const;
      await expect(decideApproval(id, request, { store: failing, sfn })).rejects.toThrow('S3 is gone');
      const { output } = await ended(run);
      // The end of the run finds it out as well as the next try.
      if (by === 'the end of the run') await recordEnd(executionArnOf(run), { sfn, s3 });
      expect((await get(id)).body.status).toBe('approved');
      const again = await decide(id, { decision: 'approve' });
      expect([again.status, again.body.decided_at]).toEqual([200, output.decided_at]);
    },
  );

  test('a step whose request was stored without an answer asks again with another token', async () => {
    api.loseAnswers(1);
    const { id, run } = await asking();
    const scheduled = async () => (await tokensOf(run)).length;
    while ((await scheduled()) < 2);
    // The second try may not have come to store its token yet, and then the first one's is answered in vain.
    let answer = await decide(id, { decision: 'approve' });
    while (answer.status === 409) {
      await pending(id);
      answer = await decide(id, { decision: 'approve' });
    }
    expect(answer.status).toBe(200);
    expect((await ended(run)).output.decided_at).toBe(answer.body.decided_at);
  });

  test('a retried loop does not ask the same question again', async () => {
    const { id, run } = await asking('send_each');
    const { body } = await decide(id, { decision: 'approve' });
    await api.answerAction({ error: 'NotFound', message: 'gone' });
    await api.answerAction({ output: { text: 'x' } });
    expect((await ended(run)).status).toBe('succeeded');
    expect((await get(id)).body).toMatchObject({ status: 'approved', decided_at: body.decided_at });
    expect(await tokensOf(run)).toHaveLength(2);
  });

  test('and asks another question', async () => {
    const { id, run } = await asking('send_changing');
    const { message } = (await get(id)).body;
    await decide(id, { decision: 'approve' });
    await api.answerAction({ error: 'NotFound', message: 'gone' });
    expect((await pending(id, message)).body).toMatchObject({ decided_by: null });
    const listed = await call('GET', '/approvals?status=pending&limit=100');
    expect(listed.body.items.map((item: { id: string }) => item.id)).toContain(id);
    await decide(id, { decision: 'reject' }, 'admin');
    await api.answerAction({ output: { text: 'x' } });
    expect((await ended(run)).status).toBe('succeeded');
  });

  test('and asks again about another item, even with the same message', async () => {
    const { id, run } = await asking('send_others');
    const { message } = (await get(id)).body;
    await decide(id, { decision: 'approve' });
    await api.answerAction({ error: 'NotFound', message: 'gone' });
    expect((await pending(id)).body).toMatchObject({ message, decided_by: null });
    await decide(id, { decision: 'reject' });
    await api.answerAction({ output: { text: 'x' } });
    expect((await ended(run)).status).toBe('succeeded');
    expect(await tokensOf(run)).toHaveLength(2);
  });
});

describe('when nothing waits any more', () => {
  test('the run was stopped', async () => {
    const { id, run } = await asking();
    await call('POST', `/executions/${run}/stop`);
    const { status, body } = await decide(id, { decision: 'approve' });
    expect([status, body.type]).toEqual([409, '/docs#approval-closed']);
    expect((await get(id)).body).toMatchObject({ status: 'closed', decided_by: null, comment: null });
    expect((await decide(id, { decision: 'approve' })).body).toEqual(body);
  });

  test('the step timed out', async () => {
    const { id, run } = await asking('send_soon');
    await clock.to(new Date(clock.now() + 61_000).toISOString());
    expect((await ended(run)).output).toMatchObject({ error: { name: 'States.Timeout' } });
    const now = () => new Date(Date.now() + 61_000);
    const request = { decision: 'approve', user: 'editor', roles: ['editor'] } as const;
    await expect(decideApproval(id, request, { store: approvalStore(s3), sfn, now })).rejects.toMatchObject({
      type: 'approval-closed',
      message: expect.stringContaining('Nobody decided'),
    });
    expect((await get(id)).body.status).toBe('timed_out');
  });

  test('the end of a run closes its open approvals, and keeps decided ones', async () => {
    const stopped = await asking();
    const undelivered = await asking();
    faults.inject(['drop'], { forever: true });
    await decide(undelivered.id, { decision: 'approve' });
    faults.clear();
    const decided = await asking();
    await decide(decided.id, { decision: 'approve' });
    for (const { run } of [stopped, undelivered]) await call('POST', `/executions/${run}/stop`);
    await ended(decided.run);
    for (const { run } of [stopped, undelivered, decided]) await recordEnd(executionArnOf(run), { sfn, s3 });
    expect((await get(stopped.id)).body.status).toBe('closed');
    expect((await get(undelivered.id)).body).toMatchObject({ status: 'closed', decided_by: null });
    expect((await get(decided.id)).body.status).toBe('approved');
    const { ids } = await approvalStore(s3).openIds({ limit: 1000 });
    for (const { id } of [stopped, undelivered, decided]) expect(ids).not.toContain(id);
    const log = await readExecutionLog(decided.run, { s3, sfn });
    stack.answered.push(JSON.stringify(log));
    expect(log.steps).toMatchObject([
      {
        id: 'ask',
        action: 'approval',
        status: 'succeeded',
        input: { message: 'Send it to Ada?', details: { to: 'Ada' }, role: 'editor' },
        output: { decision: 'approved', decided_by: 'editor', decided_at: expect.any(String) },
      },
    ]);
  });
});

test('they are closed too when Step Functions has no definition of the run any more', async () => {
  const { id, run } = await asking();
  await call('POST', `/executions/${run}/stop`);
  const gone = clientWith(DescribeStateMachineForExecutionCommand, 'before', async () => {
    throw new StateMachineDoesNotExist({ message: 'gone', $metadata: {} });
  });
  await recordEnd(executionArnOf(run), { sfn: gone, s3 });
  expect((await get(id)).body.status).toBe('closed');
});

test('a redriven run asks again, and a late event about its first end closes nothing', async () => {
  const { id, run } = await asking();
  await call('POST', `/executions/${run}/stop`);
  await decide(id, { decision: 'approve' });
  expect((await get(id)).body.status).toBe('closed');
  await call('POST', `/executions/${run}/redrive`);
  await pending(id);
  await closeApprovals(run, { store: approvalStore(s3), sfn });
  expect((await decide(id, { decision: 'approve' })).body.status).toBe('approved');
  expect(await ended(run)).toMatchObject({ status: 'succeeded', output: { decided_by: 'editor' } });
});

test('no token has left the server', async () => {
  const { run } = await asking();
  expect((await call('GET', `/executions/${run}/log`)).body.status).toBe('running');
  const tokens = await stack.allTokens();
  expect(tokens.length).toBeGreaterThan(10);
  expect(stack.answered.length).toBeGreaterThan(60);
  const all = stack.answered.join('\n');
  for (const token of tokens) expect(all).not.toContain(token);
  expect(all).not.toMatch(/task_token":/);
});
