// The compiler as a whole: every problem at once, no exception for any JSON, and what a definition looks like.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { compile, workflowVersion } from './compile.ts';
import { formatProblem } from './problems/format.ts';
import { catalogue } from './testing/catalogue.ts';
import { codes, definition, problems, result } from './testing/compile.ts';

const fetch = { id: 'fetch', action: 'gmail.list_messages' };
const steps = (...list: unknown[]) => ({ id: 'w', steps: list });
const issue = (params: unknown, rest: object = {}) =>
  steps({ id: 'a', action: 'github.create_issue', params, ...rest });

test('twenty mistakes are twenty problems, in the order of the document', () => {
  const document = {
    id: 'Wrong id',
    descripton: 'x',
    inputs: { count: { type: 'integer', default: 'three' }, 'a b': {} },
    steps: [
      { id: 'a', action: 'gmail.list_mesages' },
      { id: 'b', action: 'github.create_issue', params: { repo: 'x', labels: ['a', 1], title: '' } },
      { id: 'c', action: 'openai.summarize', params: { text: '{{ steps.d }}' }, retry: { max_attempts: 0 } },
      { id: 'd', transform: '{{ inputs.cuont + steps.c.txt }}', timeout_seconds: 5 },
      { id: 'e', approval: {} },
      { id: 'd', transform: 1 },
      { transform: '{{ 1 + }}', when: 'no' },
      { id: 'g', acton: 'x' },
      'h',
    ],
    output: '{{ stps.a }}',
  };
  expect(codes(document)).toEqual([
    'invalid-id /id',
    'unknown-key /descripton',
    'default-mismatch /inputs/count/default',
    'invalid-id /inputs/a b',
    'unknown-action /steps/0/action',
    'missing-parameter /steps/1/params',
    'unknown-parameter /steps/1/params/repo',
    'invalid-parameter /steps/1/params/labels/1',
    'invalid-parameter /steps/1/params/title',
    'later-step /steps/2/params/text:10',
    'invalid-value /steps/2/retry/max_attempts',
    'unknown-reference /steps/3/transform:11',
    'unknown-field /steps/3/transform:27',
    'key-not-applicable /steps/3/timeout_seconds',
    'missing-key /steps/4/approval',
    'duplicate-step /steps/5/id',
    'missing-key /steps/6',
    'no-step-kind /steps/7',
    'wrong-type /steps/8',
    'unknown-reference /output:4',
  ]);
});

test('a step cannot be called what states of no step are', () => {
  expect(codes(steps({ id: 'workflow', transform: 1 }))).toEqual(['reserved-name /steps/0/id']);
  const inLoop = steps({ id: 'each', for_each: [1], steps: [{ id: 'workflow', transform: 1 }] });
  expect(codes(inLoop)).toEqual(['reserved-name /steps/0/steps/0/id']);
  expect(codes(steps({ id: 'workflows', transform: 1 }))).toEqual([]);
});

