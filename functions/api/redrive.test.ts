// What there is to do after a run, over real HTTP: to go on with it, and to read its log, also before its end.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExecutionLog } from '../../lib/executions/read.ts';
import { recordEnd } from '../../lib/executions/record.ts';
import {
  type ApiStack,
  clientWith,
  executionCalls,
  startApiStack,
  waiting,
} from '../../test/support/api-stack.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
  await api.request('POST', '/workflows', { body: waiting });
});
afterAll(() => api.close());

const { start, startWaiting, get, until } = executionCalls(() => api);

/** An execution whose action was refused for good. */
async function startFailing(): Promise<string> {
  const id = await startWaiting();
  await api.answerAction({ error: 'InvalidInput', message: 'not this' });
  await until(id, 'failed');
  return id;
}
const arnOf = (id: string) =>
  `arn:aws:states:us-east-1:000000000000:execution:ai-orchestra-local-${id.replace('.', ':')}`;
const redrive = (id: string, headers: Record<string, string> = {}) =>
  api.request('POST', `/executions/${id}/redrive`, { headers });

test('an execution that failed goes on where it failed, and its log tells of both attempts', async () => {
  const id = await startFailing();
  await recordEnd(arnOf(id));
  const log = () => api.request('GET', `/executions/${id}/log`);
  expect((await log()).body.status).toBe('failed');
  const redriven = await redrive(id);
  expect(redriven.status).toBe(202);
  expect(redriven.body).toMatchObject({
    id,
    status: 'running',
    redrive_count: 1,
    ended_at: null,
    error: null,
  });
  // The log of the first attempt is not that of the execution any more.
  const going = (await log()).body;
  expect([going.status, going.redrive_count, going.ended_at]).toEqual(['running', 1, null]);
  expect(going.steps).toMatchObject([{ id: 'echo', status: 'running', ended_at: null, error: null }]);
  await api.answerAction({ output: { text: 'hello' } });
  await until(id, 'succeeded');
  expect((await log()).body.type).toBe('/docs#log-not-written');
  await recordEnd(arnOf(id));
  const { body } = await log();
  expect(body.status).toBe('succeeded');
  expect(body.steps).toMatchObject([{ id: 'echo', status: 'succeeded', attempts: 2, error: null }]);
});

test('a repeated key returns the redrive count of its execution, also while it runs', async () => {
  const key = { 'idempotency-key': 'redriven' };
  const failed = start({}, { ...key, prefer: 'wait=20' }, 'waiting');
  await api.answerAction({ error: 'NotFound', message: 'gone' });
  const { id } = (await failed).body;
  await redrive(id);
  expect((await start({}, key, 'waiting')).body).toMatchObject({ id, status: 'running', redrive_count: 1 });
  await api.answerAction({ output: { text: 'hello' } });
  await until(id, 'succeeded');
});

test('what cannot be redriven says why', async () => {
  const id = await startWaiting();
  const running = await redrive(id);
  expect([running.status, running.body.type, running.body.detail]).toEqual([
    409,
    '/docs#not-redrivable',
    `The execution ${id} cannot be redriven: Execution is RUNNING and cannot be redriven`,
  ]);
  await api.answerAction({ output: { text: 'hello' } });
  const never = await redrive('waiting.never');
  expect([never.status, never.body.type]).toEqual([404, '/docs#not-found']);
});

test('a stopped run goes on where it was stopped, also when its workflow has an on_failure, which did not run', async () => {
  await api.request('POST', '/workflows', {
    body: { ...waiting, id: 'guarded', on_failure: [{ id: 'told', transform: '{{ error.name }}' }] },
  });
  const { id } = (await start({}, {}, 'guarded')).body;
  await api.request('POST', `/executions/${id}/stop`);
  await api.answerAction({ output: { text: 'too late' } });
  expect((await redrive(id)).body).toMatchObject({ id, status: 'running', redrive_count: 1 });
  await api.answerAction({ output: { text: 'hello' } });
  await until(id, 'succeeded');
  await api.request('DELETE', '/workflows/guarded', { headers: { 'if-match': '*' } });
});

test.each(['inline', 'distributed'])(
  'a run whose %s loop had more failures than it tolerates fails again at once, and runs no item',
  async (mode) => {
    const id = `tolerant_${mode}`;
    // A step that ran again would have another time.
    const steps = [{ id: 'refused', fail: { error: 'No', cause: '{{ item & " at " & $now() }}' } }];
    const loop = {
      id: 'each',
      for_each: [1, 2],
      mode,
      on_item_error: 'continue',
      tolerated_failures: 1,
      steps,
    };
    await api.request('POST', '/workflows', { body: { id, steps: [loop], output: '{{ steps.each }}' } });
    const { body } = await start({}, { prefer: 'wait=20' }, id);
    expect(body.error).toEqual({
      name: 'States.QueryEvaluationError',
      message: expect.stringMatching(
        /^In the step each: 2 of 2 items failed, more than the 1 that are tolerated\. Item 0: No: 1 at 20.{22}$/,
      ),
      step_id: 'each',
    });
    expect((await redrive(body.id)).status).toBe(202);
    await until(body.id, 'failed');
    const again = await get(body.id);
    expect([again.redrive_count, again.error]).toEqual([1, body.error]);
    await recordEnd(arnOf(body.id));
    const { steps: logged } = (await api.request('GET', `/executions/${body.id}/log`)).body;
    expect(logged.map((step: { id: string; status: string }) => [step.id, step.status])).toEqual([
      ['each', 'failed'],
      ['refused', 'failed'],
      ['refused', 'failed'],
    ]);
    await api.request('DELETE', `/workflows/${id}`, { headers: { 'if-match': '*' } });
  },
);

