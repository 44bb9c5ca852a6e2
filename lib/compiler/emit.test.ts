// What a definition looks like: variables, Tasks, retries, the output.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { workflowVersion } from './asl/definition.ts';
import { definition } from './testing/compile.ts';

const fetch = { id: 'fetch', action: 'gmail.list_messages' };
const steps = (...list: unknown[]) => ({ id: 'w', steps: list });
const issue = (params: unknown, rest: object = {}) =>
  steps({ id: 'a', action: 'github.create_issue', params, ...rest });

test('only what is read later is assigned, and what a set step sets', () => {
  const { States } = definition({
    ...steps(
      fetch,
      { id: 'b', transform: '{{ steps.fetch.messages }}' },
      { id: 'v', set: { x: 1, y: 2 } },
      { id: 'c', transform: '{{ vars.y }}' },
    ),
  });
  expect(
    Object.fromEntries(
      Object.entries(States).map(([name, state]) => [name, 'Assign' in state ? state.Assign : undefined]),
    ),
  ).toEqual({
    fetch: { step_fetch: '{% $states.result.Payload %}' },
    b: undefined,
    v: { var_x: 1, var_y: 2 },
    c: undefined,
  });
});

test('what a changing value is, only its variable tells', () => {
  const v = { id: 'v', set: { x: '{{ $uuid() }}' } };
  const state = (...more: unknown[]) => definition(steps(v, ...more)).States['v'];
  expect(state({ id: 'b', transform: '{{ vars.x }}' })).toEqual({
    Type: 'Pass',
    Comment: 'set',
    Assign: { var_x: '{% $uuid() %}' },
    Output: '{% null %}',
    Next: 'b',
  });
});

test.each([
  ['{"errorType":"NotFound","errorMessage":"no \\"page\\" \\u00e9\\n","trace":[]}', 'no "page" é\n'],
  ['{"errorMessage": "from Python", "errorType": "KeyError"}', 'from Python'],
  ['{"errorMessage":"broken \\x"}', '{"errorMessage":"broken \\x"}'],
  ['{"errorMessage":"cut of', '{"errorMessage":"cut of'],
  ['plain text', 'plain text'],
  ['', ''],
  [undefined, ''],
])('the message of a caught error whose Cause is %j', async (cause, message) => {
  const document = steps(
    { ...fetch, on_error: 'continue' },
    { id: 'b', transform: '{{ steps.fetch.error }}' },
  );
  const state = definition(document).States['fetch'];
  const assigned = state?.Type === 'Task' && state.Catch?.at(-1)?.Assign?.['step_fetch'];
  expect(assigned).toEqual({
    error: { name: '{% $states.errorOutput.Error %}', message: expect.stringMatching(/^\{% .* %\}$/) },
  });
  const code = (assigned as { error: { message: string } }).error.message.slice(2, -2);
  const bindings = { states: { errorOutput: { Error: 'X', Cause: cause } }, parse: JSON.parse };
  expect(await jsonata(code).evaluate({}, bindings)).toBe(message);
});

test('a Task calls the Lambda with the input, and asks nothing of the SDK in return', () => {
  const { States, Comment, StartAt } = definition({
    ...issue(
      { repo_name: 'o/r', title: 't' },
      { connection: 'work', timeout_seconds: 9, comment: 'Open it' },
    ),
    description: 'What it does',
  });
  expect({ StartAt, Comment, States }).toEqual({
    StartAt: 'a',
    Comment: 'w version 7: What it does',
    States: {
      a: {
        Type: 'Task',
        Comment: 'github.create_issue: Open it',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: {
          FunctionName: 'arn:github-create-issue',
          Payload: {
            input: { repo_name: 'o/r', title: 't' },
            connection: 'work',
            execution: {
              id: '{% $states.context.Execution.Id %}',
              values_of:
                '{% [$states.context.Execution.Input.AI_ORCHESTRA_VALUES_OF_EXECUTION_ID, $states.context.Execution.Id][0] %}',
              workflow_id: 'w',
              step_id: 'a',
              started_at: '{% $states.context.Execution.StartTime %}',
              first_try:
                '{% $states.context.Execution.RedriveCount = 0 and $sum([$tries_a, $states.context.State.RetryCount]) = 0 %}',
            },
            retry: {
              attempt: '{% $sum([$tries_a, $states.context.State.RetryCount, 1]) %}',
              max_attempts: 4,
            },
          },
        },
        TimeoutSeconds: 9,
        Retry: [
          // A write that looks for what it wrote is called again when the earlier call has surely ended.
          {
            ErrorEquals: [
              'Lambda.ServiceException',
              'Lambda.AWSLambdaException',
              'Lambda.SdkClientException',
            ],
            IntervalSeconds: 60,
            BackoffRate: 1,
            MaxAttempts: 3,
            JitterStrategy: 'NONE',
          },
          {
            ErrorEquals: ['Lambda.TooManyRequestsException'],
            IntervalSeconds: 1,
            BackoffRate: 2,
            MaxDelaySeconds: 30,
            MaxAttempts: 3,
            JitterStrategy: 'FULL',
          },
          {
            ErrorEquals: ['ProviderUnavailable'],
            IntervalSeconds: 10,
            BackoffRate: 1,
            MaxDelaySeconds: 30,
            MaxAttempts: 3,
            JitterStrategy: 'NONE',
          },
        ],
        Catch: [
          {
            ErrorEquals: ['RetryAfter'],
            Assign: { tries_a: '{% $sum([$tries_a, $states.context.State.RetryCount, 1]) %}' },
            Output: '{% $number($parse($states.errorOutput.Cause).errorMessage) %}',
            Next: 'a.retry_after',
          },
        ],
        Output: '{% $states.result.Payload %}',
        End: true,
      },
      'a.retry_after': {
        Type: 'Wait',
        Comment: 'As long as the provider said',
        Seconds: '{% $states.input %}',
        Output: '{% $states.input %}',
        Next: 'a',
      },
    },
  });
});