test.each([
  [null, ['wrong-type ']],
  [5, ['wrong-type ']],
  [[], ['wrong-type ']],
  [{}, ['missing-key ', 'missing-key ']],
  [{ id: 'w', steps: {} }, ['wrong-type /steps']],
  [{ id: 'w', steps: [] }, ['no-steps /steps']],
  [{ id: 5, steps: [{ id: 'a', transform: 1 }] }, ['wrong-type /id']],
  [{ id: 'x'.repeat(300), steps: [{ id: 'a', transform: 1 }] }, ['invalid-id /id']],
  [{ id: 'w', inputs: [], steps: [{ id: 'a', transform: 1 }] }, ['wrong-type /inputs']],
  [
    { id: 'w', inputs: { a: { type: 'text' } }, steps: [{ id: 'a', transform: 1 }] },
    ['invalid-value /inputs/a/type'],
  ],
  [steps({ id: 'a', set: { 'x-y': 1 } }), ['invalid-id /steps/0/set/x-y']],
  [steps({ id: 'a', set: 1 }), ['wrong-type /steps/0/set']],
  [steps({ id: 'x'.repeat(65), transform: 1 }), ['invalid-id /steps/0/id']],
  [steps({ id: 'a', action: 'gmail.list_messages', params: [] }), ['wrong-type /steps/0/params']],
  [steps({ ...fetch, connection: '../x' }), ['invalid-id /steps/0/connection']],
  [steps({ ...fetch, timeout_seconds: 1.5 }), ['wrong-type /steps/0/timeout_seconds']],
  [
    steps({ ...fetch, retry: { interval_seconds: 9, max_interval_seconds: 3 } }),
    ['invalid-value /steps/0/retry/max_interval_seconds'],
  ],
  [steps({ ...fetch, retry: { on: ['States.Nope'] } }), ['retry-errors /steps/0/retry/on/0']],
  [steps({ ...fetch, on_error: 'stop' }), ['invalid-value /steps/0/on_error']],
  [steps({ ...fetch, on_error: 5 }), ['wrong-type /steps/0/on_error']],
  [steps({ id: 'a', when: 5, transform: 1 }), ['wrong-type /steps/0/when']],
  [steps({ id: 'a', when: ' {{ true }} ', transform: 1 }), []],
  [
    steps({ id: 'a', when: '{{ true }} and {{ false }}', transform: 1 }),
    ['when-not-expression /steps/0/when'],
  ],
  [steps({ id: 'a', when: 'not {{ true }}', transform: 1 }), ['when-not-expression /steps/0/when']],
  [steps({ id: 'a', when: '  {{ x }}', transform: 1 }), ['unknown-reference /steps/0/when:6']],
  [
    JSON.parse('{"id": "w", "steps": [{"id": "a", "transform": {"__proto__": {}}}]}'),
    ['forbidden-key /steps/0/transform/__proto__'],
  ],
  [
    { id: 'w', steps: [{ id: 'a', transform: { 'a/b~c': '{{ x }}' } }] },
    ['unknown-reference /steps/0/transform/a~1b~0c:4'],
  ],
])('%j', (document, expected) => {
  expect(codes(document)).toEqual(expected);
});

test('names that every JavaScript object has are not taken for declared ones', () => {
  const document = {
    id: 'w',
    inputs: { constructor: { default: 1 } },
    steps: [
      { id: 'toString', set: { valueOf: '{{ inputs.constructor }}' } },
      { id: 'b', transform: ['{{ vars.valueOf }}', '{{ steps.toString }}'] },
    ],
  };
  expect(Object.keys(definition(document).States)).toEqual(['toString', 'b']);
  const wrong = steps({
    id: 'b',
    transform: ['{{ vars.valueOf }}', '{{ steps.toString }}', '{{ inputs.constructor }}'],
  });
  expect(codes(wrong)).toHaveLength(3);
});

test('an expression whose value is not known hides only what depends on it', () => {
  const expression = '{{ inputs.x }}';
  const withInput = (params: unknown) => ({ ...issue(params), inputs: { x: {} } });
  expect(codes(withInput({ repo_name: expression, title: expression, labels: expression }))).toEqual([]);
  expect(codes(withInput({ repo_name: expression, labels: [expression, 5] }))).toEqual([
    'missing-parameter /steps/0/params',
    'invalid-parameter /steps/0/params/labels/1',
  ]);
  const chat = (params: unknown) => ({
    id: 'w',
    inputs: { x: {} },
    steps: [{ id: 'a', action: 'openai.chat', params }],
  });
  expect(codes(chat({ stop: ['a', expression] }))).toEqual([]);
  expect(codes(chat({ stop: { a: expression } }))).toEqual([]);
  expect(codes(chat({ stop: [1] }))).toEqual(['invalid-parameter /steps/0/params/stop']);
  expect(codes(chat({ messages: [{ role: 'usr', content: expression }, { role: expression }] }))).toEqual([
    'invalid-parameter /steps/0/params/messages/0/role',
    'missing-parameter /steps/0/params/messages/1',
  ]);
  expect(codes(chat({ variables: { any: [expression], thing: 1 } }))).toEqual([]);
});

