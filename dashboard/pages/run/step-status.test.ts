// What the page says of a run that is under way.
import { expect, test } from 'vitest';
import type { StepSummary } from './loop-states.ts';
import { askedIn, noteOf, statusOf, visitsOf, waitingWord } from './step-status.ts';

function step(action: string, more: Partial<StepSummary> = {}): StepSummary {
  return {
    id: action,
    action,
    status: 'running',
    attempts: 1,
    started_at: '2026-03-01T00:00:00.000Z',
    ended_at: null,
    error: null,
    usage: null,
    ...more,
  };
}

const states = { total: 3, succeeded: 0, failed: 0, states: [] };

test.each<[string, readonly StepSummary[], string | undefined]>([
  ['an approval waits', [step('set', { status: 'succeeded' }), step('approval')], 'Waiting for an approval'],
  [
    'an approval in a loop waits',
    [step('for_each', { iterations: states }), step('approval')],
    'Waiting for an approval',
  ],
  ['a time is waited for', [step('wait')], 'Waiting'],
  ['another branch works', [step('parallel'), step('approval'), step('openai/chat')], undefined],
  [
    'iterations that the log does not have may work',
    [step('approval'), step('for_each', { iterations: { ...states, running: 2 } })],
    undefined,
  ],
  ['the run is between two steps', [step('set', { status: 'succeeded' })], undefined],
])('when %s', (_, steps, word) => expect(waitingWord(steps)).toBe(word));

test('what a person is asked is named as the inbox names it, also while another branch works', () => {
  const asked = step('approval', { id: 'agree', index: [2, 17] });
  expect(askedIn('w.1', [step('openai/chat'), asked])).toBe('w.1.agree.2.17');
  expect(askedIn('w.1', [step('openai/chat'), { ...asked, status: 'succeeded' }])).toBeUndefined();
});

const paused = (ended_at: string | null) => ({
  rate_limit_waits: [{ started_at: '2026-03-01T00:00:00.000Z', ended_at }],
});

test.each<[string, StepSummary | undefined, string]>([
  ['was not reached', undefined, 'not_reached'],
  ['works', step('openai.chat'), 'running'],
  ['asks a person', step('approval'), 'waiting'],
  ['waits for a time', step('wait'), 'waiting'],
  ['waits for its provider', step('openai.chat', paused(null)), 'waiting'],
  ['has waited for its provider', step('openai.chat', paused('2026-03-01T00:01:00.000Z')), 'running'],
  ['was decided', step('approval', { status: 'succeeded' }), 'succeeded'],
  ['was stopped while it waited', step('wait', { status: 'aborted' }), 'aborted'],
])('a step that %s', (_, visit, status) => expect(statusOf(visit)).toBe(status));

test('of several visits of a step the latest counts', () => {
  const visits = [step('a', { status: 'failed' }), step('b'), step('a', { status: 'succeeded' })];
  expect([...visitsOf(visits)].map(([id, { status }]) => [id, status])).toEqual([
    ['a', 'succeeded'],
    ['b', 'running'],
  ]);
});

const node = { id: 'a', kind: 'agent', comment: 'Why', pointer: '/steps/0', flows: [], params: {} };
const usage = { prompt_tokens: 1000, completion_tokens: 234, total_tokens: 1234, cost_usd: 0.02 };

test.each<[StepSummary | undefined, string]>([
  [undefined, 'Why'],
  [step('a'), 'Why'],
  [step('a', { attempts: 2 }), '2 attempts'],
  [step('a', { turns: 1 }), '1 turn'],
  [step('a', { turns: 3, usage, attempts: 2 }), '2 attempts · 3 turns · 1,234 tokens · $0.02'],
  [step('a', { carried_from: 'w.1' }), 'kept from the run before'],
  [step('a', { attempts: 2, error: { name: 'Bad', message: 'No' } }), 'Bad: No'],
])('beside the name of a step: %#', (visit, note) => expect(noteOf(visit, node)).toBe(note));
