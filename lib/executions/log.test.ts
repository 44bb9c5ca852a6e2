// The execution log made from histories as Step Functions writes them.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { executionLog } from '../schemas/execution-log.ts';
import { endedSteps, executionLogOf, type RunFacts, runningLogOf } from './log.ts';

const PREFIX = 'arn:aws:lambda:us-east-1:000000000000:function:ai-orchestra-test-';
const kinds = new Map([
  ['ask', 'openai.chat'],
  ['fetch', 'gmail.list_messages'],
  ['note', 'set'],
  ['open', 'github.create_issue'],
  ['shape', 'transform'],
  ['token', 'transform'],
  ['marks', 'set'],
  ['close', 'transform'],
  ['help', 'agent'],
]);
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

const facts: RunFacts = {
  executionId: 'daily.1f',
  workflowId: 'daily',
  workflow: { version: 3, kinds },
  mapRuns: new Map(),
};

/** Numbers the events; each follows the one before it unless it says otherwise. */
function history(...events: Partial<HistoryEvent>[]): HistoryEvent[] {
  return events.map((event, index) => ({
    id: index + 1,
    previousEventId: index,
    timestamp: at(index),
    type: 'ExecutionStarted',
    ...event,
  }));
}

const started = {
  type: 'ExecutionStarted',
  executionStartedEventDetails: { input: '{"repo":"acme/site"}' },
} as const;
const ended = (output: unknown = { number: 7 }) =>
  ({
    type: 'ExecutionSucceeded',
    timestamp: at(59),
    executionSucceededEventDetails: { output: JSON.stringify(output) },
  }) as const;
const endedBadly = (type: 'Failed' | 'TimedOut' | 'Aborted', error?: string, cause?: string) => ({
  type: `Execution${type}` as const,
  timestamp: at(59),
  [`execution${type}EventDetails`]: { error, cause },
});
const entered = (name: string, kind: 'Task' | 'Pass' | 'Choice' = 'Task') =>
  ({ type: `${kind}StateEntered`, stateEnteredEventDetails: { name, input: '{}' } }) as const;
const exited = (name: string, output: unknown, kind: 'Task' | 'Pass' | 'Choice' = 'Task', variables = {}) =>
  ({
    type: `${kind}StateExited`,
    stateExitedEventDetails: { name, output: JSON.stringify(output), assignedVariables: variables },
  }) as const;
const scheduled = (name: string, input: unknown) =>
  ({
    type: 'TaskScheduled',
    taskScheduledEventDetails: {
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'us-east-1',
      parameters: JSON.stringify({ FunctionName: PREFIX + name, Payload: { input, execution: {} } }),
    },
  }) as const;
const succeeded = (output: unknown) =>
  ({
    type: 'TaskSucceeded',
    taskSucceededEventDetails: {
      resourceType: 'lambda',
      resource: 'invoke',
      output: JSON.stringify({ Payload: output, StatusCode: 200 }),
    },
  }) as const;
const failed = (error: string, errorMessage: string) =>
  ({
    type: 'TaskFailed',
    taskFailedEventDetails: {
      resourceType: 'lambda',
      resource: 'invoke',
      error,
      cause: JSON.stringify({ errorType: error, errorMessage, trace: [] }),
    },
  }) as const;

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

describe('an agent', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const call = { id: 'c1', tool: 'github.create_issue', arguments: { title: 't' } };
  const asking = { done: false, tool_calls: [call], refused_calls: [], usage };
  const answer = { text: 'Hi.', turns: 2, tool_calls: 1, usage };
  const map = (type: 'MapStateEntered' | 'MapStateExited') =>
    type === 'MapStateEntered'
      ? { type, stateEnteredEventDetails: { name: 'help.calls' } }
      : { type, stateExitedEventDetails: { name: 'help.calls', output: 'null' } };
  const firstTurn = [
    { ...entered('help'), previousEventId: 0 },
    scheduled('openai-agent-turn', { goal: 'x' }),
    succeeded(asking),
    exited('help', null),
    entered('help.turn', 'Choice'),
    exited('help.turn', null, 'Choice'),
  ];
  const calling = [
    map('MapStateEntered'),
    { type: 'MapStateStarted' },
    { type: 'MapIterationStarted', mapIterationStartedEventDetails: { name: 'help.calls', index: 0 } },
    entered('help.github.create_issue'),
    scheduled('github-create-issue', { title: 't', repo_name: 'o/r' }),
  ] as const;
  const lastTurn = [
    succeeded({ number: 7 }),
    exited('help.github.create_issue', {}),
    { type: 'MapIterationSucceeded' },
    { type: 'MapStateSucceeded' },
    map('MapStateExited'),
    entered('help'),
    scheduled('openai-agent-turn', {}),
    succeeded({ done: true, answer, tool_calls: [], refused_calls: [], usage }),
    exited('help', null),
    entered('help.turn', 'Choice'),
    exited('help.turn', null, 'Choice'),
  ] as const;

  test('has ended when its loop was left', () => {
    const loop = [started, ...firstTurn, ...calling, ...lastTurn];
    expect(endedSteps(history(started, ...firstTurn, ...calling), kinds)).toEqual([]);
    expect(endedSteps(history(...loop), kinds)).toEqual([]);
    const steps = endedSteps(history(...loop, entered('close', 'Pass'), exited('close', 1, 'Pass')), kinds);
    expect(steps.map(({ id, output }) => [id, output])).toEqual([
      ['help', answer],
      ['close', 1],
    ]);
    expect(steps[0]?.turns).toMatchObject([
      { ended_at: at(16).toISOString(), calls: [{ id: 'c1', output: { number: 7 } }] },
      { text: 'Hi.', calls: [] },
    ]);
  });

  test('that is in the middle of a call, or before its next turn', () => {
    const { steps } = runningLogOf(facts, history(started, ...firstTurn, ...calling));
    expect(steps).toMatchObject([
      {
        id: 'help',
        status: 'running',
        ended_at: null,
        output: null,
        turns: [{ ended_at: null, calls: [{ status: 'running', ended_at: null, output: null }] }],
      },
    ]);
    const loop = history(started, ...firstTurn, ...calling, ...lastTurn);
    expect(runningLogOf(facts, loop).steps).toMatchObject([{ status: 'running', ended_at: null }]);
    const after = history(started, ...firstTurn, ...calling, ...lastTurn, entered('close', 'Pass'));
    expect(runningLogOf(facts, after).steps).toMatchObject([
      { id: 'help', status: 'succeeded', output: answer },
      { id: 'close', status: 'running' },
    ]);
  });

  test('that was stopped in the middle of a call', () => {
    const { steps } = executionLogOf(
      facts,
      history(started, ...firstTurn, ...calling, { type: 'ExecutionAborted', timestamp: at(59) }),
    );
    expect(steps).toMatchObject([
      {
        id: 'help',
        status: 'aborted',
        output: null,
        ended_at: at(59).toISOString(),
        error: null,
        turns: [
          {
            error: null,
            calls: [{ status: 'aborted', input: { title: 't', repo_name: 'o/r' }, output: null }],
          },
        ],
      },
    ]);
  });
});

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
