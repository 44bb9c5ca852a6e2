// EventBridge Scheduler through the SDK's own client, with the time in the test's hand.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestClock } from '../../test/support/test-clock.ts';
import { createAwsServer } from '../aws/server.ts';
import type { AwsService } from '../aws/service.ts';
import type { ScheduledStart } from './schedule.ts';
import { createScheduler } from './scheduler.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:ai-orchestra-local-digest';
const ROLE = 'arn:aws:iam::000000000000:role/scheduler';
const START = Date.parse('2026-01-05T08:00:00Z'); // a Monday

let directory: string;
let clock: ReturnType<typeof createTestClock>;
let scheduler: AwsService;
let server: ReturnType<typeof createAwsServer>;
let client: SchedulerClient;
let started: (ScheduledStart & { at: string })[];
let missed: { name: string; dueAt: Date }[];
let failed: { name: string; dueAt: Date; error: unknown }[];
let failures: number;

function open() {
  return createScheduler({
    directory,
    groups: ['team'],
    clock,
    async startExecution(start) {
      if (failures-- > 0) throw new Error('StartExecution is throttled');
      started.push({ ...start, at: new Date(clock.now()).toISOString().slice(0, 16) });
    },
    onMissed: (schedule) => missed.push(schedule),
    onFailed: (schedule) => failed.push(schedule),
  });
}

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'scheduler-'));
  clock = createTestClock(START);
  [started, missed, failed, failures] = [[], [], [], 0];
  scheduler = open();
  server = createAwsServer([scheduler]);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SchedulerClient({
    region: 'us-east-1',
    endpoint: await server.listen(0),
    credentials,
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.close();
  await scheduler.close();
  await rm(directory, { recursive: true });
});

async function restart() {
  await scheduler.close();
  scheduler = open();
  server.add(scheduler);
}

const input = (more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  Name: 'digest',
  ScheduleExpression: 'cron(0 9 * * ? *)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: MACHINE, RoleArn: ROLE, Input: '{"a":1}' },
  ...more,
});
const create = (more?: Partial<CreateScheduleCommandInput>) =>
  client.send(new CreateScheduleCommand(input(more)));
const get = () => client.send(new GetScheduleCommand({ Name: 'digest' }));
const starts = () => started.map(({ at }) => at);

test('a schedule comes back as it was made', async () => {
  const StartDate = new Date('2026-01-06T00:00:00Z');
  const { ScheduleArn } = await create({
    StartDate,
    Description: 'daily',
    ScheduleExpressionTimezone: 'Europe/Berlin',
  });
  expect(ScheduleArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/default/digest');
  const { $metadata, ...schedule } = await get();
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

test('executions start at the due times, each with its own name', async () => {
  await create();
  await clock.to('2026-01-07T10:00:00Z');
  expect(starts()).toEqual(['2026-01-05T09:00', '2026-01-06T09:00', '2026-01-07T09:00']);
  expect(started[0]).toMatchObject({
    stateMachineArn: MACHINE,
    input: '{"a":1}',
    name: expect.stringMatching(/^schedule-[0-9a-f]{32}$/),
  });
  expect(new Set(started.map(({ name }) => name)).size).toBe(3);
  expect(missed).toEqual([]);
});

test('a rate without a start date is due at once, one with it then', async () => {
  await create({ ScheduleExpression: 'rate(1 hour)' });
  await create({
    Name: 'later',
    ScheduleExpression: 'rate(1 hour)',
    StartDate: new Date('2026-01-05T08:30:00Z'),
  });
  await clock.to('2026-01-05T09:15:00Z');
  expect(starts()).toEqual(['2026-01-05T08:00', '2026-01-05T08:30', '2026-01-05T09:00']);
});

test('context attributes are filled in', async () => {
  const attributes = ['scheduled-time', 'schedule-arn', 'attempt-number', 'other'];
  const Input = JSON.stringify(attributes.map((attribute) => `<aws.scheduler.${attribute}>`));
  await create({ Target: { Arn: MACHINE, RoleArn: ROLE, Input } });
  await clock.to('2026-01-05T09:00:30Z');
  expect(JSON.parse(started[0]?.input ?? '')).toEqual([
    '2026-01-05T09:00:00Z',
    'arn:aws:scheduler:us-east-1:000000000000:schedule/default/digest',
    '1',
    '<aws.scheduler.other>',
  ]);
});

test('disabled, updated and deleted schedules do what they now say', async () => {
  await create({ State: 'DISABLED' });
  await clock.to('2026-01-05T10:00:00Z');
  await client.send(new UpdateScheduleCommand(input({ ScheduleExpression: 'cron(30 * * * ? *)' })));
  await clock.to('2026-01-05T11:00:00Z');
  await client.send(new DeleteScheduleCommand({ Name: 'digest' }));
  await clock.to('2026-01-07T00:00:00Z');
  expect(starts()).toEqual(['2026-01-05T10:30']);
  expect(missed).toEqual([]);
  await expect(get()).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Schedule digest does not exist.',
  });
});

test('a completed schedule is deleted when it says so', async () => {
  const ScheduleExpression = 'at(2026-01-05T09:00:00)';
  await create({ ScheduleExpression, ActionAfterCompletion: 'DELETE' });
  await create({ Name: 'kept', ScheduleExpression });
  await clock.to('2026-01-05T09:01:00Z');
  expect(starts()).toEqual(['2026-01-05T09:00', '2026-01-05T09:00']);
  const { Schedules } = await client.send(new ListSchedulesCommand({}));
  expect(Schedules?.map(({ Name }) => Name)).toEqual(['kept']);
});

test('schedules survive a restart', async () => {
  await create();
  await restart();
  await clock.to('2026-01-05T09:30:00Z');
  await restart();
  await clock.to('2026-01-05T23:00:00Z');
  expect(starts()).toEqual(['2026-01-05T09:00']);
});

test('what was due while nothing ran starts once within its flexible window, else is reported', async () => {
  await create({ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 30 } });
  await create({ Name: 'strict' });
  await create({
    Name: 'often',
    ScheduleExpression: 'cron(0/10 * * * ? *)',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 },
  });
  await scheduler.close();
  await clock.to('2026-01-05T09:24:00Z');
  scheduler = open();
  server.add(scheduler);
  await clock.to('2026-01-05T09:24:30Z');
  expect(starts()).toEqual(['2026-01-05T09:24', '2026-01-05T09:24']);
  expect(missed).toEqual([{ name: 'strict', dueAt: new Date('2026-01-05T09:00:00Z') }]);
});

