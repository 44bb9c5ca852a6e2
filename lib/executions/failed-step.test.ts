// The step that a run failed in, from histories whose end names no state.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { failedStep } from './failed-step.ts';
import { entered, exited, history, type Row } from './testing/rows.ts';

/** As at the limit of 25,000 events, which can come at any event. */
const UNNAMED = {
  error: 'States.Runtime',
  cause: 'The execution reached the maximum number of history events.',
};
const step = (...rows: Row[]) => {
  const events = history(...rows);
  const end: HistoryEvent = {
    id: events.length + 1,
    previousEventId: events.length,
    timestamp: new Date(0),
    type: 'ExecutionFailed',
  };
  return failedStep(UNNAMED, [...events, end]);
};
const start: Row[] = [
  ['ExecutionStarted', 0],
  ['ParallelStateEntered', 0, entered('steps')],
  ['ParallelStateStarted', 2],
];

test('a run that ended within a state failed in that one', () => {
  expect(step(...start, ['TaskStateEntered', 3, entered('ask')], ['TaskScheduled', 4])).toBe('ask');
});

test.each<[string, Row[]]>([
  [
    'a state',
    [
      ['TaskStateEntered', 3, entered('ask')],
      ['TaskStateExited', 4, exited('ask', 1)],
    ],
  ],
  [
    'an iteration',
    [
      ['MapStateEntered', 3, entered('each')],
      ['MapStateStarted', 4],
      ['MapIterationStarted', 5],
      ['PassStateEntered', 6, entered('one')],
      ['MapIterationSucceeded', 7],
    ],
  ],
  [
    'a loop',
    [
      ['MapStateEntered', 3, entered('each')],
      ['MapStateStarted', 4],
      ['MapStateSucceeded', 5],
    ],
  ],
  [
    'branches',
    [
      ['ParallelStateEntered', 3, entered('both')],
      ['ParallelStateStarted', 4],
      ['ParallelStateSucceeded', 5],
    ],
  ],
])('one that ended after %s failed in what is around that, which the history does not name', (_, rows) => {
  expect(step(...start, ...rows)).toBeNull();
});

test('steps of on_failure that ran after the failure are not what failed', () => {
  const failed: Row[] = [
    ['ExecutionStarted', 0],
    ['ParallelStateEntered', 0, entered('workflow.steps')],
    ['ParallelStateStarted', 2],
    ['TaskStateEntered', 3, entered('ask')],
    ['TaskFailed', 4],
    ['ParallelStateFailed', 5],
    ['ParallelStateExited', 6, exited('workflow.steps', 1)],
    ['PassStateEntered', 7, entered('told')],
  ];
  const after: Row[] = [
    ['PassStateExited', 8, exited('told', 1)],
    ['FailStateEntered', 9, entered('workflow.failed')],
  ];
  expect(step(...failed, ...after)).toBe('ask');
  // One that fails itself is.
  expect(step(...failed)).toBe('told');
});

test('a run that was redriven since has no such step', () => {
  const rows: Row[] = [...start, ['TaskStateEntered', 3, entered('ask')], ['ExecutionFailed', 4]];
  const again: Row[] = [
    ['ExecutionRedriven', 5],
    ['TaskScheduled', 4],
  ];
  expect(failedStep(UNNAMED, history(...rows))).toBe('ask');
  expect(failedStep(UNNAMED, history(...rows, ...again))).toBeNull();
});
