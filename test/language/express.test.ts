// An Express workflow on the whole stack: its functions called by an Express state machine, in time or not.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { examplesFolder } from '../../infrastructure/generate/update-goldens.ts';
import { type ApiResponse, startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  const example = JSON.parse(await readFile(join(examplesFolder, 'express.workflow.json'), 'utf8'));
  for (const body of [
    example,
    { ...example, id: 'hasty', timeout_seconds: 2, steps: hasty(example.steps) },
  ]) {
    const saved = await stack.call('POST', '/workflows', { body });
    expect([saved.status, saved.body.warnings]).toEqual([201, []]);
  }
});
afterAll(() => stack.close());
afterEach(() => stack.faults.openai.clear());

/** The step may take as long as its action, so that the run's own limit comes first. */
const hasty = (steps: readonly { readonly timeout_seconds?: number }[]) =>
  steps.map(({ timeout_seconds: _, ...step }) => step);
const run = (id = 'express') =>
  stack.call('POST', `/workflows/${id}/executions`, {
    body: { input: { text: 'Ada wrote it. Bob read it.' } },
  });

/** What is read of it is what was answered. */
async function isRead({ body }: ApiResponse) {
  expect((await stack.call('GET', `/executions/${body.id}`)).body).toEqual(body);
  const log = await stack.call('GET', `/executions/${body.id}/log`);
  expect(log.body).toMatchObject({
    execution_id: body.id,
    status: body.status,
    error: body.error,
    steps: [],
  });
  const list = await stack.call('GET', `/executions?workflow_id=${body.workflow_id}&limit=1`);
  expect(list.body.items).toMatchObject([{ id: body.id, status: body.status, ended_at: body.ended_at }]);
}

test('it is answered with what its action gave', async () => {
  const answer = await run();
  expect([answer.status, answer.body.status]).toEqual([200, 'succeeded']);
  const { summary, characters } = answer.body.output;
  expect(summary).toContain('Ada wrote it');
  expect(characters).toBe(summary.length);
  expect(stack.faults.openai.requests).toHaveLength(1);
  await isRead(answer);
});

test('what the provider limits is tried again within the run', async () => {
  const limited = { status: 429, headers: { 'retry-after': '1' }, body: '{"error":{"message":"slow down"}}' };
  stack.faults.openai.inject([limited]);
  const answer = await run();
  expect(answer.body.status).toBe('succeeded');
  expect(Date.parse(answer.body.ended_at) - Date.parse(answer.body.started_at)).toBeGreaterThanOrEqual(1000);
  expect(stack.faults.openai.requests).toHaveLength(2);
  await isRead(answer);
});

test('a provider that does not answer in time ends the run, and the answer says so', async () => {
  stack.faults.openai.inject(['hang'], { forever: true });
  const answer = await run('hasty');
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ status: 'timed_out', output: null, error: { name: 'States.Timeout' } });
  await isRead(answer);
});

test('what a provider refuses is the run’s error, without the connection’s secret', async () => {
  const key = stack.stack.connections['openai/default']?.['api_key'] ?? '';
  expect(key.length).toBeGreaterThan(5);
  stack.faults.openai.inject([
    { status: 401, body: `{"error":{"message":"Incorrect API key provided: ${key}"}}` },
  ]);
  const answer = await run();
  expect(answer.body).toMatchObject({ status: 'failed', error: { name: 'Unauthorized' } });
  await isRead(answer);
  const log = await stack.call('GET', `/executions/${answer.body.id}/log`);
  expect(JSON.stringify([answer.body, log.body])).not.toContain(key);
});
