// The index of runs made anew, where events were lost or it did not exist yet.
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { executionArn } from '../../lib/arns.ts';
import { rebuildIndex } from '../../lib/executions/rebuild-index.ts';
import { recordEnd } from '../../lib/executions/record.ts';
import { RunIndex } from '../../lib/executions/run-index.ts';
import { startedRow } from '../../lib/executions/run-rows.ts';
import {
  type ApiStack,
  executionCalls,
  greeting,
  startApiStack,
  waiting,
} from '../../test/support/api-stack.ts';

let api: ApiStack;
beforeAll(async () => {
  // Nothing records what happens.
  api = await startApiStack();
  for (const body of [greeting, waiting]) await api.request('POST', '/workflows', { body });
});
afterAll(() => api.close());

const { start } = executionCalls(() => api);

test('it has every run again: those with a log, those whose end was not told, and those that run', async () => {
  const logged = (await start({ name: 'Ada' }, { prefer: 'wait=20' })).body;
  await recordEnd(
    `arn:aws:states:us-east-1:000000000000:execution:ai-orchestra-local-${logged.id.replace('.', ':')}`,
  );
  const untold = (await start({ name: 'Bob' }, { prefer: 'wait=20' })).body;
  const runs = (await start({}, {}, 'waiting')).body;
  const clients = { s3: new S3Client({ forcePathStyle: true }), sfn: new SFNClient({}) };
  expect(await rebuildIndex(clients)).toBe(3);
  const list = async () => (await api.request('GET', '/executions')).body.items;
  const items = await list();
  expect(items).toMatchObject(
    [runs, untold, logged].map(({ id, status, started_at, ended_at }) => ({
      ...{ id, status, started_at, ended_at },
      trigger: { type: 'api', user: 'editor' },
    })),
  );
  const summary = (await api.request('GET', '/executions/summary', { role: 'viewer' })).body;
  expect([summary.failed.count, summary.running]).toEqual([
    0,
    {
      count: 1,
      more: false,
      latest: [{ id: runs.id, workflow_id: 'waiting', started_at: runs.started_at }],
    },
  ]);
  expect(await rebuildIndex(clients)).toBe(3);
  expect(await list()).toEqual(items);
  // Rows that say another start of the same runs.
  const index = new RunIndex(clients.s3);
  const at = (iso: string) => new Date(Date.parse(iso) + 1);
  for (const { id, started_at } of [runs, untold]) {
    const [workflowId = '', name = ''] = id.split('.');
    const arn = executionArn({ workflowId, name });
    await index.started(startedRow({ executionArn: arn, startDate: at(started_at).getTime() }));
  }
  expect(await list()).toHaveLength(5);
  expect(await rebuildIndex(clients)).toBe(3);
  expect(await list()).toEqual(items);
  await api.answerAction({ output: { text: 'hello' } });
});