test.each([
  [
    { max_attempts: 3, on: ['NotFound', 'RateLimited'] },
    [
      {
        ErrorEquals: ['NotFound'],
        IntervalSeconds: 1,
        BackoffRate: 2,
        MaxDelaySeconds: 30,
        MaxAttempts: 2,
        JitterStrategy: 'FULL',
      },
    ],
  ],
  [{ max_attempts: 1 }, []],
  [
    { max_attempts: 3 },
    [
      {
        ErrorEquals: ['ProviderUnavailable'],
        IntervalSeconds: 1,
        BackoffRate: 2,
        MaxDelaySeconds: 30,
        MaxAttempts: 2,
        JitterStrategy: 'FULL',
      },
    ],
  ],
  [
    { max_attempts: 9, interval_seconds: 5, backoff_rate: 1.5, max_interval_seconds: 60, on: ['States.ALL'] },
    [
      { ErrorEquals: ['RateLimited', 'RetryAfter'], MaxAttempts: 0 },
      {
        ErrorEquals: ['States.ALL'],
        IntervalSeconds: 5,
        BackoffRate: 1.5,
        MaxDelaySeconds: 60,
        MaxAttempts: 8,
        JitterStrategy: 'FULL',
      },
    ],
  ],
  [
    { interval_seconds: 100, on: ['Conflict'] },
    [
      {
        ErrorEquals: ['Conflict'],
        IntervalSeconds: 100,
        BackoffRate: 1,
        MaxAttempts: 3,
        JitterStrategy: 'FULL',
      },
    ],
  ],
])('retry %j', (retry, expected) => {
  const state = definition(issue({ repo_name: 'o/r', title: 't' }, { retry })).States['a'];
  expect(state?.Type === 'Task' && state.Retry.slice(2)).toEqual(expected);
});

test('of an Express run no try is known to be the first, since Step Functions may run it twice', () => {
  const steps = [{ id: 'a', action: 'github.create_issue', params: { repo_name: 'a/b', title: 't' } }];
  const executionOf = (more: object) => {
    const state = definition({ id: 'w', steps, ...more }).States['a'];
    return state?.Type === 'Task' ? state.Arguments['Payload'] : undefined;
  };
  const started_at = '{% $states.context.Execution.StartTime %}';
  expect(executionOf({})).toMatchObject({ execution: { started_at, first_try: expect.anything() } });
  const express = executionOf({ type: 'express' });
  expect(express).toMatchObject({ execution: { started_at } });
  expect(express).not.toHaveProperty('execution.first_try');
});

test('a step that may repeat a call whose outcome is unknown tells the action, and retries it', () => {
  const params = { to: ['a@x.example'], subject: 's' };
  const send = { id: 'a', action: 'gmail.send_message', params };
  const task = (more: object) => {
    const state = definition(steps({ ...send, ...more })).States['a'];
    if (state?.Type !== 'Task') throw new Error('a Task');
    const { Payload } = Object(state.Arguments);
    return [
      Payload.on_unknown,
      state.Retry.some(({ ErrorEquals }) => ErrorEquals.includes('OutcomeUnknown')),
    ];
  };
  expect(task({})).toEqual([undefined, false]);
  expect(task({ on_unknown: 'retry' })).toEqual(['retry', true]);
});

