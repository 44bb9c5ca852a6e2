// When rate, cron and at expressions are due: AWS's cron fields, time zones and changes of the clocks.
import { expect, test } from 'vitest';
import { cronMistake, numberedWeekdays } from './cron.ts';
import { nextTime, parseExpression } from './schedule-expression.ts';

/** The first due times after a time, in UTC without seconds; `never` when they end. */
function times(
  text: string,
  after: string,
  count: number,
  zone = 'UTC',
  more: { start?: string; end?: string } = {},
) {
  const expression = parseExpression(text);
  if (!expression) return 'invalid';
  const start = Date.parse(more.start ?? '2020-01-01T00:00Z');
  const timing = { expression, zone, start, end: more.end === undefined ? undefined : Date.parse(more.end) };
  const found: string[] = [];
  let time: number | undefined = Date.parse(after);
  for (let index = 0; index < count; index++) {
    time = nextTime(timing, time);
    if (time === undefined) return [...found, 'never'];
    found.push(new Date(time).toISOString().slice(0, 16));
  }
  return found;
}

test.each<[string, string[]]>([
  ['cron(15 10 * * ? *)', ['2026-01-01T10:15', '2026-01-02T10:15']],
  ['cron(0 18 ? * MON-FRI *)', ['2026-01-01T18:00', '2026-01-02T18:00', '2026-01-05T18:00']],
  ['cron(0 18 ? * 2-6 *)', ['2026-01-01T18:00', '2026-01-02T18:00', '2026-01-05T18:00']],
  ['cron(0 8 1 * ? *)', ['2026-01-01T08:00', '2026-02-01T08:00']],
  [
    'cron(0/20 12 ? * SUN *)',
    ['2026-01-04T12:00', '2026-01-04T12:20', '2026-01-04T12:40', '2026-01-11T12:00'],
  ],
  ['cron(5/30 * * * ? *)', ['2026-01-01T00:05', '2026-01-01T00:35', '2026-01-01T01:05']],
  ['cron(0 0,12 1-3/2 feb ? *)', ['2026-02-01T00:00', '2026-02-01T12:00', '2026-02-03T00:00']],
  ['cron(0 9 L * ? *)', ['2026-01-31T09:00', '2026-02-28T09:00', '2026-03-31T09:00']],
  ['cron(0 9 LW * ? *)', ['2026-01-30T09:00', '2026-02-27T09:00', '2026-03-31T09:00']],
  // 1 February and 15 March 2026 are Sundays, 15 August 2026 is a Saturday.
  ['cron(0 9 1W 2,3 ? *)', ['2026-02-02T09:00', '2026-03-02T09:00']],
  ['cron(0 9 15W 3,8 ? *)', ['2026-03-16T09:00', '2026-08-14T09:00']],
  ['cron(0 9 31W 5 ? *)', ['2026-05-29T09:00', '2027-05-31T09:00']],
  ['cron(0 9 ? * 6L *)', ['2026-01-30T09:00', '2026-02-27T09:00']],
  ['cron(0 9 ? * FRIL *)', ['2026-01-30T09:00', '2026-02-27T09:00']],
  // The last day of these months is a Saturday itself.
  ['cron(0 9 ? 1-2 SATL *)', ['2026-01-31T09:00', '2026-02-28T09:00']],
  ['cron(0 9 ? * L *)', ['2026-01-03T09:00', '2026-01-10T09:00']],
  ['cron(0 9 ? * 3#1 *)', ['2026-01-06T09:00', '2026-02-03T09:00']],
  ['cron(0 9 ? * SAT#5 *)', ['2026-01-31T09:00', '2026-05-30T09:00']],
  ['cron(0 0 29 2 ? *)', ['2028-02-29T00:00', '2032-02-29T00:00']],
  ['cron(0 0 1 1 ? 2027-2028)', ['2027-01-01T00:00', '2028-01-01T00:00', 'never']],
  ['cron(0 0 30 2 ? *)', ['never']],
])('%s', (text, expected) => {
  expect(times(text, '2025-12-31T23:59:30Z', expected.length)).toEqual(expected);
});

test.each([
  'cron(* * * * * *)',
  'cron(0 0 ? * ? *)',
  'cron(0 0 1 * 2 *)',
  'cron(0 0 * * ?)',
  'cron(60 0 * * ? *)',
  'cron(0 24 * * ? *)',
  'cron(0 0 0 * ? *)',
  'cron(0 0 32W * ? *)',
  'cron(0 0 ? * 0 *)',
  'cron(0 0 ? * 8 *)',
  'cron(0 0 ? * 2#6 *)',
  'cron(0 0 ? * MON-FRI#1 *)',
  'cron(0 0 ? * MOON *)',
  'cron(0 0 * 13 ? *)',
  'cron(0 0 * * ? 1969)',
  'cron(5-1 0 * * ? *)',
  'cron(0/0 0 * * ? *)',
  'cron(1-2-3 0 * * ? *)',
  'cron(0, 0 * * ? *)',
  'cron(-1 0 * * ? *)',
  'cron()',
  'rate(0 minutes)',
  'rate(-1 hours)',
  'rate(1.5 hours)',
  'rate(1 fortnight)',
  'rate(5)',
  'rate(5 minutes',
  'at(2026-02-30T00:00:00)',
  'at(2026-01-01)',
  'at(2026-01-01T25:00:00)',
  'at(2026-01-01T00:00:00Z)',
  'every day',
  '',
])('%j is not an expression', (text) => {
  expect(parseExpression(text)).toBeUndefined();
});

