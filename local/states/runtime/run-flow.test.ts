// States in sequence: their inputs and outputs, their events, and the end of a flow.
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestEngine, types } from '../testing/engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start();
});
afterAll(() => engine.close());

test('records every event with its details', async () => {
  const { events, execution } = await engine.run(
    {
      First: { Type: 'Pass', Assign: { n: '{% $states.input.n %}' }, Output: { n: 2 }, Next: 'Last' },
      Last: { Type: 'Succeed', Output: '{% $n + $states.input.n %}' },
    },
    { n: 1 },
  );
  expect(execution.status).toBe('SUCCEEDED');
  const plain = events.map(({ timestamp, ...event }) => {
    expect(timestamp).toBeInstanceOf(Date);
    return event;
  });
  const whole = { truncated: false };
  expect(plain).toEqual([
    {
      id: 1,
      previousEventId: 0,
      type: 'ExecutionStarted',
      executionStartedEventDetails: {
        input: '{"n":1}',
        inputDetails: whole,
        roleArn: 'arn:aws:iam::000000000000:role/test',
      },
    },
    {
      id: 2,
      previousEventId: 0,
      type: 'PassStateEntered',
      stateEnteredEventDetails: { name: 'First', input: '{"n":1}', inputDetails: whole },
    },
    {
      id: 3,
      previousEventId: 2,
      type: 'PassStateExited',
      stateExitedEventDetails: {
        name: 'First',
        output: '{"n":2}',
        outputDetails: whole,
        assignedVariables: { n: '1' },
        assignedVariablesDetails: whole,
      },
    },
    {
      id: 4,
      previousEventId: 3,
      type: 'SucceedStateEntered',
      stateEnteredEventDetails: { name: 'Last', input: '{"n":2}', inputDetails: whole },
    },
    {
      id: 5,
      previousEventId: 4,
      type: 'SucceedStateExited',
      stateExitedEventDetails: { name: 'Last', output: '3', outputDetails: whole },
    },
    {
      id: 6,
      previousEventId: 5,
      type: 'ExecutionSucceeded',
      executionSucceededEventDetails: { output: '3', outputDetails: whole },
    },
  ]);
});

test('a Choice with no true rule and no Default fails', async () => {
  const { execution } = await engine.run(
    {
      Choose: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.go %}', Next: 'Done' }] },
      Done: { Type: 'Succeed' },
    },
    { go: false },
  );
  expect(execution.status).toBe('FAILED');
  expect(execution.error).toBe('States.Runtime');
});

test('a Choice applies the Assign and Output of the rule that it takes', async () => {
  const states = {
    Choose: {
      Type: 'Choice',
      Choices: [
        {
          Condition: '{% $states.input.n > 1 %}',
          Next: 'Done',
          Assign: { way: 'rule' },
          Output: 'from rule',
        },
      ],
      Default: 'Done',
      Assign: { way: 'default' },
      Output: 'from default',
    },
    Done: { Type: 'Pass', Output: '{% [$way, $states.input] %}', End: true },
  };
  expect((await engine.run(states, { n: 2 })).output).toEqual(['rule', 'from rule']);
  expect((await engine.run(states, { n: 1 })).output).toEqual(['default', 'from default']);
});

test('a Choice whose conditions call functions takes the first rule that holds, or Default', async () => {
  const rule = (least: number) => ({
    Condition: `{% $count($filter($states.input, function($n) { $n > ${least} })) > 0 %}`,
    Output: least,
    Next: 'Done',
  });
  const states = {
    Which: { Type: 'Choice', Choices: [rule(20), rule(10), rule(5)], Output: 'none', Default: 'Done' },
    Done: { Type: 'Succeed' },
  };
  const outputs = [];
  for (const n of [25, 15, 7, 1]) outputs.push((await engine.run(states, [n])).output);
  expect(outputs).toEqual([20, 10, 5, 'none']);
});

test.each([
  [41, 'SUCCEEDED', undefined],
  [42, 'FAILED', 'States.DataLimitExceeded'],
])('%d variables of 250 KB, of which there may be 10 MiB', async (count, status, error) => {
  const names = Array.from({ length: count - 1 }, (_, index) => `v${index}`);
  const { execution } = await engine.run({
    One: { Type: 'Pass', Assign: { one: '{% $pad("", 250000, "x") %}' }, Next: 'All' },
    All: { Type: 'Pass', Assign: Object.fromEntries(names.map((name) => [name, '{% $one %}'])), End: true },
  });
  expect([execution.status, execution.error]).toEqual([status, error]);
});

