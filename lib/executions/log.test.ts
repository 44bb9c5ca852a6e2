// The execution log of a run that has ended.
import { describe, expect, test } from 'vitest';
import { executionLog } from '../schemas/execution-log.ts';
import { executionLogOf } from './log.ts';
import {
  ended,
  endedBadly,
  entered,
  exited,
  facts,
  failed,
  history,
  scheduled,
  started,
  succeeded,
} from './testing/history.ts';

describe('executionLogOf', () => {
  test('a step that needed a second attempt, with its input, output and token usage', () => {
    const usage = { prompt_tokens: 12, completion_tokens: 30, total_tokens: 42 };
    const log = executionLogOf(
      facts,
      history(
        started,
        { ...entered('ask'), previousEventId: 0 },
        scheduled('openai-chat', { prompt: 'hi' }),
        failed('RateLimited', 'slow down'),
        scheduled('openai-chat', { prompt: 'hi' }),
        succeeded({ text: 'hello', usage }),
        exited('ask', { text: 'hello', usage }),
        ended(),
      ),
    );
    expect(log).toEqual({
      execution_id: 'daily.1f',
      workflow_id: 'daily',
      workflow_version: 3,
      status: 'succeeded',
      started_at: '2026-01-01T00:00:00.000Z',
      ended_at: '2026-01-01T00:00:59.000Z',
      redrive_count: 0,
      rerun_of: null,
      trigger: null,
      input: { repo: 'acme/site' },
      output: { number: 7 },
      error: null,
      usage,
      steps: [
        {
          id: 'ask',
          action: 'openai.chat',
          status: 'succeeded',
          attempts: 2,
          started_at: '2026-01-01T00:00:01.000Z',
          ended_at: '2026-01-01T00:00:06.000Z',
          input: { prompt: 'hi' },
          output: { text: 'hello', usage },
          error: null,
          failed_attempts: [{ at: '2026-01-01T00:00:03.000Z', name: 'RateLimited', message: 'slow down' }],
          usage,
        },
      ],
    });
    expect(executionLog.parse(log)).toEqual(log);
  });

  test('caught, skipped, set and transform steps', () => {
    const { steps } = executionLogOf(
      facts,
      history(
        started,
        { ...entered('fetch'), previousEventId: 0 },
        scheduled('gmail-list-messages', {}),
        failed('NotFound', 'no such mailbox'),
        exited('fetch', { error: {} }),
        entered('note', 'Pass'),
        exited('note', { x: 1 }, 'Pass', { var_x: '1' }),
        entered('open.when', 'Choice'),
        exited('open.when', {}, 'Choice'),
        entered('shape', 'Pass'),
        exited('shape', [1], 'Pass', { step_shape: '[1]' }),
        entered('token', 'Pass'),
        exited('token', null, 'Pass', { step_token: '"7f"' }),
        entered('marks', 'Pass'),
        exited('marks', null, 'Pass', { var_at: '"noon"', var_n: '2' }),
        entered('close.when', 'Choice'),
        exited('close.when', {}, 'Choice'),
        entered('close', 'Pass'),
        exited('close', 2, 'Pass', { step_close: '2' }),
        ended(),
      ),
    );
    expect(
      steps.map(({ id, action, status, attempts, output, error }) => [
        id,
        action,
        status,
        attempts,
        output,
        error,
      ]),
    ).toEqual([
      ['fetch', 'gmail.list_messages', 'caught', 1, null, { name: 'NotFound', message: 'no such mailbox' }],
      ['note', 'set', 'succeeded', 0, { x: 1 }, null],
      ['open', 'github.create_issue', 'skipped', 0, null, null],
      ['shape', 'transform', 'succeeded', 0, [1], null],
      ['token', 'transform', 'succeeded', 0, '7f', null],
      ['marks', 'set', 'succeeded', 0, { at: 'noon', n: 2 }, null],
      ['close', 'transform', 'succeeded', 0, 2, null],
    ]);
  });

  test('the step in which a failed run ended carries its error', () => {
    const cause = JSON.stringify({
      errorType: 'Unauthorized',
      errorMessage: 'Bad credentials',
      trace: ['x'],
    });
    const log = executionLogOf(
      facts,
      history(
        started,
        { ...entered('open'), previousEventId: 0 },
        scheduled('github-create-issue', { title: 't' }),
        failed('Unauthorized', 'Bad credentials'),
        endedBadly('Failed', 'Unauthorized', cause),
      ),
    );
    expect(log).toMatchObject({
      status: 'failed',
      output: null,
      error: { name: 'Unauthorized', message: 'Bad credentials' },
      steps: [
        {
          id: 'open',
          status: 'failed',
          attempts: 1,
          error: { name: 'Unauthorized', message: 'Bad credentials' },
        },
      ],
    });
  });

  test.each([
    [
      'TimedOut',
      { name: 'States.Timeout', message: 'The execution ran into its time limit' },
      'timed_out',
      'failed',
    ],
    ['Aborted', { name: 'Aborted', message: 'The execution was stopped' }, 'aborted', 'aborted'],
  ] as const)('a run that ended as %s in the middle of a step', (type, error, logged, status) => {
    const log = executionLogOf(
      facts,
      history(
        started,
        { ...entered('open'), previousEventId: 0 },
        scheduled('github-create-issue', {}),
        endedBadly(type),
      ),
    );
    expect(log).toMatchObject({
      status: logged,
      error,
      steps: [{ status, ended_at: '2026-01-01T00:00:59.000Z', error: status === 'failed' ? error : null }],
    });
  });

  test('a `when` that could not be evaluated is a failed step, not a skipped one', () => {
    const { steps } = executionLogOf(
      facts,
      history(
        started,
        { ...entered('open.when', 'Choice'), previousEventId: 0 },
        {
          type: 'EvaluationFailed',
          evaluationFailedEventDetails: {
            error: 'States.QueryEvaluationError',
            cause: 'returned nothing',
            state: 'open.when',
          },
        },
        endedBadly('Failed', 'States.QueryEvaluationError', 'returned nothing'),
      ),
    );
    expect(steps).toMatchObject([
      {
        id: 'open',
        status: 'failed',
        error: { name: 'States.QueryEvaluationError', message: 'returned nothing' },
      },
    ]);
  });

  test('a value over 32 KB is truncated between characters, with its true size', () => {
    const text = 'é'.repeat(40_000);
    const log = executionLogOf(facts, history(started, ended(text)));
    expect(log.output).toEqual({ truncated: true, size_bytes: 80_002, preview: `"${'é'.repeat(16_383)}` });
    const edge = 'x'.repeat(32_766);
    expect(executionLogOf(facts, history(started, ended(edge))).output).toBe(edge);
  });

  test('a run that has not ended has no log', () => {
    expect(() => executionLogOf(facts, history(started, entered('ask')))).toThrow(
      'A run whose last event is TaskStateEntered has not ended',
    );
    expect(() => executionLogOf(facts, history(started, ended(), { type: 'ExecutionRedriven' }))).toThrow(
      'A run whose last event is ExecutionRedriven has not ended',
    );
  });
});
