// The API of EventBridge Scheduler through the SDK's own client.
import {
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MACHINE, ROLE, START, TestScheduler } from './testing/scheduler.ts';

let scheduler: TestScheduler;
beforeEach(async () => {
  scheduler = await TestScheduler.start();
});
afterEach(() => scheduler.close());

test('a schedule comes back as it was made', async () => {
  const StartDate = new Date('2026-01-06T00:00:00Z');
  const { ScheduleArn } = await scheduler.create({
    StartDate,
    Description: 'daily',
    ScheduleExpressionTimezone: 'Europe/Berlin',
  });
  expect(ScheduleArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/default/digest');
  const { $metadata, ...schedule } = await scheduler.get();
  expect(schedule).toEqual({
    Arn: ScheduleArn,
    Name: 'digest',
    GroupName: 'default',
    CreationDate: new Date(START),
    LastModificationDate: new Date(START),
    StartDate,
    Description: 'daily',
    State: 'ENABLED',
    ActionAfterCompletion: 'NONE',
    ScheduleExpression: 'cron(0 9 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: MACHINE,
      RoleArn: ROLE,
      Input: '{"a":1}',
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    },
  });
});

test('schedules survive a restart', async () => {
  await scheduler.create();
  await scheduler.restart();
  await scheduler.clock.to('2026-01-05T09:30:00Z');
  await scheduler.restart();
  await scheduler.clock.to('2026-01-05T23:00:00Z');
  expect(scheduler.starts()).toEqual(['2026-01-05T09:00']);
});

test('the name is taken, unless the same token asks again', async () => {
  await scheduler.create({ ClientToken: 'token-1' });
  await scheduler.create({ ClientToken: 'token-1' });
  await expect(scheduler.create({ ClientToken: 'token-2' })).rejects.toMatchObject({
    name: 'ConflictException',
    message: 'Schedule digest already exists.',
    $metadata: { httpStatusCode: 409 },
  });
});

test('lists go by prefix and state, in pages', async () => {
  for (const Name of ['b2', 'a', 'b1', 'b3'])
    await scheduler.create({ Name, State: Name === 'b1' ? 'DISABLED' : 'ENABLED' });
  const list = async (more: { NextToken?: string; State?: 'ENABLED' }) => {
    const page = await scheduler.client.send(
      new ListSchedulesCommand({ NamePrefix: 'b', MaxResults: 2, ...more }),
    );
    return { names: page.Schedules?.map(({ Name }) => Name), next: page.NextToken };
  };
  const first = await list({});
  expect(first.names).toEqual(['b1', 'b2']);
  expect(await list({ NextToken: first.next ?? '' })).toEqual({ names: ['b3'], next: undefined });
  expect(await list({ State: 'ENABLED' })).toEqual({ names: ['b2', 'b3'], next: undefined });
});

test.each<[string, Partial<CreateScheduleCommandInput>, string]>([
  [
    'an expression',
    { ScheduleExpression: 'cron(0 9 * * * *)' },
    'Invalid Schedule Expression cron(0 9 * * * *).',
  ],
  [
    'a time zone',
    { ScheduleExpressionTimezone: 'Mars/Olympus' },
    'Invalid Schedule Expression Timezone Mars/Olympus.',
  ],
  [
    'an offset for a zone',
    { ScheduleExpressionTimezone: '+01:00' },
    'Invalid Schedule Expression Timezone +01:00.',
  ],
  [
    'a window without its size',
    { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } },
    'A flexible time window of mode FLEXIBLE needs MaximumWindowInMinutes.',
  ],
  [
    'a size without a window',
    { FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 5 } },
    'A flexible time window of mode OFF takes no MaximumWindowInMinutes.',
  ],
  [
    'an old start',
    { StartDate: new Date(START - 600_000) },
    'The StartDate you specify cannot be earlier than 5 minutes ago.',
  ],
  [
    'an end before the start',
    { StartDate: new Date(START + 2000), EndDate: new Date(START + 1000) },
    'The StartDate you specify must be earlier than the EndDate.',
  ],
  [
    'an end in the past',
    { EndDate: new Date(START - 1000) },
    'The EndDate you specify cannot be in the past.',
  ],
  [
    'an input that is no JSON',
    { Target: { Arn: MACHINE, RoleArn: ROLE, Input: '{' } },
    'Invalid Input. The Input of a state machine must be JSON text.',
  ],
  [
    'another target',
    { Target: { Arn: 'arn:aws:sqs:us-east-1:1:q', RoleArn: ROLE } },
    'arn:aws:sqs:us-east-1:1:q is not a target that is served here: it must be the ARN of a state machine, or arn:aws:scheduler:::aws-sdk:sfn:startExecution.',
  ],
  [
    'an operation without its parameters',
    { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution', RoleArn: ROLE, Input: '{}' } },
    expect.stringContaining('StateMachineArn'),
  ],
])('%s is refused', async (_, more, message) => {
  await expect(scheduler.create(more)).rejects.toMatchObject({
    name: 'ValidationException',
    message,
    $metadata: { httpStatusCode: 400 },
  });
  await expect(scheduler.get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('no group is made by naming it, and only schedules are served', async () => {
  await expect(scheduler.create({ GroupName: 'other' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Schedule group other does not exist.',
  });
  await expect(scheduler.create({ Name: 'a/b' })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(scheduler.client.send(new ListScheduleGroupsCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
  await expect(scheduler.client.send(new UpdateScheduleCommand(scheduler.input()))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('groups hold schedules of their own, and one that does not exist is refused', async () => {
  await scheduler.create();
  await scheduler.create({ GroupName: 'team', ScheduleExpression: 'cron(0 10 * * ? *)' });
  const names = async (GroupName?: string) => {
    const { Schedules = [] } = await scheduler.client.send(new ListSchedulesCommand({ GroupName }));
    return Schedules.map((one) => `${one.GroupName}/${one.Name}`);
  };
  expect([await names(), await names('team')]).toEqual([['default/digest', 'team/digest'], ['team/digest']]);
  await scheduler.restart();
  await scheduler.clock.to('2026-01-05T10:30:00Z');
  expect(scheduler.starts()).toEqual(['2026-01-05T09:00', '2026-01-05T10:00']);
  await scheduler.client.send(new DeleteScheduleCommand({ Name: 'digest' }));
  expect(await names()).toEqual(['team/digest']);
  await expect(names('others')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
