// The execution log while the run is running.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { executionLog } from '../schemas/execution-log.ts';
import { endedSteps, executionLogOf, runningLogOf } from './log.ts';
import {
  entered,
  exited,
  facts,
  failed,
  history,
  kinds,
  scheduled,
  started,
  succeeded,
} from './testing/history.ts';

test('a step that is waiting for a rate limit has not ended; it can be stopped then', () => {
  const waiting: Partial<HistoryEvent>[] = [
    started,
    { ...entered('ask'), previousEventId: 0 },
    scheduled('openai-chat', {}),
    failed('RetryAfter', '60'),
    exited('ask', 60),
    { type: 'WaitStateEntered', stateEnteredEventDetails: { name: 'ask.retry_after' } },
  ];
  expect(endedSteps(history(...waiting), kinds)).toEqual([]);
  expect(runningLogOf(facts, history(...waiting)).steps).toMatchObject([
    { id: 'ask', status: 'running', attempts: 1, ended_at: null, error: null },
  ]);
  const { steps } = executionLogOf(facts, history(...waiting, { type: 'ExecutionAborted' }));
  expect(steps).toMatchObject([{ id: 'ask', status: 'aborted', attempts: 1, error: null }]);
});

describe('a running execution', () => {
  const running = (...events: Partial<HistoryEvent>[]) => runningLogOf(facts, history(started, ...events));

  test('has its steps so far, and the one that it is in', () => {
    const log = running(
      { ...entered('ask'), previousEventId: 0 },
      scheduled('openai-chat', { prompt: 'hi' }),
      succeeded({ text: 'hello' }),
      exited('ask', { text: 'hello' }),
      entered('open'),
      scheduled('github-create-issue', { title: 't' }),
    );
    expect(executionLog.parse(log)).toEqual(log);
    expect(log).toMatchObject({
      status: 'running',
      ended_at: null,
      input: { repo: 'acme/site' },
      output: null,
      error: null,
      steps: [
        { id: 'ask', status: 'succeeded', output: { text: 'hello' } },
        { id: 'open', status: 'running', attempts: 1, input: { title: 't' }, ended_at: null, error: null },
      ],
    });
  });

  test('a step between two attempts is running; one whose failure was caught around it is not', () => {
    const between = [
      { ...entered('open'), previousEventId: 0 },
      scheduled('github-create-issue', {}),
      failed('RateLimited', 'slow'),
    ];
    expect(running(...between).steps).toMatchObject([
      { id: 'open', status: 'running', attempts: 1, error: null },
    ]);
    const parallel = (type: string) => ({ type: `Parallel${type}` }) as Partial<HistoryEvent>;
    const caught = [
      { ...parallel('StateEntered'), previousEventId: 0, stateEnteredEventDetails: { name: 'both' } },
      parallel('StateStarted'),
      ...between.map((event, index) => ({ ...event, previousEventId: index + 3 })),
      parallel('StateFailed'),
      { ...parallel('StateExited'), stateExitedEventDetails: { name: 'both', output: '{}' } },
      entered('close', 'Pass'),
    ];
    expect(running(...caught).steps).toMatchObject([
      { id: 'both', status: 'caught', output: null },
      { id: 'open', status: 'failed', error: { name: 'RateLimited' } },
      { id: 'close', status: 'running' },
    ]);
  });

  test('a skipped step is shown once its `when` was evaluated', () => {
    const when = [
      { ...entered('open.when', 'Choice'), previousEventId: 0 },
      exited('open.when', null, 'Choice'),
    ];
    expect(running(...when).steps).toEqual([]);
    expect(running(...when, entered('close', 'Pass')).steps).toMatchObject([
      { id: 'open', status: 'skipped' },
      { id: 'close', status: 'running' },
    ]);
    expect(running(...when, entered('open')).steps).toMatchObject([{ id: 'open', status: 'running' }]);
  });
});
