// Lists of Express executions that started in one millisecond, in S3.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startS3 } from '../../local/s3/testing/s3.ts';
import { executionId } from '../arns.ts';
import type { Execution } from './execution.ts';
import { listExpressLogs, readExpressLog, writeExpressLog } from './express-log.ts';
import { expressName } from './express-name.ts';

let bench: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  bench = await startS3();
  process.env['LOGS_BUCKET'] = await bench.newBucket();
});
afterAll(() => bench.close());

const started_at = '2026-01-01T00:00:00.000Z';
const later = '2026-01-01T00:00:00.001Z';
async function written(workflowId: string, at: string, status: Execution['status'] = 'succeeded') {
  const name = expressName(new Date(at));
  const execution: Execution = {
    ...{ id: executionId(workflowId, name), workflow_id: workflowId, workflow_version: 1, status },
    ...{ started_at: at, ended_at: '2026-01-01T00:00:01.500Z', redrive_count: 0, input: {}, output: 1 },
    error: status === 'failed' ? { name: 'Bad', message: 'so', step_id: null } : null,
  };
  await writeExpressLog(execution, name, bench.client);
  return execution;
}
const list = (workflowId: string, after?: { started_at: string; id: string }, since = started_at) =>
  listExpressLogs({ workflowId, status: undefined, since, after, count: 10 }, bench.client);
const idsOf = (executions: readonly { id: string }[]) => executions.map(({ id }) => id);

test('after an execution of another workflow come those whose ids follow its own, and all that are older', async () => {
  const older = await written('m', started_at);
  const same = [await written('m', later), await written('m', later, 'failed')].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  const all = idsOf([...same, older]);
  expect(idsOf(await list('m'))).toEqual(all);
  expect(idsOf(await list('m', { started_at: later, id: 'a.standard' }))).toEqual(all);
  expect(idsOf(await list('m', { started_at: later, id: 'z.standard' }))).toEqual([older.id]);
  expect(idsOf(await list('m', { started_at: later, id: same[0]?.id ?? '' }))).toEqual(all.slice(1));
  expect(idsOf(await list('m', undefined, later))).toEqual(idsOf(same));
});

test('the list tells of each when it ended, and the log has the rest', async () => {
  const { id, workflow_id, ...execution } = await written('told', later, 'failed');
  expect(await list('told')).toEqual([
    { id, workflow_id, status: 'failed', started_at: later, ended_at: '2026-01-01T00:00:01.500Z' },
  ]);
  const name = id.slice('told.'.length);
  expect(await readExpressLog({ id, workflowId: 'told', name }, bench.client)).toEqual({
    ...{ execution_id: id, workflow_id, ...execution, usage: null, steps: [] },
  });
  expect(await readExpressLog({ id, workflowId: 'told', name: `${name}0` }, bench.client)).toBeUndefined();
});
