// When EventBridge Scheduler starts executions, with a clock that the test sets.
import {
  DeleteScheduleCommand,
  ListSchedulesCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MACHINE, ROLE, TestScheduler } from './testing/scheduler.ts';

let scheduler: TestScheduler;
beforeEach(async () => {
  scheduler = await TestScheduler.start();
});
afterEach(() => scheduler.close());

test('executions start at the due times, each with its own name', async () => {
  await scheduler.create();
  await scheduler.clock.to('2026-01-07T10:00:00Z');
  expect(scheduler.starts()).toEqual(['2026-01-05T09:00', '2026-01-06T09:00', '2026-01-07T09:00']);
  expect(scheduler.started[0]).toMatchObject({
    stateMachineArn: MACHINE,
    input: '{"a":1}',
    name: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(new Set(scheduler.started.map(({ name }) => name)).size).toBe(3);
  expect(scheduler.missed).toEqual([]);
});

test('a rate without a start date is due at once, one with it then', async () => {
  await scheduler.create({ ScheduleExpression: 'rate(1 hour)' });
  await scheduler.create({
    Name: 'later',
    ScheduleExpression: 'rate(1 hour)',
    StartDate: new Date('2026-01-05T08:30:00Z'),
  });
  await scheduler.clock.to('2026-01-05T09:15:00Z');
  expect(scheduler.starts()).toEqual(['2026-01-05T08:00', '2026-01-05T08:30', '2026-01-05T09:00']);
});

test('context attributes are filled in', async () => {
  const attributes = ['scheduled-time', 'schedule-arn', 'attempt-number', 'other'];
  const Input = JSON.stringify(attributes.map((attribute) => `<aws.scheduler.${attribute}>`));
  await scheduler.create({ Target: { Arn: MACHINE, RoleArn: ROLE, Input } });
  await scheduler.clock.to('2026-01-05T09:00:30Z');
  expect(JSON.parse(scheduler.started[0]?.input ?? '')).toEqual([
    '2026-01-05T09:00:00Z',
    'arn:aws:scheduler:us-east-1:000000000000:schedule/default/digest',
    '1',
    '<aws.scheduler.other>',
  ]);
});

test('StartExecution as a target is given its parameters, with the attributes filled in', async () => {
  const Arn = 'arn:aws:scheduler:::aws-sdk:sfn:startExecution';
  const parameters = {
    StateMachineArn: MACHINE,
    Name: 'digest-<aws.scheduler.execution-id>',
    Input: '{"at":"<aws.scheduler.scheduled-time>"}',
  };
  await scheduler.create({ Target: { Arn, RoleArn: ROLE, Input: JSON.stringify(parameters) } });
  await scheduler.clock.to('2026-01-05T09:00:30Z');
  expect(scheduler.started).toMatchObject([
    {
      stateMachineArn: MACHINE,
      input: '{"at":"2026-01-05T09:00:00Z"}',
      name: expect.stringMatching(/^digest-[0-9a-f]{32}$/),
    },
  ]);
});

test('disabled, updated and deleted schedules do what they now say', async () => {
  await scheduler.create({ State: 'DISABLED' });
  await scheduler.clock.to('2026-01-05T10:00:00Z');
  await scheduler.client.send(
    new UpdateScheduleCommand(scheduler.input({ ScheduleExpression: 'cron(30 * * * ? *)' })),
  );
  await scheduler.clock.to('2026-01-05T11:00:00Z');
  await scheduler.client.send(new DeleteScheduleCommand({ Name: 'digest' }));
  await scheduler.clock.to('2026-01-07T00:00:00Z');
  expect(scheduler.starts()).toEqual(['2026-01-05T10:30']);
  expect(scheduler.missed).toEqual([]);
  await expect(scheduler.get()).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Schedule digest does not exist.',
  });
});

test('a completed schedule is deleted when it says so', async () => {
  const ScheduleExpression = 'at(2026-01-05T09:00:00)';
  await scheduler.create({ ScheduleExpression, ActionAfterCompletion: 'DELETE' });
  await scheduler.create({ Name: 'kept', ScheduleExpression });
  await scheduler.clock.to('2026-01-05T09:01:00Z');
  expect(scheduler.starts()).toEqual(['2026-01-05T09:00', '2026-01-05T09:00']);
  const { Schedules } = await scheduler.client.send(new ListSchedulesCommand({}));
  expect(Schedules?.map(({ Name }) => Name)).toEqual(['kept']);
});

test('what was due while nothing ran starts once within its flexible window, else is reported', async () => {
  await scheduler.create({ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 30 } });
  await scheduler.create({ Name: 'strict' });
  await scheduler.create({
    Name: 'often',
    ScheduleExpression: 'cron(0/10 * * * ? *)',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 },
  });
  await scheduler.stop();
  await scheduler.clock.to('2026-01-05T09:24:00Z');
  scheduler.open();
  await scheduler.clock.to('2026-01-05T09:24:30Z');
  expect(scheduler.starts()).toEqual(['2026-01-05T09:24', '2026-01-05T09:24']);
  expect(scheduler.missed).toEqual([{ name: 'strict', dueAt: new Date('2026-01-05T09:00:00Z') }]);
});

test('the same holds after the machine slept', async () => {
  await scheduler.create();
  await scheduler.clock.wakeAt('2026-01-06T09:30:00Z');
  expect(scheduler.missed).toEqual([{ name: 'digest', dueAt: new Date('2026-01-06T09:00:00Z') }]);
  await scheduler.clock.to('2026-01-07T09:00:00Z');
  expect(scheduler.starts()).toEqual(['2026-01-07T09:00']);
});

test('a start that fails is tried again under the same name', async () => {
  scheduler.failures = 2;
  await scheduler.create({ ScheduleExpression: 'at(2026-01-05T09:00:00)' });
  await scheduler.clock.to('2026-01-05T09:01:00Z');
  expect(scheduler.started).toHaveLength(1);
  expect(scheduler.failed).toEqual([]);
});

test('a start that keeps failing is given up as the retry policy says', async () => {
  scheduler.failures = 3;
  const RetryPolicy = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 };
  await scheduler.create({
    ScheduleExpression: 'at(2026-01-05T09:00:00)',
    Target: { Arn: MACHINE, RoleArn: ROLE, RetryPolicy },
  });
  await scheduler.clock.to('2026-01-05T09:10:00Z');
  expect(scheduler.started).toEqual([]);
  expect(scheduler.failed).toEqual([
    {
      name: 'digest',
      dueAt: new Date('2026-01-05T09:00:00Z'),
      error: new Error('StartExecution is throttled'),
    },
  ]);
});

test('a start under way when the scheduler closes is made at the next opening', async () => {
  scheduler.failures = 1;
  await scheduler.create({ ScheduleExpression: 'at(2026-01-05T09:00:00)' });
  await scheduler.clock.to('2026-01-05T09:00:00Z');
  expect(scheduler.started).toEqual([]);
  await scheduler.restart();
  await expect.poll(() => scheduler.starts()).toEqual(['2026-01-05T09:00']);
});
