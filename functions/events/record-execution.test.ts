// The function that EventBridge calls at the end of a run.
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordExecution } from '../../lib/executions/record.ts';
import { STARTED_BY } from '../../lib/workflow-format/triggers.ts';
import { type ApiStack, executionCalls, greeting, startApiStack } from '../../test/support/api-stack.ts';

let api: ApiStack;
beforeAll(async () => {
  api = await startApiStack();
  await api.request('POST', '/workflows', { body: greeting });
});
afterAll(() => api.close());

const { start } = executionCalls(() => api);
const arnOf = (id: string) =>
  `arn:aws:states:us-east-1:000000000000:execution:ai-orchestra-local-${id.replace('.', ':')}`;

/** As EventBridge delivers it. */
async function told(detail: unknown): Promise<void> {
  const { handler } = await import('./record-execution.ts');
  return handler({
    version: '0',
    id: '1',
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: '000000000000',
    time: '2026-01-01T00:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail,
  });
}

test('the log is there once the function has answered', async () => {
  const { id, output } = (await start({ name: 'Ada' }, { prefer: 'wait=20' })).body;
  await told({ executionArn: arnOf(id), status: 'SUCCEEDED' });
  const { status, body } = await api.request('GET', `/executions/${id}/log`);
  expect([status, body.status, body.output]).toEqual([200, 'succeeded', output]);
});

test('a run stands where its events say that it started, in the index and in its log', async () => {
  const { id, started_at } = (await start({ name: 'Ada' }, { prefer: 'wait=20' })).body;
  const startDate = Date.parse(started_at) + 1;
  await told({ executionArn: arnOf(id), status: 'SUCCEEDED', startDate, input: '{"name":"Ada"}' });
  const { items } = (await api.request('GET', `/executions?id=${id}`)).body;
  const { body } = await api.request('GET', `/executions/${id}/log`);
  const told_at = new Date(startDate).toISOString();
  expect([items[0].started_at, body.started_at]).toEqual([told_at, told_at]);
});

test('what started a run is read from its log where the event of its end has no input', async () => {
  const input = JSON.stringify({ name: 'Ada', [STARTED_BY]: arnOf('daily.1') });
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:ai-orchestra-local-greeting';
  await new SFNClient({}).send(new StartExecutionCommand({ stateMachineArn, name: 'child', input }));
  const id = 'greeting.child';
  await expect
    .poll(async () => (await api.request('GET', `/executions/${id}`)).body.status)
    .toBe('succeeded');
  await told({ executionArn: arnOf(id), status: 'SUCCEEDED', startDate: 1, input: null });
  const { items } = (await api.request('GET', `/executions?id=${id}`)).body;
  expect(items[0].trigger).toEqual({ type: 'workflow', execution_id: 'daily.1' });
});

test('an event whose log cannot be written is refused, so that Lambda tries it again and keeps it', async () => {
  await expect(told({ executionArn: arnOf('greeting.never') })).rejects.toThrow('Execution Does Not Exist');
  await expect(told({})).rejects.toThrow('executionArn');
});

test('a run costs four puts of S3 and a delete, and looks for other rows only where an end names no input', async () => {
  const s3 = new S3Client({ forcePathStyle: true });
  let calls: string[] = [];
  s3.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        calls.push(commandName.replace('Command', ''));
        return next(args);
      },
    { step: 'initialize' },
  );
  const run = (await start({ name: 'Ada' }, { prefer: 'wait=20' })).body;
  const event = { executionArn: arnOf(run.id), startDate: Date.parse(run.started_at), redriveCount: 0 };
  const costOf = async (status: string, input: string | null) => {
    calls = [];
    await recordExecution({ ...event, status, input }, { s3 });
    return calls.toSorted();
  };
  // As Step Functions was given it, whose text the log does not keep.
  const input = '{ "name": "Ada" }';
  expect(await costOf('RUNNING', input)).toEqual(['PutObject']);
  const once = ['DeleteObject', 'PutObject', 'PutObject', 'PutObject'];
  expect(await costOf('SUCCEEDED', input)).toEqual(once);
  const { items } = (await api.request('GET', `/executions?id=${run.id}`)).body;
  expect(items).toMatchObject([{ id: run.id, status: 'succeeded' }]);
  await costOf('RUNNING', input);
  expect(await costOf('SUCCEEDED', null)).toEqual([...once, 'ListObjectsV2', 'ListObjectsV2'].toSorted());
  expect((await api.request('GET', '/executions/summary', { role: 'viewer' })).body.running.count).toBe(0);
});
