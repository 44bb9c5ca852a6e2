// The line of a call, and the metrics in it.
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { actionChain, actionEventOf, capturedLog } from '../../../test/support/action-chain.ts';
import { lambdaContext } from '../../../test/support/lambda-context.ts';
import { NotFound } from '../../errors.ts';
import { invocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import { logCall } from './log-call.ts';

async function line(
  run: () => Promise<Record<string, unknown>>,
  parsed: ActionEvent | null = actionEventOf(),
) {
  const { log, lines } = capturedLog();
  const event = invocationValue<ActionEvent>('event');
  const context = { ...lambdaContext(), functionName: 'ai-orchestra-prod-github-create-issue' };
  if (parsed) event.set(context, parsed);
  const handler = actionChain().use(logCall(log, event)).handler(run);
  await handler({}, context).catch(() => undefined);
  expect(lines).toHaveLength(1);
  const [{ level, message, entry } = { level: '', message: '', entry: {} }] = lines;
  return { level, message, entry };
}

test('a call that succeeded', async () => {
  expect(await line(async () => ({ text: 'private' }))).toEqual({
    level: 'info',
    message: 'action',
    entry: {
      action: 'github.create_issue',
      step: 'step',
      execution_id: 'arn:e',
      request_id: '6f0c2c5e-0000-4000-8000-000000000000',
      duration_ms: expect.any(Number),
      outcome: 'succeeded',
      failed: 0,
      _aws: expect.any(Object),
    },
  });
});

test.each([
  ['warn', 'NotFound', new NotFound('private')],
  ['error', 'failed unexpectedly', new TypeError('private')],
])(
  'a call that failed is a line of level %s with the outcome %s, without the message',
  async (level, outcome, error) => {
    const written = await line(() => Promise.reject(error));
    expect(written).toMatchObject({ level, entry: { outcome, failed: 1 } });
    expect(inspect(written.entry)).not.toContain('private');
    expect('frames' in written.entry).toBe(level === 'error');
  },
);

test('a call whose event was invalid has no step', async () => {
  const { entry } = await line(() => Promise.reject(new TypeError('x')), null);
  expect(entry).toMatchObject({ action: 'github.create_issue', step: undefined, execution_id: undefined });
});

test('CloudWatch finds the metrics by action: every one that is declared is a number of the line', async () => {
  const before = Date.now();
  const { entry } = await line(async () => ({}));
  expect(entry['_aws']).toEqual({
    Timestamp: expect.any(Number),
    CloudWatchMetrics: [
      {
        Namespace: 'ai-orchestra-prod',
        Dimensions: [['action']],
        Metrics: [
          { Name: 'duration_ms', Unit: 'Milliseconds' },
          { Name: 'failed', Unit: 'Count' },
        ],
      },
    ],
  });
  expect(entry['duration_ms']).toBeGreaterThanOrEqual(0);
  expect(entry).toHaveProperty('_aws.Timestamp', expect.any(Number));
  expect(JSON.parse(JSON.stringify(entry))._aws.Timestamp).toBeGreaterThanOrEqual(before);
});
