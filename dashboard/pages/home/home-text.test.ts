// Home's sentences.
import { expect, test } from 'vitest';
import type { Approval, Schedule } from './home-data.ts';
import {
  dueNext,
  dueSentence,
  failedSentence,
  forRole,
  groupAddress,
  mendedSentence,
  runningSentence,
  waitingSentence,
} from './home-text.ts';

test('what failed and what runs is counted in a sentence', () => {
  const failed = (count: number, more = false, mended = 0) =>
    failedSentence({ count, more, mended, groups: [] });
  expect([failed(0), failed(1), failed(1, true), failed(3), failed(1000, true)]).toEqual([
    'Nothing failed since yesterday',
    '1 run failed since yesterday',
    '1+ runs failed since yesterday',
    '3 runs failed since yesterday',
    '1,000+ runs failed since yesterday',
  ]);
  expect(failed(0, false, 2)).toBe('Nothing is left to mend since yesterday');
  const mended = (count: number, mended: number) =>
    mendedSentence({ count, more: false, mended, groups: [] });
  expect([mended(3, 0), mended(0, 1), mended(0, 2), mended(3, 2)]).toEqual([
    undefined,
    '1 run failed and was mended: a rerun of it has succeeded.',
    '2 runs failed and were mended: a rerun of each has succeeded.',
    '2 more runs failed and were mended: a rerun of each has succeeded.',
  ]);
  const running = (count: number, more = false, asking = 0, moreAsk = false) =>
    runningSentence({ count, more }, { count: asking, more: moreAsk });
  expect([running(0), running(1), running(1, true), running(2)]).toEqual([
    'Nothing runs',
    '1 run is going on',
    '1+ runs are going on',
    '2 runs are going on',
  ]);
  const asking = [running(0, false, 1), running(1, false, 1), running(3, false, 1), running(3, false, 2)];
  expect([...asking, running(200, false, 100, true), running(2, false, 3)]).toEqual([
    'Nothing runs',
    '1 run is going on, and waits for an answer',
    '3 runs are going on, 1 of them waits for an answer',
    '3 runs are going on, 2 of them wait for an answer',
    '200 runs are going on, 100+ of them wait for an answer',
    '2 runs are going on, 2 of them wait for an answer',
  ]);
});

const approval = (id: string, role: Approval['role'], expires_at: string): Approval => ({
  id,
  workflow_id: 'triage_mail',
  execution_id: 'triage_mail.1',
  step_id: 'ask',
  status: 'pending',
  message: 'Send it?',
  role,
  on_timeout: 'fail',
  requested_at: '2026-03-01T00:00:00.000Z',
  expires_at,
  comment: null,
  decided_by: null,
  decided_at: null,
});

test('what waits for me is what my role may decide, the next to expire first', () => {
  const all = [
    approval('a', 'editor', '2026-03-03'),
    approval('b', 'admin', '2026-03-02'),
    approval('c', 'editor', '2026-03-01'),
  ];
  const ids = (role: string) => forRole(all, role).map(({ id }) => id);
  expect([ids('admin'), ids('editor'), ids('viewer'), ids('')]).toEqual([
    ['c', 'b', 'a'],
    ['c', 'a'],
    [],
    [],
  ]);
  expect([
    waitingSentence(0, 0, false),
    waitingSentence(1, 1, false),
    waitingSentence(2, 5, false),
    waitingSentence(0, 1, false),
    waitingSentence(1, 1, true),
    waitingSentence(0, 1, true),
  ]).toEqual([
    'Nothing waits for an answer',
    '1 approval waits for you',
    '2 approvals wait for you, 3 for somebody else',
    '1 waits for somebody else',
    '1+ approvals wait for you',
    '1+ wait for somebody else',
  ]);
});

test('what is due comes by its time, and what is paused is counted', () => {
  const schedule = (id: string, next_time: string | null): Schedule => ({
    id,
    workflow_id: id,
    trigger: 0,
    schedule: 'rate(1 hour)',
    timezone: 'UTC',
    state: next_time === null ? 'paused' : 'enabled',
    next_time,
    next_times: next_time === null ? [] : [next_time],
    paused_by: null,
    paused_at: null,
    input: {},
  });
  const all = [schedule('a', '2026-03-02'), schedule('b', null), schedule('c', '2026-03-01')];
  expect(dueNext(all).map(({ id }) => id)).toEqual(['c', 'a']);
  expect([dueSentence(2, 1), dueSentence(1, 0), dueSentence(0, 2), dueSentence(0, 0)]).toEqual([
    '2 schedules come due, 1 is paused',
    '1 schedule comes due',
    'Nothing is due, 2 are paused',
    'Nothing is due',
  ]);
});

test('a group of failures leads to its runs, whatever its name holds', () => {
  const latest = { id: 'a.1', workflow_id: 'a', started_at: '', message: '' };
  expect(groupAddress({ error_name: 'a&b=c', step_id: 'ask', count: 1, latest })).toBe(
    '/runs?error=a%26b%3Dc&step=ask&time=day',
  );
  expect(groupAddress({ error_name: 'Stopped', step_id: null, count: 1, latest })).toBe(
    '/runs?error=Stopped&time=day',
  );
});
