// The index of runs made anew, where events were lost or it did not exist yet.
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rebuildIndex } from '../../lib/executions/rebuild-index.ts';
import { recordEnd } from '../../lib/executions/record.ts';
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
  expect([summary.failed.count, summary.running]).toEqual([0, { count: 1, more: false }]);
  expect(await rebuildIndex(clients)).toBe(3);
  expect(await list()).toEqual(items);
  await api.answerAction({ output: { text: 'hello' } });
});