test('the output of a workflow that ends with a distributed loop is evaluated again without it', async () => {
  const id = 'bad_output';
  const steps = [
    { id: 'each', for_each: [1, 2], mode: 'distributed', steps: [{ id: 'at', transform: '{{ $now() }}' }] },
  ];
  await api.request('POST', '/workflows', {
    body: { id, steps, output: '{{ $error("not " & steps.each[0]) }}' },
  });
  const { body } = await start({}, { prefer: 'wait=20' }, id);
  expect(body.error.message).toMatch(/^In the workflow: not 20.{22}$/);
  await redrive(body.id);
  await until(body.id, 'failed');
  const again = await get(body.id);
  expect([again.redrive_count, again.error]).toEqual([1, body.error]);
  await api.request('DELETE', `/workflows/${id}`, { headers: { 'if-match': '*' } });
});

test('a redrive with a key is one redrive', async () => {
  const id = await startFailing();
  const key = { 'idempotency-key': 'once' };
  expect((await redrive(id, key)).status).toBe(202);
  await api.answerAction({ error: 'InvalidInput', message: 'not this' });
  await until(id, 'failed');
  expect((await redrive(id, key)).body).toMatchObject({ status: 'failed', redrive_count: 1 });
  expect((await redrive(id, { 'idempotency-key': 'twice' })).body.redrive_count).toBe(2);
  await api.answerAction({ output: { text: 'hello' } });
});

test('the log is told apart: so far, not yet, never, there', async () => {
  const id = await startWaiting();
  const read = () => api.request('GET', `/executions/${id}/log`, { role: 'viewer' });
  for (let attempts = 0; attempts === 0; ) {
    const { status, body } = await read();
    expect([status, body.status, body.ended_at, body.output]).toEqual([200, 'running', null, null]);
    attempts = body.steps[0]?.attempts ?? 0;
    if (attempts === 0) continue;
    expect(body.steps).toMatchObject([{ id: 'echo', status: 'running', ended_at: null, error: null }]);
  }
  await api.answerAction({ output: { text: 'hello' } });
  await until(id, 'succeeded');
  const early = await read();
  expect([early.status, early.body.type, early.headers.get('retry-after')]).toEqual([
    404,
    '/docs#log-not-written',
    '1',
  ]);
  expect(early.body.detail).toContain('about to be written');
  // The event of its end did not come: the log is made from what Step Functions keeps.
  const since = (ms: number) => ({ now: () => new Date(Date.now() + ms) });
  await expect(readExecutionLog(id, since(9 * 60_000))).rejects.toThrow('about to be written');
  expect(await readExecutionLog(id, since(11 * 60_000))).toMatchObject({
    execution_id: id,
    status: 'succeeded',
    steps: [{ id: 'echo', status: 'succeeded', attempts: 1, error: null }],
  });
  const never = (await api.request('GET', '/executions/waiting.never/log')).body;
  expect([never.type, never.detail]).toEqual([
    '/docs#not-found',
    'There is no execution waiting.never, nor a log of it; GET /executions lists the executions there are',
  ]);

  const log = {
    execution_id: id,
    workflow_id: 'waiting',
    workflow_version: 1,
    status: 'succeeded',
    started_at: '2026-03-01T00:00:00.000Z',
    ended_at: '2026-03-01T00:00:01.000Z',
    redrive_count: 0,
    rerun_of: null,
    trigger: { type: 'api', user: 'editor' },
    input: {},
    output: { text: 'hello' },
    error: null,
    usage: null,
    steps: [],
  };
  const Key = `executions/waiting/${id.split('.')[1]}.json`;
  await new S3Client({}).send(
    new PutObjectCommand({ Bucket: 'ai-orchestra-local-logs', Key, Body: JSON.stringify(log) }),
  );
  expect((await read()).body).toEqual(log);
});

test('a run that ends while its log is read has no log as if it were running', async () => {
  const id = await startWaiting();
  const sfn = clientWith(DescribeExecutionCommand, 'after', async () => {
    await api.answerAction({ output: { text: 'hello' } });
    await until(id, 'succeeded');
  });
  await expect(readExecutionLog(id, { sfn })).rejects.toMatchObject({ type: 'log-not-written' });
});
