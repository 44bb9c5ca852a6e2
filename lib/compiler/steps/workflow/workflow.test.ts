// Steps that run another workflow: what is a problem, with and without knowing the others, and what they compile to.
import { expect, test } from 'vitest';
import type { SavedWorkflow } from '../../compile.ts';
import { codes, definition, result } from '../../testing/compile.ts';

const steps = (...list: object[]) => ({
  id: 'w',
  inputs: { text: {} },
  steps: list,
  output: '{{ inputs.text }}',
});
const runs = (workflow: unknown, rest: object = {}) => ({ id: 'sub', workflow, ...rest });
const saved = (workflows: Record<string, Partial<SavedWorkflow>>) =>
  new Map(
    Object.entries(workflows).map(([id, known]) => [
      id,
      { inputs: {}, calls: [], isExpress: false, ...known },
    ]),
  );
const problemsWith = (document: object, workflows: Record<string, Partial<SavedWorkflow>>) => {
  const compiled = result(document, saved(workflows));
  return compiled.ok ? [] : compiled.problems.map(({ code, pointer, message }) => [code, pointer, message]);
};

test.each([
  ['an expression', runs('{{ inputs.text }}'), ['invalid-id /steps/0/workflow']],
  ['no text', runs(5), ['wrong-type /steps/0/workflow']],
  ['an input that is no object', runs('other', { input: [] }), ['wrong-type /steps/0/input']],
  ['an action beside it', runs('other', { action: 'a.b' }), ['several-step-kinds /steps/0']],
  ['a connection', runs('other', { connection: 'mine' }), ['key-not-applicable /steps/0/connection']],
  [
    'a mistake in the input',
    runs('other', { input: { a: '{{ nowhere }}' } }),
    ['unknown-reference /steps/0/input/a:4'],
  ],
  [
    '300 KB of input',
    runs('other', { input: { a: 'x'.repeat(300_000) } }),
    ['literal-too-large /steps/0/input'],
  ],
  ['itself', runs('w'), ['workflow-cycle /steps/0/workflow']],
  [
    'an error of the other one to retry on',
    runs('other', {
      retry: { on: ['RateLimited', 'States.TaskFailed', 'StepFunctions.ThrottlingException'] },
    }),
    ['retry-errors /steps/0/retry/on/0'],
  ],
])('%s is a problem', (_, step, expected) => {
  expect(codes(steps(step))).toEqual(expected);
});

test('nothing is said of whether a workflow exists where nothing is known of others', () => {
  expect(codes(steps(runs('nowhere', { input: { any: 1 } })))).toEqual([]);
});

test('inputs: what is missing, unknown or of another type, as far as that is known', () => {
  const inputs = {
    name: { type: 'string', description: 'Who' },
    count: { type: 'integer', default: 1 },
    list: { type: 'array', required: false },
    any: { default: null },
    text: { type: 'string', default: null },
  } as const;
  const told = (input: object) => problemsWith(steps(runs('other', { input })), { other: { inputs } });
  const name = '{{ inputs.text }}';
  expect(told({ name, count: '{{ $count([1]) }}', list: ['{{ 1 }}'], any: {}, text: null })).toEqual([]);
  expect(told({})).toEqual([['workflow-input', '/steps/0/input', 'The workflow other needs the input name']]);
  expect(told({ name: 5, count: 1.5, list: '{{ "x" & "y" }}', text: ['a {{ inputs.text }}'] })).toEqual([
    ['workflow-input', '/steps/0/input/name', 'name must be a string, not 5'],
    ['workflow-input', '/steps/0/input/count', 'count must be an integer, not 1.5'],
    ['workflow-input', '/steps/0/input/list', 'list must be an array; this gives a string'],
    ['workflow-input', '/steps/0/input/text', 'text must be a string or null; this gives an array'],
  ]);
  expect(told({ name, hasOwn: 1, constructor: 2 })).toEqual([
    ['workflow-input', '/steps/0/input/hasOwn', 'The workflow other has no input "hasOwn"'],
    ['workflow-input', '/steps/0/input/constructor', 'The workflow other has no input "constructor"'],
  ]);
});

