// Actions on many runs in words.
import { expect, test } from 'vitest';
import type { BulkState } from './bulk.ts';
import { othersText, progressText } from './bulk-words.ts';
import { run } from './testing/run.ts';

const stopped = run(1, { status: 'running' });
const state: BulkState = {
  action: 'stop',
  total: 5,
  hasMore: false,
  outcomes: [
    { run: stopped, problem: undefined },
    { run: stopped, problem: undefined },
    { run: stopped, problem: 'It has ended' },
  ],
  phase: 'running',
  problem: undefined,
};

test('how far an action is, and what was left when it was called off', () => {
  expect(progressText(state)).toBe('Stopping 5 runs: 2 stopped, 1 refused');
  expect(progressText({ ...state, phase: 'cancelled' })).toBe(
    '5 runs: 2 stopped, 1 refused, 2 left as they are',
  );
  expect(progressText({ ...state, phase: 'done', total: 3 })).toBe('3 runs: 2 stopped, 1 refused');
  expect(progressText({ ...state, action: 'redrive', phase: 'done' })).toBe('5 runs: 2 go on, 1 refused');
  expect(progressText({ ...state, action: 'rerun', outcomes: state.outcomes.slice(1) })).toBe(
    'Running 5 runs again: 1 runs again, 1 refused',
  );
  expect(progressText({ ...state, hasMore: true, total: 1000 })).toBe(
    'Stopping 1,000+ runs: 2 stopped, 1 refused',
  );
});

test('the selected runs that an action is not for are told, one and some', () => {
  expect([othersText('stop', 1), othersText('redrive', 2)]).toEqual([
    '1 of the selected has ended already and stays as it is.',
    '2 of the selected run or have succeeded and stay as they are.',
  ]);
});
