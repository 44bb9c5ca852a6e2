// How often a schedule is due, and its expression.
import { describe, expect, test } from 'vitest';
import { parseExpression } from '../../../../lib/schedules/schedule-expression.ts';
import { type Frequency, frequencyOf, scheduleOf } from './frequency.ts';

const pairs: readonly (readonly [Frequency, string])[] = [
  [{ kind: 'interval', every: '1', unit: 'days' }, 'rate(1 day)'],
  [{ kind: 'interval', every: '90', unit: 'minutes' }, 'rate(90 minutes)'],
  [{ kind: 'daily', time: '09:05' }, 'cron(5 9 * * ? *)'],
  [{ kind: 'daily', time: '00:00' }, 'cron(0 0 * * ? *)'],
  [{ kind: 'weekly', days: ['MON', 'FRI'], time: '18:30' }, 'cron(30 18 ? * MON,FRI *)'],
  [{ kind: 'weekly', days: ['SUN'], time: '07:00' }, 'cron(0 7 ? * SUN *)'],
  [{ kind: 'monthly', day: '1', time: '06:00' }, 'cron(0 6 1 * ? *)'],
  [{ kind: 'monthly', day: 'L', time: '23:59' }, 'cron(59 23 L * ? *)'],
  [{ kind: 'once', at: '2026-12-24T18:00' }, 'at(2026-12-24T18:00:00)'],
];

test.each(pairs)('%o is %s, and the other way round', (frequency, schedule) => {
  expect(scheduleOf(frequency)).toBe(schedule);
  expect(frequencyOf(schedule)).toEqual(frequency);
  expect(parseExpression(schedule)?.kind).toBe(schedule.split('(')[0]);
});

describe('an expression', () => {
  test.each<[string, Frequency]>([
    ['cron(0 9 ? * MON-FRI *)', { kind: 'weekly', days: ['MON', 'TUE', 'WED', 'THU', 'FRI'], time: '09:00' }],
    ['cron(0 9 ? * fri,mon *)', { kind: 'weekly', days: ['MON', 'FRI'], time: '09:00' }],
    ['cron(00 09 ? * * *)', { kind: 'daily', time: '09:00' }],
    [' rate(2  hours) ', { kind: 'interval', every: '2', unit: 'hours' }],
  ])('%s is understood', (schedule, frequency) => {
    expect(frequencyOf(schedule)).toEqual(frequency);
  });

  test.each([
    'cron(0 9 ? * 2-6 *)', // who counts from Sunday, and who from Monday?
    'cron(0/5 * * * ? *)',
    'cron(0 9,17 * * ? *)',
    'cron(0 9 ? 12 MON *)',
    'cron(0 9 ? * MON 2027)',
    'cron(0 9 ? * FRI-MON *)',
    'cron(0 9 ? * MON#1 *)',
    'cron(0 24 * * ? *)',
    'cron(0 9 32 * ? *)',
    'cron(0 9 1 * MON *)',
    'at(2026-12-24T18:00:30)',
    'rate(1 week)',
    'every day',
    '',
  ])('%s says something else', (schedule) => {
    expect(frequencyOf(schedule)).toBeUndefined();
  });
});