test.each([
  ['{{ inputs.text }}', []],
  ['{{ inputs.number }}', []],
  ['{{ inputs.unknown }}', []],
  ['{{ steps.fetch.result_size_estimate }}', []],
  ['{{ steps.fetch.messages[0].attachments.size }}', []],
  ['{{ inputs.nullable }}', []],
  ['{{ steps.fetch }}', ['type-mismatch /steps/1/params/max_results']],
  ['{{ steps.fetch.messages }}', ['type-mismatch /steps/1/params/max_results']],
  ['{{ steps.fetch.messages[0].subject }}', ['type-mismatch /steps/1/params/max_results']],
  ['{{ steps.fetch.messages.subject }}', ['type-mismatch /steps/1/params/max_results']],
  ['{{ inputs.number }}0', ['type-mismatch /steps/1/params/max_results']],
  ['{{ inputs.number > 1 }}', ['type-mismatch /steps/1/params/max_results']],
  ['{{ inputs.number > 1 ? "a" : 1 }}', []],
  ['{{ inputs.list }}', ['type-mismatch /steps/1/params/max_results']],
])('an integer parameter given %s', (max_results, expected) => {
  const document = {
    id: 'w',
    inputs: {
      text: {},
      number: { type: 'number' },
      unknown: {},
      list: { type: 'array' },
      nullable: { type: 'integer', default: null },
    },
    steps: [fetch, { id: 'b', action: 'gmail.list_messages', params: { max_results } }],
  };
  expect(codes(document)).toEqual(expected);
});

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
            execution: { id: '{% $states.context.Execution.Id %}', workflow_id: 'w', step_id: 'a' },
            retry: {
              attempt: '{% $sum([$tries_a, $states.context.State.RetryCount, 1]) %}',
              max_attempts: 4,
            },
          },
        },
        TimeoutSeconds: 9,
        Retry: [
          // A write is called again only when it surely did not run.
          {
            ErrorEquals: ['Lambda.TooManyRequestsException'],
            IntervalSeconds: 1,
            BackoffRate: 2,
            MaxDelaySeconds: 30,
            MaxAttempts: 3,
            JitterStrategy: 'FULL',
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
  [{ max_attempts: 3 }, []],
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
  expect(state?.Type === 'Task' && state.Retry.slice(1)).toEqual(expected);
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

test('of very many problems the first thousand are told', () => {
  const wrong = Array.from({ length: 3000 }, (_, n) => ({ id: `s${n}`, transform: `{{ steps.x${n} }}` }));
  expect(problems(steps(...wrong))).toHaveLength(1000);
});

test('what looks like an expression in a key is only a warning', () => {
  const compiled = result(steps({ id: 'a', transform: { '{{ x }}': 1 } }));
  expect(compiled.ok && compiled.warnings.map(formatProblem)).toEqual([
    '/steps/0/transform/{{ x }}: Keys are plain text: this one is not evaluated [expression-in-key]\n    Make the object with an expression: "{{ { inputs.name: 1 } }}".',
  ]);
});

test('compiling changes nothing and remembers nothing', () => {
  const document = {
    ...issue({ repo_name: 'o/r', title: 't' }),
    name: 'W',
    $schema: '/workflow.schema.json',
  };
  const frozen = JSON.stringify(document);
  const options = {
    catalogue,
    functionArn: (name: string) => name,
    stateMachineArn: (id: string) => id,
    version: 1,
    apiUrl: 'https://api',
  };
  const first = compile(document, options);
  expect(compile(document, options)).toEqual(first);
  expect(JSON.stringify(document)).toBe(frozen);
  expect(first.ok && first.workflow).toEqual(document);
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
