// What becomes of failures in the emitted states: which Catch stands where, in which order, and what stands around it.
import { expect, test } from 'vitest';
import type { States } from '../asl/definition.ts';
import { definition } from '../testing/compile.ts';

const fetch = { id: 'fetch', action: 'gmail.list_messages' };
const value = (id: string, transform: unknown = 1, rest = {}) => ({ id, transform, ...rest });
const steps = (...list: unknown[]) => ({ id: 'w', inputs: { x: {} }, steps: list });
const statesOf = (document: object) => definition(document).States;

function iterationOf(inner: unknown[], rest = {}): States {
  const each = statesOf(
    steps({ id: 'each', for_each: '{{ inputs.x }}', on_item_error: 'continue', steps: inner, ...rest }),
  )['each'];
  if (each?.Type !== 'Map') throw new Error('There is no loop');
  return each.ItemProcessor;
}

/** `<error> -> <state>` of each catcher, in order. */
function catchers(state: unknown): string[] {
  const { Catch = [] } = state as { Catch?: { ErrorEquals: string[]; Next: string }[] };
  return Catch.map(({ ErrorEquals, Next }) => `${ErrorEquals.join()} -> ${Next}`);
}

test('a rate limit is caught before any other error', () => {
  const states = statesOf(steps({ ...fetch, on_error: [value('instead')] }, value('last')));
  expect(catchers(states['fetch'])).toEqual(['RetryAfter -> fetch.retry_after', 'States.ALL -> instead']);
  expect(catchers(statesOf(steps({ ...fetch, on_error: 'continue' }, value('last')))['fetch'])).toEqual([
    'RetryAfter -> fetch.retry_after',
    'States.ALL -> last',
  ]);
});

test('a step that is tried once waits for no rate limit, and does not tell its Lambda to', () => {
  const states = statesOf(steps({ ...fetch, retry: { max_attempts: 1 } }));
  expect(Object.keys(states)).toEqual(['fetch']);
  expect(catchers(states['fetch'])).toEqual([]);
  expect(JSON.stringify(states)).not.toContain('attempt');
});

test('a time limit is noted in milliseconds', () => {
  const limited = { id: 'p', timeout_seconds: 5, parallel: { only: [value('a')] } };
  expect(statesOf(steps(limited))['p.timer']).toMatchObject({
    Assign: { until_p: '{% $millis() + 5000 %}' },
  });
});

test('on_failure goes on to the first error whatever fails in it, a time limit too', () => {
  const limited = { id: 'p', timeout_seconds: 5, parallel: { only: [value('a')] } };
  const states = statesOf({ ...steps(value('main')), on_failure: [limited, { ...fetch, id: 'tell' }] });
  expect(catchers(states['p'])).toEqual(['States.ALL -> workflow.failed']);
  expect(catchers(states['tell'])).toEqual([
    'RetryAfter -> tell.retry_after',
    'States.ALL -> workflow.failed',
  ]);
  expect(states['p']).toMatchObject({ Next: 'tell' });
  expect(states['tell']).toMatchObject({ Next: 'workflow.failed' });
  expect(Object.keys(states)).not.toContain('p.late');
});

test.each<[string, unknown[]]>([
  ['a value', [value('a')]],
  ['a condition', [{ ...fetch, when: '{{ inputs.x }}' }]],
  ['a time limit', [{ id: 'p', timeout_seconds: 5, parallel: { only: [fetch] } }]],
  ['what handles an error', [{ ...fetch, on_error: [value('instead')] }]],
])('an item whose failure no state of its own can catch has a state around it: %s', (_, inner) => {
  const { States } = iterationOf(inner);
  expect(States['each.item']?.Type).toBe('Parallel');
  expect(catchers(States['each.item'])).toEqual(['States.ALL -> each.item_output']);
});

test.each<[string, object[], boolean]>([
  ['goes on to what fails the run', [value('told')], true],
  ['may fail before it returns', [fetch, { id: 'end', fail: { error: 'Own' } }], true],
  ['fails the run itself', [{ id: 'end', fail: { error: 'Own' } }], false],
])(
  'on_failure that %s: a state gives the first error only where something leads to it',
  (_, on_failure, has) => {
    const states = statesOf({ ...steps(value('main')), on_failure });
    expect(Object.keys(states).includes('workflow.failed')).toBe(has);
    expect(JSON.stringify(states).includes('"Next":"workflow.failed"')).toBe(has);
  },
);