test('the last state gives the output, and needs a state of its own only where it can be skipped or caught', () => {
  const output = { all: '{{ steps.a }}', fetched: '{{ steps.fetch.messages }}' };
  const states = (last: object) => definition({ ...steps(fetch, { id: 'a', ...last }), output }).States;
  expect(states({ action: 'gmail.list_messages' })['a']).toMatchObject({
    Output: { all: '{% $states.result.Payload %}', fetched: '{% $step_fetch.messages %}' },
    End: true,
  });
  expect(states({ action: 'gmail.list_messages' })['a']).not.toHaveProperty('Assign');
  expect(states({ transform: '{{ steps.fetch.messages.from }}' })['a']).toMatchObject({
    Output: { all: expect.stringContaining('$step_fetch.messages.from') },
    End: true,
  });
  expect(Object.keys(states({ action: 'gmail.list_messages', on_error: 'continue' }))).toEqual([
    'fetch',
    'fetch.retry_after',
    'a',
    'a.retry_after',
    'workflow.output',
  ]);
  expect(Object.keys(states({ when: true, transform: 1 }))).toEqual([
    'fetch',
    'fetch.retry_after',
    'a.when',
    'a',
    'workflow.output',
  ]);
});

test.each<[string, string, string]>([
  ['a boolean that is surely there', '{{ inputs.on }}', '$states.context.Execution.Input.on'],
  [
    'one that may be missing',
    '{{ steps.fetch.messages[0].unread }}',
    '$boolean($step_fetch.messages[0].unread) = true',
  ],
  ['what may be anything', '{{ inputs.any }}', '$boolean($states.context.Execution.Input.any) = true'],
  ['a number', '{{ $count(steps.fetch.messages) }}', '$boolean($count($step_fetch.messages)) = true'],
])('a condition of a step or case gives true or false, as a Choice needs it: %s', (_, when, condition) => {
  const { States } = definition({
    ...{ id: 'w', inputs: { on: { type: 'boolean' }, any: {} } },
    steps: [
      fetch,
      { id: 'a', when, transform: 1 },
      { id: 's', switch: [{ when, steps: [{ id: 'b', transform: 1 }] }] },
    ],
  });
  const rule = { Choices: [{ Condition: `{% ${condition} %}` }] };
  expect(States['a.when']).toMatchObject(rule);
  expect(States['s']).toMatchObject(rule);
});

test('a definition’s Comment tells the version', () => {
  expect(workflowVersion(definition(steps(fetch)).Comment)).toBe(7);
  expect(['w version 12: a: b', 'w version 3', 'version 3', 'w version x', ''].map(workflowVersion)).toEqual([
    12,
    3,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a literal loop around a computed one passes on how often it runs', () => {
  const deep = { id: 'deep', for_each: '{{ item }}', steps: [{ id: 'in', transform: 1 }] };
  const middle = { id: 'middle', for_each: [[1], [2]], steps: [{ ...deep, for_each: '{{ item }}' }] };
  const text = JSON.stringify(
    definition({
      id: 'w',
      inputs: { list: { type: 'array' } },
      steps: [{ id: 'outer', for_each: '{{ inputs.list }}', steps: [middle] }],
    }),
  );
  expect(text).toContain('\\"runs\\": $count($all)');
  // The loop within runs once for each item of the outer one, in each of the two iterations of the middle one.
  expect(text).toContain('$floor(1249 / $runs_middle)');
});

test('where every way returns or fails, nothing leads to a state that gives the output', () => {
  const inputs = { n: { type: 'integer' } };
  const [returns, fails] = [
    { id: 'r', return: 1 },
    { id: 'f', fail: { error: 'X' } },
  ];
  const either = { id: 's', switch: [{ when: '{{ inputs.n > 1 }}', steps: [returns] }], else: [fails] };
  const states = (...steps: object[]) =>
    Object.keys(definition({ id: 'w', inputs, steps, output: { x: 1 } }).States);
  expect(states(returns)).toEqual(['r']);
  expect(states(either)).toEqual(['s', 'r', 'f']);
});

test('the output is given by a state of its own where the last step may fail, or the output itself', () => {
  const names = (rest: object, output: unknown = '{{ steps.fetch }}') =>
    Object.entries(definition({ id: 'w', steps: [{ ...fetch, ...rest }], output }).States).flatMap(
      ([name, state]) => (name.startsWith('workflow.') && 'Output' in state ? [name] : []),
    );
  expect(names({})).toEqual([]);
  expect(names({ on_error: 'continue' })).toEqual(['workflow.output']);
  // It cannot fail, and so is no reason to try the step again.
  expect(names({ retry: { on: ['States.ALL'] } })).toEqual([]);
  expect(names({}, { messages: ['{{ $count(steps.fetch.messages) }}'] })).toEqual([]);
  expect(names({}, { length: '{{ $length(steps.fetch.messages[0].id) }}' })).toEqual(['workflow.output']);
  expect(names({}, '{{ $uppercase }}')).toEqual(['workflow.output']);
});

test('text that is empty, or that validators take for something else, is a JSONata string', () => {
  const { States } = definition(steps({ id: 'a', transform: { empty: '', open: '{% x', plain: 'p' } }));
  expect(States['a']).toMatchObject({
    Output: { empty: '{% "" %}', open: '{% "\\u007b% x" %}', plain: 'p' },
  });
});
