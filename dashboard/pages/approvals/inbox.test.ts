// The inbox's order, its words, and what it notices of live data.
import { expect, test } from 'vitest';
import {
  countNew,
  inOrder,
  isGone,
  nextOf,
  outcomeText,
  placeText,
  runLink,
  untilText,
  type WaitingApproval,
  waitsText,
} from './inbox.ts';

const approval = (id: string, given: Partial<WaitingApproval> = {}): WaitingApproval => ({
  id,
  workflow_id: 'send',
  execution_id: 'send.run',
  step_id: 'ask',
  status: 'pending',
  message: 'Send it?',
  role: 'editor',
  on_timeout: 'fail',
  requested_at: '2026-11-30T08:00:00.000Z',
  expires_at: '2026-12-01T08:00:00.000Z',
  comment: null,
  decided_by: null,
  decided_at: null,
  ...given,
});

test('what the user may decide comes first, then what ends soonest', () => {
  const items = [
    approval('a', { role: 'admin', expires_at: '2026-11-30T09:00:00.000Z' }),
    approval('b'),
    approval('c', { expires_at: '2026-11-30T10:00:00.000Z' }),
  ];
  expect(inOrder(items, 'editor').map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect(inOrder(items, 'admin').map(({ id }) => id)).toEqual(['a', 'c', 'b']);
  expect(inOrder(items, 'viewer').map(({ id }) => id)).toEqual(['a', 'c', 'b']);
  // Those that end at once keep one order, whichever the page has.
  expect(inOrder([approval('e'), approval('d')], 'editor').map(({ id }) => id)).toEqual(['d', 'e']);
});

test('new ones are counted, and one beyond the page is not taken for gone', () => {
  const page = { items: [approval('b'), approval('d')], next_cursor: null };
  expect(countNew([approval('b')], page)).toBe(1);
  expect(isGone('b', page)).toBe(false);
  expect(isGone('z', page)).toBe(true);
  expect(isGone('z', { ...page, next_cursor: 'more' })).toBe(false);
  expect(isGone('c', { ...page, next_cursor: 'more' })).toBe(true);
});

test('after a decision it goes on with the next one, and from the end with the first', () => {
  const can = (id: string) => id !== 'b';
  expect(nextOf(['a', 'b', 'c'], 'a', can)).toBe('c');
  expect(nextOf(['a', 'b', 'c'], 'c', can)).toBe('a');
  expect(nextOf(['a', 'b'], 'a', can)).toBeUndefined();
  expect(nextOf(['a', 'b'], 'elsewhere', can)).toBe('a');
});

test.each([
  ['2026-11-30T16:30:00Z', '17:30'],
  ['2026-11-30T23:30:00Z', 'Tuesday 00:30'],
  ['2026-12-04T08:00:00Z', 'Friday 09:00'],
  ['2026-12-07T08:00:00Z', '7 Dec 2026, 09:00'],
  ['2027-01-12T08:00:00Z', '12 Jan 2027, 09:00'],
])('%s is said as %s', (time, text) => {
  expect(untilText(Date.parse(time), Date.parse('2026-11-30T10:00:00Z'), 'Europe/Berlin')).toBe(text);
});

test('it says for whom it waits, and what happens when nobody decides', () => {
  const now = Date.parse('2026-11-30T10:00:00Z');
  expect(waitsText(approval('a'), now, 'Europe/Berlin')).toBe(
    'Waits for an editor until Tuesday 09:00, then the step fails',
  );
  expect(waitsText(approval('a', { role: 'admin', on_timeout: 'approve' }), now, 'UTC')).toBe(
    'Waits for an admin until Tuesday 08:00, then it counts as approved',
  );
});

test('the outcome names who decided', () => {
  expect(outcomeText(approval('a', { status: 'approved', decided_by: 'ada' }))).toBe('Approved by ada');
  expect(outcomeText(approval('a', { status: 'rejected', decided_by: 'ada' }))).toBe('Rejected by ada');
  expect(outcomeText(approval('a', { status: 'timed_out', on_timeout: 'reject' }))).toBe(
    'Nobody decided in time: it counted as rejected',
  );
  expect(outcomeText(approval('a', { status: 'closed' }))).toBe('The run ended before anybody decided');
  expect(outcomeText(approval('a'))).toBe('It waits');
});

test('a step in loops is named and linked with its iterations', () => {
  expect(placeText(approval('a', { index: [3, 1] }))).toBe('ask [3] [1]');
  expect(runLink(approval('a', { index: [3, 1] }))).toBe('/runs/send.run?step=ask&index=3.1');
  expect(runLink(approval('a'))).toBe('/runs/send.run?step=ask');
});
