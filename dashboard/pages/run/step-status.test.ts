// What the page says of a run that is under way.
import { expect, test } from 'vitest';
import type { StepSummary } from './loop-states.ts';
import { waitingWord } from './step-status.ts';

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
