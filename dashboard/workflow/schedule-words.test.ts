// Schedules in words: only where the words say exactly what the expression does.
import { expect, test } from 'vitest';
import { scheduleWords } from './schedule-words.ts';

test.each([
  ['rate(1 hour)', 'Every hour'],
  ['rate(15 minutes)', 'Every 15 minutes'],
  ['rate(1 days)', 'Every day'],
  ['at(2027-01-01T00:30:00)', 'Once, on 1 January 2027 at 00:30'],
  ['cron(0 9 * * ? *)', 'Every day at 09:00'],
  ['cron(0 9,17 ? * MON *)', 'Every Monday at 09:00 and 17:00'],
  ['cron(5 9 ? * 2-6 *)', 'Monday to Friday at 09:05'],
  ['cron(0 9 ? * mon,wed,fri *)', 'Every Monday, Wednesday and Friday at 09:00'],
  ['cron(0 6 1 * ? *)', 'On day 1 of every month at 06:00'],
  ['cron(15 10 L * ? *)', 'On the last day of every month at 10:15'],
  ['cron(0/10 * * * ? *)', 'Every 10 minutes'],
  ['cron(* * * * ? *)', 'Every minute'],
  ['cron(0 * * * ? *)', 'Every hour'],
  ['cron(20 * * * ? *)', 'Every hour, 20 min past'],
  ['cron(0/10 8-17 ? * MON-FRI *)', 'Every 10 minutes, in the hours from 8 to 17, Monday to Friday'],
  ['cron(0/30 * L * ? *)', 'Every 30 minutes, on the last day of every month'],
])('%s is %s', (schedule, words) => {
  expect(scheduleWords(schedule)).toBe(words);
});

test.each([
  'cron(0/7 * * * ? *)',
  'cron(0 9 ? * MON#1 *)',
  'cron(0 9 1 1 ? *)',
  'cron(0 9 * * ? 2027)',
  'cron(0 9 LW * ? *)',
  'cron(0 22-4 * * ? *)',
  'cron(0 8-17/2 * * ? *)',
  'cron(61 9 * * ? *)',
  'cron(0 9 1 * MON *)',
  'cron(0 9 * * ? * *)',
  'rate(soon)',
  'every day',
])('%s has no words', (schedule) => {
  expect(scheduleWords(schedule)).toBeUndefined();
});
