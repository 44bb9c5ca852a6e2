// The schedules of a workflow at EventBridge Scheduler: their names, and what is asked for.
import { expect, test, vi } from 'vitest';
import type { Trigger } from '../workflow-format/triggers.ts';
import { desiredSchedules, scheduleNames } from './desired-schedules.ts';

const names = (...triggers: Trigger[]) => [...scheduleNames({ id: 'w', triggers, steps: [] }).values()];
const DAILY = { schedule: 'cron(0 9 * * ? *)' };

test('the name follows from every part of the timing, and from nothing else', () => {
  const timings: Trigger[] = [
    DAILY,
    { ...DAILY, timezone: 'Europe/Berlin' },
    { ...DAILY, timezone: 'Europe/Paris' },
    { ...DAILY, start_date: '2026-03-01T00:00:00Z' },
    { ...DAILY, end_date: '2026-03-01T00:00:00Z' },
    { schedule: 'cron(0 10 * * ? *)' },
  ];
  const each = timings.flatMap((trigger) => names(trigger));
  expect(new Set(each).size).toBe(timings.length);
  // A change of these would create and delete the schedules of every saved workflow.
  expect(each.slice(0, 2)).toEqual(['w.be006139b916', 'w.9fc9d002d1e7']);
  expect(names({ ...DAILY, timezone: 'UTC' })).toEqual(names(DAILY));
  expect(names({ ...DAILY, enabled: false, input: { a: 1 }, flexible_window_minutes: 5 })).toEqual(
    names(DAILY),
  );
  const [first, second] = names(DAILY, DAILY);
  expect([first, second === first]).toEqual([names(DAILY)[0], false]);
});

test('what Scheduler is asked for', () => {
  vi.stubEnv('SCHEDULE_GROUP', 'group');
  vi.stubEnv('SCHEDULE_ROLE_ARN', 'arn:role');
  vi.stubEnv('UNSTARTED_RUNS_QUEUE_ARN', 'arn:queue');
  const triggers: Trigger[] = [
    { ...DAILY, timezone: 'Europe/Berlin', input: { name: 'Ada' }, flexible_window_minutes: 15 },
    { schedule: 'rate(1 hour)', enabled: false, end_date: '2026-04-01T00:00:00Z' },
    { schedule: 'at(2026-01-01T00:00:00)' },
  ];
  const document = {
    workflow: { id: 'w', triggers, steps: [] },
    version: 1,
    created_at: '2026-03-01T09:30:00.000Z',
    updated_at: '2026-03-01T09:30:00.000Z',
    updated_by: 'ada',
    state_machine_version_arn: 'arn:version',
  };
  const desired = [...desiredSchedules(document, Date.parse('2026-03-01T10:20:30Z')).values()];
  vi.unstubAllEnvs();
  const target = (Input: string) => ({
    Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution',
    RoleArn: 'arn:role',
    Input: JSON.stringify({
      StateMachineArn: 'arn:version',
      Name: 'schedule-<aws.scheduler.execution-id>',
      Input,
    }),
    RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 185 },
    DeadLetterConfig: { Arn: 'arn:queue' },
  });
  expect(desired).toEqual([
    {
      Name: 'w.9fc9d002d1e7',
      GroupName: 'group',
      ScheduleExpression: 'cron(0 9 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: target('{"name":"Ada"}'),
    },
    {
      Name: 'w.2e5b08ec196f',
      GroupName: 'group',
      ScheduleExpression: 'rate(1 hour)',
      ScheduleExpressionTimezone: 'UTC',
      StartDate: new Date('2026-03-01T10:30:00Z'),
      EndDate: new Date('2026-04-01T00:00:00Z'),
      State: 'DISABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: target('{}'),
    },
  ]);
});

/** Of each schedule when it starts and ends. */
function dates(created_at: string, now: string, ...triggers: Trigger[]) {
  vi.stubEnv('SCHEDULE_GROUP', 'group');
  vi.stubEnv('SCHEDULE_ROLE_ARN', 'arn:role');
  vi.stubEnv('UNSTARTED_RUNS_QUEUE_ARN', 'arn:queue');
  const document = {
    workflow: { id: 'w', triggers, steps: [] },
    version: 1,
    created_at,
    updated_at: created_at,
    updated_by: 'ada',
    state_machine_version_arn: 'arn:version',
  };
  const desired = [...desiredSchedules(document, Date.parse(now)).values()];
  vi.unstubAllEnvs();
  return desired.map(({ StartDate, EndDate }) => [StartDate?.toISOString(), EndDate?.toISOString()]);
}

test('dates are of whole seconds, and never before the time that they stand for', () => {
  const created = '2026-03-01T09:30:00.250Z';
  const dated = { start_date: '2026-03-02T00:00:00.001Z', end_date: '2026-04-01T00:00:00.500Z' };
  expect(
    dates(created, '2026-03-01T10:00:00Z', { schedule: 'rate(1 hour)' }, { ...DAILY, ...dated }),
  ).toEqual([
    ['2026-03-01T10:30:01.000Z', undefined],
    ['2026-03-02T00:00:01.000Z', '2026-04-01T00:00:01.000Z'],
  ]);
});

test('a date that has passed is not sent: Scheduler would refuse it', () => {
  const begun = { start_date: '2026-02-01T00:00:00Z' };
  expect(
    dates(
      '2026-01-01T00:00:00.000Z',
      '2026-03-01T10:00:00.000Z',
      { ...DAILY, ...begun },
      { schedule: 'rate(1 hour)', ...begun },
      { schedule: 'at(2026-03-02T00:00:00)' },
    ),
  ).toEqual([
    [undefined, undefined],
    ['2026-03-01T11:00:00.000Z', undefined],
    [undefined, undefined],
  ]);
});