test('an item whose states all can has none', () => {
  const { StartAt, States } = iterationOf([
    { ...fetch, on_error: [{ ...fetch, id: 'again' }] },
    { ...fetch, id: 'last' },
  ]);
  expect(StartAt).toBe('each.iteration');
  expect(Object.keys(States).filter((name) => name.startsWith('each.item_') || name === 'each.item')).toEqual(
    [],
  );
  expect(catchers(States['fetch']).at(-1)).toBe('States.ALL -> again');
  expect(catchers(States['again']).at(-1)).toBe('States.ALL -> last.output');
  expect(catchers(States['last']).at(-1)).toBe('States.ALL -> last.output');
});

test('an error within an error keeps its own name: what is caught is told of the step that failed', () => {
  const states = statesOf(
    steps({
      id: 'p',
      parallel: { only: [{ ...fetch, on_error: [value('inner', '{{ error.step }}')] }] },
      on_error: [value('outer', '{{ error.step }}')],
    }),
  );
  expect(states['p']).toMatchObject({
    Catch: [{ Assign: { error_p: { step: 'p' } } }],
    Branches: [{ States: { fetch: { Catch: [{}, { Assign: { error_fetch: { step: 'fetch' } } }] } } }],
  });
  expect(JSON.stringify(states['outer'])).toContain('$error_p.step');
  expect(JSON.stringify(states['p'])).toContain('$error_fetch.step');
});

/** Whether the message that on_failure gets tells a failed evaluation in the author's words. */
const tellsEvaluations = (step: object, rest: object = {}): boolean => {
  const document = { ...steps({ id: 's', ...step }), ...rest, on_failure: [value('told')] };
  const { Catch = [] } = statesOf(document)['workflow.steps'] as { Catch?: object[] };
  return JSON.stringify(Catch).includes('States.QueryEvaluationError');
};
const each = { for_each: [1], steps: [fetch] };
const agent = (params: object) => ({
  agent: { goal: 'x', tools: [{ action: 'github.create_issue', params }] },
});
const approval = (params: object) => ({
  approval: { message: 'm', notify: { action: 'openai.summarize', params } },
});

test.each<[string, object, object?]>([
  ['a computed wait', { wait: { seconds: '{{ inputs.x }}' } }],
  ['a computed time', { wait: { until: '{{ inputs.x }}' } }],
  ['a loop over a computed list', { ...each, for_each: '{{ inputs.x }}' }],
  ['a tolerance', { ...each, on_item_error: 'continue', tolerated_failures: 1 }],
  ['a function that is not called', { transform: '{{ $sum }}' }],
  ['such a one in a list', { transform: '{{ [1, $uppercase] }}' }],
  ['a calculation', { transform: '{{ inputs.x + 1 }}' }],
  ['a condition', { action: 'gmail.list_messages', when: '{{ $number(inputs.x) > 1 }}' }],
  ['a condition of a case', { switch: [{ when: '{{ $number(inputs.x) > 1 }}', steps: [fetch] }] }],
  ['what a tool is fixed to', agent({ title: '{{ $uppercase(inputs.x) }}' })],
  ['what people are told with', approval({ text: '{{ $uppercase(inputs.x) }}' })],
  ['the output', { transform: 1 }, { output: '{{ $number(inputs.x) }}' }],
])('an evaluation that may fail is told as that: %s', (_, step, rest) => {
  expect(tellsEvaluations(step, rest)).toBe(true);
});

test.each<[string, object, object?]>([
  ['a wait that is written', { wait: 'PT1S' }],
  ['a loop over a list that is written', each],
  ['an action', { action: 'gmail.list_messages' }],
  ['a condition', { action: 'gmail.list_messages', when: '{{ inputs.x = 1 }}' }],
  ['a condition of a case', { switch: [{ when: '{{ inputs.x = 1 }}', steps: [fetch] }] }],
  ['a tool', agent({ title: 't' })],
  ['what people are told with', approval({ text: 't' })],
  ['a path', { transform: '{{ inputs.x.sum & "$sum" }}' }],
  ['the output', { transform: 1 }, { output: '{{ inputs.x }}' }],
])('what cannot fail to be evaluated needs no words: %s', (_, step, rest) => {
  expect(tellsEvaluations(step, rest)).toBe(false);
});

test('what handles an action within a time limit is told of the limit, which its own evaluates', () => {
  const handled = { ...fetch, on_error: [value('instead', '{{ error.message }}')] };
  const within = (rest: object) =>
    JSON.stringify(statesOf(steps({ id: 'p', parallel: { a: [handled] }, ...rest }))['p']);
  expect(within({ timeout_seconds: 5 })).toContain('States.QueryEvaluationError\\" and $contains');
  expect(within({})).not.toContain('States.QueryEvaluationError');
});