test('a Fail state gives error and cause to the execution', async () => {
  const { execution, events } = await engine.run(
    {
      No: { Type: 'Fail', Error: '{% $states.input.error %}', Cause: 'because' },
    },
    { error: 'Mine' },
  );
  expect(execution).toMatchObject({ status: 'FAILED', error: 'Mine', cause: 'because' });
  expect(events.at(-1)).toMatchObject({
    type: 'ExecutionFailed',
    previousEventId: 2,
    executionFailedEventDetails: { error: 'Mine', cause: 'because' },
  });
});

test('a loop of 10,000 transitions ends, on a flat stack', async () => {
  const { output, events } = await engine.run({
    Count: { Type: 'Pass', Assign: { n: '{% $exists($n) ? $n + 1 : 1 %}' }, Next: 'Enough' },
    Enough: { Type: 'Choice', Choices: [{ Condition: '{% $n >= 5000 %}', Next: 'Done' }], Default: 'Count' },
    Done: { Type: 'Succeed', Output: '{% $n %}' },
  });
  expect(output).toBe(5000);
  expect(events).toHaveLength(1000);
});

/** Five events of a Parallel that fails, then those of a loop of so many rounds, then those of other states. */
const counted = (rounds: number, more: object) => ({
  Caught: {
    Type: 'Parallel',
    Branches: [{ StartAt: 'Fail', States: { Fail: { Type: 'Fail' } } }],
    Catch: [{ ErrorEquals: ['States.ALL'], Assign: { n: 0 }, Next: 'Count' }],
    End: true,
  },
  Count: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Next: 'Enough' },
  Enough: {
    Type: 'Choice',
    Choices: [{ Condition: `{% $n >= ${rounds} %}`, Next: Object.keys(more)[0] ?? 'Done' }],
    Default: 'Count',
  },
  ...more,
  Done: { Type: 'Succeed' },
});

test.each([
  // 1 of the start, 5 of the Parallel, 4 of each round, 2 of each other state, 1 of the end
  [24_999, counted(6247, { Pass: { Type: 'Pass', Next: 'Done' } }), undefined, 24_999],
  [
    25_000,
    counted(6247, {
      One: { Type: 'Pass', Next: 'Two' },
      Two: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Done' }], Default: 'Last' },
      Last: { Type: 'Fail', Error: 'Mine' }, // one event, and that of the end
    }),
    'Mine',
    25_000,
  ],
  [25_001, counted(6248, {}), 'States.Runtime', 25_000],
])('an execution of %d events', async (_, states, error, last) => {
  const { execution } = await engine.run(states);
  expect(execution.status).toBe(error === undefined ? 'SUCCEEDED' : 'FAILED');
  expect(execution.error).toBe(error);
  const { executionArn } = execution;
  const { events } = await engine.client.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
  );
  expect(events?.[0]?.id).toBe(last);
});

test('an endless loop ends at 25,000 events', async () => {
  const { execution } = await engine.run({
    A: { Type: 'Pass', Next: 'B' },
    B: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Done' }], Default: 'A' },
    Done: { Type: 'Succeed' },
  });
  const { executionArn } = execution;
  const { events } = await engine.client.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
  );
  expect(events?.[0]).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
  expect(execution).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: 'The execution reached the maximum number of history events (25000).',
  });
});

test('an output over 256 KiB, counted in bytes, fails the execution', async () => {
  const { execution } = await engine.run({
    Big: { Type: 'Pass', Output: "{% $pad('', 140000, 'é') %}", End: true },
  });
  expect(execution).toMatchObject({
    status: 'FAILED',
    error: 'States.DataLimitExceeded',
    cause:
      "The state/task 'Big' returned a result with a size exceeding the maximum number of bytes service limit.",
  });
});

test('the context object names execution, state machine and state', async () => {
  const { output, execution } = await engine.run(
    {
      Look: { Type: 'Pass', Output: '{% $states.context %}', End: true },
    },
    { a: 1 },
  );
  expect(output).toEqual({
    Execution: {
      Id: execution.executionArn,
      Input: { a: 1 },
      RedriveCount: 0,
      Name: execution.name,
      RoleArn: 'arn:aws:iam::000000000000:role/test',
      StartTime: execution.startDate?.toISOString(),
    },
    StateMachine: { Id: execution.stateMachineArn, Name: execution.stateMachineArn?.split(':').at(-1) },
    State: { Name: 'Look', EnteredTime: expect.stringMatching(/^\d{4}-.*Z$/), RetryCount: 0 },
  });
});

test('states without a query language pass on what looks like an expression', async () => {
  const states = { P: { Type: 'Pass', Assign: { a: '{% 1 %}' }, Next: 'Q' }, Q: { Type: 'Succeed' } };
  const { execution, events } = await engine.run(states, {}, { QueryLanguage: 'JSONPath' });
  expect(execution.status).toBe('SUCCEEDED');
  expect(events[2]?.stateExitedEventDetails?.assignedVariables).toEqual({ a: '"{% 1 %}"' });
  expect(types(events)).toContain('SucceedStateExited');
});
