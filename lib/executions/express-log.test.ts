// Logs of Express executions in S3.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startS3 } from '../../local/s3/testing/s3.ts';
import { executionId } from '../arns.ts';
import type { Execution } from './execution.ts';
import { readExpressLog, writeExpressLog } from './express-log.ts';
import { expressName } from './express-name.ts';

let bench: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  bench = await startS3();
  process.env['LOGS_BUCKET'] = await bench.newBucket();
});
afterAll(() => bench.close());

const later = '2026-01-01T00:00:00.001Z';
async function written(workflowId: string, at: string, status: Execution['status'] = 'succeeded') {
  const name = expressName(new Date(at));
  const execution: Execution = {
    ...{ id: executionId(workflowId, name), workflow_id: workflowId, workflow_version: 1, status },
    ...{
      started_at: at,
      ended_at: '2026-01-01T00:00:01.500Z',
      redrive_count: 0,
      rerun_of: null,
      trigger: null,
    },
    ...{ input: {}, output: 1 },
    error: status === 'failed' ? { name: 'Bad', message: 'so', step_id: null } : null,
  };
  await writeExpressLog(execution, name, bench.client);
  return execution;
}
test('the log of an execution is read by its name, whole', async () => {
  const { id, workflow_id, ...execution } = await written('told', later, 'failed');
  const name = id.slice('told.'.length);
  expect(await readExpressLog({ id, workflowId: 'told', name }, bench.client)).toEqual({
    ...{ execution_id: id, workflow_id, ...execution, usage: null, steps: [] },
  });
  expect(await readExpressLog({ id, workflowId: 'told', name: `${name}0` }, bench.client)).toBeUndefined();
});