test('a rate counts from its start, whatever the time zone', () => {
  const start = '2026-03-28T10:07Z';
  expect(times('rate(1 hour)', '2026-03-28T00:00Z', 3, 'UTC', { start })).toEqual([
    '2026-03-28T10:07',
    '2026-03-28T11:07',
    '2026-03-28T12:07',
  ]);
  expect(times('rate(90 minutes)', '2026-03-28T11:00Z', 2, 'UTC', { start })).toEqual([
    '2026-03-28T11:37',
    '2026-03-28T13:07',
  ]);
  // The clocks change in Berlin on the 29th: a day stays 24 hours.
  expect(times('rate(1 day)', start, 2, 'Europe/Berlin', { start })).toEqual([
    '2026-03-29T10:07',
    '2026-03-30T10:07',
  ]);
});

test('nothing is due from the end on, nor before the start', () => {
  expect(
    times('rate(1 hour)', '2026-01-01T00:00Z', 5, 'UTC', {
      start: '2026-01-01T00:00Z',
      end: '2026-01-01T02:00Z',
    }),
  ).toEqual(['2026-01-01T01:00', 'never']);
  expect(times('cron(0 * * * ? *)', '2026-01-01T00:00Z', 1, 'UTC', { start: '2026-01-02T05:00Z' })).toEqual([
    '2026-01-02T05:00',
  ]);
});

test('at is due once, in its time zone', () => {
  expect(times('at(2026-07-01T09:30:00)', '2026-01-01T00:00Z', 2, 'America/New_York')).toEqual([
    '2026-07-01T13:30',
    'never',
  ]);
  expect(times('at(2025-07-01T09:30:00)', '2026-01-01T00:00Z', 1)).toEqual(['never']);
});

test('a cron keeps its wall-clock time through the year', () => {
  expect(times('cron(0 9 1 1,7 ? *)', '2025-12-31T00:00Z', 2, 'America/New_York')).toEqual([
    '2026-01-01T14:00',
    '2026-07-01T13:00',
  ]);
  expect(times('cron(30 0 * * ? *)', '2026-01-01T00:00Z', 2, 'Asia/Kolkata')).toEqual([
    '2026-01-01T19:00',
    '2026-01-02T19:00',
  ]);
});

test.each([
  ['1-5', 'SUN-THU', 'MON-FRI'],
  ['7', 'SAT', 'SUN'],
  ['2,4', 'MON,WED', 'TUE,THU'],
  ['6-7', 'FRI-SAT', 'SAT,SUN'],
  ['6L', 'FRIL', 'SATL'],
  ['2#1', 'MON#1', 'TUE#1'],
  ['2/2', 'MON/2', 'TUE/2'],
])('a day of the week in numbers: %s is %s here and %s elsewhere', (field, means, elsewhere) => {
  expect(numberedWeekdays(`0 9 ? * ${field} *`)).toEqual({ field, means, elsewhere });
  expect(cronMistake(`0 9 ? * ${means} *`)).toBeUndefined();
  expect(cronMistake(`0 9 ? * ${elsewhere} *`)).toBeUndefined();
});

test.each(['2-6', 'MON-FRI', '*', '*/2', '1-7', 'L', 'FRI#2', '0-4', '?'])(
  'a day of the week that is clear, or none: %s',
  (field) => {
    expect(numberedWeekdays(`0 9 ${field === '?' ? '1' : '?'} * ${field} *`)).toBeUndefined();
  },
);

test('a time that the clocks skip is skipped', () => {
  // 29 March 2026, 02:00 to 03:00 in Berlin; 8 March 2026, 02:00 to 03:00 in New York.
  expect(times('cron(30 2 * * ? *)', '2026-03-28T00:00Z', 3, 'Europe/Berlin')).toEqual([
    '2026-03-28T01:30',
    '2026-03-30T00:30',
    '2026-03-31T00:30',
  ]);
  expect(times('cron(30 2 * * ? *)', '2026-03-07T00:00Z', 2, 'America/New_York')).toEqual([
    '2026-03-07T07:30',
    '2026-03-09T06:30',
  ]);
  expect(times('at(2026-03-29T02:30:00)', '2026-01-01T00:00Z', 1, 'Europe/Berlin')).toEqual(['never']);
});

test('a time that the clocks show twice is due the first time only', () => {
  // 25 October 2026, 02:00 to 03:00 in Berlin twice: at 00:00 and at 01:00 UTC.
  expect(times('cron(30 2 * * ? *)', '2026-10-24T12:00Z', 2, 'Europe/Berlin')).toEqual([
    '2026-10-25T00:30',
    '2026-10-26T01:30',
  ]);
  expect(times('cron(30 2 * * ? *)', '2026-10-25T00:45Z', 1, 'Europe/Berlin')).toEqual(['2026-10-26T01:30']);
  expect(times('cron(0 * * * ? *)', '2026-10-24T23:30Z', 3, 'Europe/Berlin')).toEqual([
    '2026-10-25T00:00',
    '2026-10-25T02:00',
    '2026-10-25T03:00',
  ]);
});