test('the same holds after the machine slept', async () => {
  await create();
  await clock.wakeAt('2026-01-06T09:30:00Z');
  expect(missed).toEqual([{ name: 'digest', dueAt: new Date('2026-01-06T09:00:00Z') }]);
  await clock.to('2026-01-07T09:00:00Z');
  expect(starts()).toEqual(['2026-01-07T09:00']);
});

test('a start that fails is tried again under the same name', async () => {
  failures = 2;
  await create({ ScheduleExpression: 'at(2026-01-05T09:00:00)' });
  await clock.to('2026-01-05T09:01:00Z');
  expect(started).toHaveLength(1);
  expect(failed).toEqual([]);
});

test('a start that keeps failing is given up as the retry policy says', async () => {
  failures = 3;
  const RetryPolicy = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 };
  await create({
    ScheduleExpression: 'at(2026-01-05T09:00:00)',
    Target: { Arn: MACHINE, RoleArn: ROLE, RetryPolicy },
  });
  await clock.to('2026-01-05T09:10:00Z');
  expect(started).toEqual([]);
  expect(failed).toEqual([
    {
      name: 'digest',
      dueAt: new Date('2026-01-05T09:00:00Z'),
      error: new Error('StartExecution is throttled'),
    },
  ]);
});

test('a start under way when the scheduler closes is made at the next opening', async () => {
  failures = 1;
  await create({ ScheduleExpression: 'at(2026-01-05T09:00:00)' });
  await clock.to('2026-01-05T09:00:00Z');
  expect(started).toEqual([]);
  await restart();
  await expect.poll(() => starts()).toEqual(['2026-01-05T09:00']);
});

test('the name is taken, unless the same token asks again', async () => {
  await create({ ClientToken: 'token-1' });
  await create({ ClientToken: 'token-1' });
  await expect(create({ ClientToken: 'token-2' })).rejects.toMatchObject({
    name: 'ConflictException',
    message: 'Schedule digest already exists.',
    $metadata: { httpStatusCode: 409 },
  });
});

test('lists go by prefix and state, in pages', async () => {
  for (const Name of ['b2', 'a', 'b1', 'b3'])
    await create({ Name, State: Name === 'b1' ? 'DISABLED' : 'ENABLED' });
  const list = async (more: { NextToken?: string; State?: 'ENABLED' }) => {
    const page = await client.send(new ListSchedulesCommand({ NamePrefix: 'b', MaxResults: 2, ...more }));
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
    'arn:aws:sqs:us-east-1:1:q is not a target that is served here: it must be the ARN of a state machine.',
  ],
])('%s is refused', async (_, more, message) => {
  await expect(create(more)).rejects.toMatchObject({
    name: 'ValidationException',
    message,
    $metadata: { httpStatusCode: 400 },
  });
  await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('no group is made by naming it, and only schedules are served', async () => {
  await expect(create({ GroupName: 'other' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Schedule group other does not exist.',
  });
  await expect(create({ Name: 'a/b' })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(client.send(new ListScheduleGroupsCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
  await expect(client.send(new UpdateScheduleCommand(input()))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('groups hold schedules of their own, and one that does not exist is refused', async () => {
  await create();
  await create({ GroupName: 'team', ScheduleExpression: 'cron(0 10 * * ? *)' });
  const names = async (GroupName?: string) => {
    const { Schedules = [] } = await client.send(new ListSchedulesCommand({ GroupName }));
    return Schedules.map((one) => `${one.GroupName}/${one.Name}`);
  };
  expect([await names(), await names('team')]).toEqual([['default/digest', 'team/digest'], ['team/digest']]);
  await restart();
  await clock.to('2026-01-05T10:30:00Z');
  expect(starts()).toEqual(['2026-01-05T09:00', '2026-01-05T10:00']);
  await client.send(new DeleteScheduleCommand({ Name: 'digest' }));
  expect(await names()).toEqual(['team/digest']);
  await expect(names('others')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
