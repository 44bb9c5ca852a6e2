// Which executions can be redriven, and the errors for those that cannot.
import { DescribeExecutionCommand, RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestClock, TestEngine } from '../testing/engine.ts';
import { redrivability } from './redrive.ts';

const DAY = 86_400_000;

let clock: TestClock;
let engine: TestEngine;
beforeEach(async () => {
  clock = new TestClock();
  engine = await TestEngine.start({ clock });
});
afterEach(() => engine.close());

const failing = { Bad: { Type: 'Fail', Error: 'Bad' } };

/** Runs an execution until it fails. */
async function failed(states: object): Promise<string> {
  const { execution } = await engine.run(states);
  expect(execution.status).toBe('FAILED');
  return execution.executionArn ?? '';
}
const redrive = (executionArn: string) => engine.client.send(new RedriveExecutionCommand({ executionArn }));
const describe = (executionArn: string) => engine.client.send(new DescribeExecutionCommand({ executionArn }));

test.each([
  ['14 days after its end', 14 * DAY, 'Execution redrivable period exceeded'],
  ['a year after its start', 365 * DAY, 'Execution has exceeded the max execution time'],
])('%s it cannot be redriven any more', async (_, ms, reason) => {
  const arn = await failed(failing);
  clock.advance(ms - 1000);
  if (ms === 14 * DAY) expect((await describe(arn)).redriveStatus).toBe('REDRIVABLE');
  clock.advance(1000);
  expect(await describe(arn)).toMatchObject({ redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason });
  await expect(redrive(arn)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable', message: reason });
});

test('a running execution, a successful one, and one of a deleted state machine cannot be redriven', async () => {
  const running = await engine.start(await engine.create({ W: { Type: 'Wait', Seconds: 3600, End: true } }));
  await expect(redrive(running)).rejects.toMatchObject({
    name: 'ExecutionNotRedrivable',
    message: 'Execution is RUNNING and cannot be redriven',
  });
  const { execution } = await engine.run({ P: { Type: 'Pass', End: true } });
  await expect(redrive(execution.executionArn ?? '')).rejects.toMatchObject({
    name: 'ExecutionNotRedrivable',
    message: 'Execution is SUCCEEDED and cannot be redriven',
  });
  const arn = await failed(failing);
  await engine.post('DeleteStateMachine', {
    stateMachineArn: arn.replace(':execution:', ':stateMachine:').split(':').slice(0, 7).join(':'),
  });
  await expect(redrive(arn)).rejects.toMatchObject({
    name: 'ExecutionNotRedrivable',
    message: 'State machine is in DELETING status',
  });
});

test('an execution with a full history cannot be redriven', async () => {
  const loop = {
    P: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Done' }], Default: 'P' },
    Done: { Type: 'Succeed' },
  };
  const arn = await failed(loop);
  await expect(redrive(arn)).rejects.toMatchObject({
    name: 'ExecutionNotRedrivable',
    message: 'Execution history event limit exceeded',
  });
});

// Developer guide, "Redrive eligibility for unsuccessful executions": "The execution event history count is less than 24,999".
test.each([
  [24_998, { redriveStatus: 'REDRIVABLE' }],
  [
    24_999,
    {
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution history event limit exceeded',
    },
  ],
])('with %d events', (lastEventId, status) => {
  const execution = { status: 'FAILED', startedAt: 0, stoppedAt: 0 } as const;
  expect(redrivability(execution, { now: 0, lastEventId, machineActive: true })).toEqual(status);
});

test('the 14 days count from its end, and a child of a Map Run goes on with that', () => {
  const execution = { status: 'TIMED_OUT', startedAt: 0, stoppedAt: 10 * DAY } as const;
  const at = (days: number, more: object = {}) =>
    redrivability({ ...execution, ...more }, { now: days * DAY, lastEventId: 1, machineActive: true });
  expect(at(23.9)).toEqual({ redriveStatus: 'REDRIVABLE' });
  expect(at(23.9, { mapRun: 'arn' })).toEqual({ redriveStatus: 'REDRIVABLE_BY_MAP_RUN' });
  expect(at(24)).toMatchObject({ redriveStatusReason: 'Execution redrivable period exceeded' });
});

test('ARNs that cannot be redriven', async () => {
  const arn = 'arn:aws:states:us-east-1:000000000000:execution:m:e';
  await expect(redrive(arn)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  await expect(redrive(arn.replace('execution:m', 'execution:m/label'))).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Labeled Execution ARNs are not supported for this API',
  });
  await expect(redrive(arn.replace('execution', 'express').concat(':x'))).rejects.toMatchObject({
    name: 'InvalidArn',
  });
  expect(await engine.post('RedriveExecution', { executionArn: arn, clientToken: '' })).toMatchObject({
    type: 'ValidationException',
  });
});