test('cycles are told by their shortest way, once a step, and end also where others go round', () => {
  const others = {
    a: { calls: ['b', 'c'] },
    b: { calls: ['c', 'a'] },
    c: { calls: ['w', 'b'] },
    round: { calls: ['again', 'not_there'] },
    again: { calls: ['round'] },
  };
  const each = { id: 'each', for_each: [1], steps: [runs('a')] };
  const more = [
    { ...runs('round'), id: 'fine' },
    { ...runs('c'), id: 'last' },
  ];
  expect(problemsWith(steps(each, ...more), others)).toEqual([
    ['workflow-cycle', '/steps/0/steps/0/workflow', 'The workflow would run itself: w -> a -> c -> w'],
    ['workflow-cycle', '/steps/2/workflow', 'The workflow would run itself: w -> c -> w'],
  ]);
});

test('the error of the step has the id of the execution, that of others has none', () => {
  const told = { id: 'told', transform: '{{ error.execution_id }}' };
  expect(codes(steps(runs('other', { on_error: [told] })))).toEqual([]);
  const fetch = { id: 'fetch', action: 'gmail.list_messages', on_error: [told] };
  expect(codes(steps(fetch))).toEqual(['unknown-field /steps/0/on_error/0/transform:10']);
  expect(codes({ ...steps(runs('other')), on_failure: [told] })).toEqual([
    'unknown-field /on_failure/0/transform:10',
  ]);
});

test('hostile input stays what it is, and the call is bounded and tried again only where it surely began nothing', () => {
  const input = { text: '{% 1 %}', deep: { 'x.$': 1, quote: '"\\' } };
  const { States } = definition(steps(runs('other', { input })));
  expect(States['sub']).toMatchObject({
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: {
      StateMachineArn: 'arn:other:live',
      Input: {
        text: '{% "\\u007b% 1 %\\u007d" %}',
        deep: '{% {"x.$":1,"quote":"\\"\\\\"} %}',
      },
    },
    TimeoutSeconds: 31_536_000,
    Retry: [
      { ErrorEquals: ['StepFunctions.ThrottlingException', 'StepFunctions.ExecutionLimitExceededException'] },
    ],
  });
  const waiting = definition(steps(runs('other', { wait_for_result: false, retry: { max_attempts: 2 } })));
  expect(waiting.States['sub']).toMatchObject({
    Resource: 'arn:aws:states:::states:startExecution',
    TimeoutSeconds: 60,
    Retry: [{}, { ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
  });
});

test('a loop over a computed list has room for the events of its runs', () => {
  const loop = (inner: object) => ({
    id: 'each',
    for_each: '{{ $range(1, inputs.text, 1) }}',
    steps: [inner],
  });
  const limit = (inner: object) =>
    Number(/inline it can have (\d+)/.exec(JSON.stringify(definition(steps(loop(inner)))))?.[1]);
  const fetch = { id: 'fetch', action: 'gmail.list_messages' };
  // Entered, scheduled, started, submitted, succeeded, exited; begun and ended as an iteration.
  expect(limit(runs('other'))).toBe(Math.floor(limit(fetch) * (7 / 8)));
  expect(limit(runs('other', { wait_for_result: false }))).toBe(limit(fetch));
});

test('an Express workflow cannot be run by a step: nothing of its run could be waited for or found', () => {
  const document = { id: 'w', steps: [{ id: 'a', workflow: 'quick' }] };
  expect(result(document, new Map([['quick', { inputs: {}, calls: [], isExpress: true }]]))).toMatchObject({
    ok: false,
    problems: [{ code: 'not-in-express', pointer: '/steps/0/workflow' }],
  });
  expect(result(document, new Map([['quick', { inputs: {}, calls: [], isExpress: false }]])).ok).toBe(true);
});
