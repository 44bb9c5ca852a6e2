// What an iteration of an inline loop is given, and how its steps read it: by ItemSelector, input and variables alone.
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { definition } from '../../testing/compile.ts';

const each = (inner: unknown[], rest = {}) => ({
  id: 'w',
  inputs: { list: { type: 'array' } },
  steps: [{ id: 'each', for_each: '{{ inputs.list }}', steps: inner, ...rest }],
});
const value = (id: string, transform: unknown, rest = {}) => ({ id, transform, ...rest });
const issue = (id: string, rest = {}) => ({
  id,
  action: 'github.create_issue',
  params: { repo_name: 'o/r', title: '{{ $string(item) }}' },
  ...rest,
});
const mapOf = (document: object) => {
  const state = definition(document).States['each'];
  if (state?.Type !== 'Map') throw new Error('There is no loop');
  return state;
};
const statesOf = (document: object) => mapOf(document).ItemProcessor;

const KEEP_ITEM = { item_each: '{% $states.input.item %}' };
const KEEP_INDEX = { index_each: '{% $states.input.index %}' };

test('each iteration is given its item and its index', () => {
  expect(mapOf(each([value('a', 1)])).ItemSelector).toEqual({
    item: '{% $states.context.Map.Item.Value %}',
    index: '{% $states.context.Map.Item.Index %}',
  });
});

test('a single step reads its input, and no state is added', () => {
  expect(statesOf(each([value('a', '{{ [item, index] }}')]))).toEqual({
    ProcessorConfig: { Mode: 'INLINE' },
    StartAt: 'a',
    States: {
      a: {
        Type: 'Pass',
        Comment: 'transform',
        Output: '{% [$states.input.item, $states.input.index] %}',
        End: true,
      },
    },
  });
});

test('the first of several steps keeps what the later ones read, and nothing else', () => {
  const { StartAt, States } = statesOf(
    each([value('a', '{{ item.x }}'), value('b', 1), value('c', '{{ [item.y, steps.a] }}')]),
  );
  expect(StartAt).toBe('a');
  expect(States['a']).toMatchObject({
    Assign: { ...KEEP_ITEM, step_a: expect.stringContaining('$states.input.item.x') },
    Next: 'b',
  });
  expect(Object.keys((States['a'] as { Assign: object }).Assign)).toEqual(['item_each', 'step_a']);
  expect(States['c']).toMatchObject({ Output: '{% [$item_each.y, $step_a] %}' });
  expect(JSON.stringify(statesOf(each([value('a', '{{ item }}'), value('b', 1)])))).not.toContain(
    'item_each',
  );
});

test.each<[string, object, object]>([
  [
    'set',
    { id: 'a', set: { x: '{{ item }}' } },
    { Assign: { ...KEEP_INDEX, var_x: '{% $states.input.item %}' } },
  ],
  [
    'wait',
    { id: 'a', wait: { seconds: '{{ item }}' } },
    { Seconds: '{% $states.input.item %}', Assign: KEEP_INDEX },
  ],
  [
    'workflow',
    { id: 'a', workflow: 'other', input: { x: '{{ item }}' } },
    { Arguments: { Input: { x: '{% $states.input.item %}' } }, Assign: KEEP_INDEX },
  ],
  [
    'action',
    issue('a', { on_error: 'continue' }),
    {
      Arguments: {
        Payload: {
          input: { title: '{% $string($states.input.item) %}' },
          execution: { call_id: '{% $string($states.input.index) %}' },
        },
      },
      Assign: KEEP_INDEX,
      Catch: [{ Assign: { tries_a: expect.any(String) } }, { Assign: KEEP_INDEX, Next: 'b' }],
    },
  ],
])('a %s step keeps them too, also where its failure is caught', (_, first, state) => {
  const { StartAt, States } = statesOf(each([first, value('b', '{{ index }}')]));
  expect(StartAt).toBe('a');
  expect(States['a']).toMatchObject(state);
  expect(States['b']).toMatchObject({ Output: '{% $index_each %}' });
});

test.each<[string, object]>([
  ['a condition', value('a', '{{ item }}', { when: '{{ item > 1 }}' })],
  ['cases', { id: 'a', switch: [{ when: '{{ item > 1 }}', steps: [value('b', '{{ item }}')] }] }],
  ['branches', { id: 'a', parallel: { left: [value('b', '{{ item }}')] } }],
  ['a loop', { id: 'a', for_each: '{{ item }}', steps: [value('b', 1)] }],
  ['an agent', { id: 'a', agent: { goal: '{{ item }}', tools: ['github.create_issue'] } }],
  ['an approval', { id: 'a', approval: { message: '{{ item }}' } }],
  ['handled errors', issue('a', { on_error: [value('b', '{{ item }}')] })],
  ['a step that is tried as a whole', value('a', '{{ item }}', { on_error: 'continue' })],
])('%s: a state before it keeps them', (_, first) => {
  const { StartAt, States } = statesOf(each([first]));
  expect(StartAt).toBe('each.iteration');
  const { Next, ...keep } = States[StartAt] as { Next: string; Assign: object };
  expect(keep).toMatchObject({ Type: 'Pass', Assign: KEEP_ITEM, Output: '{% null %}' });
  expect(Object.keys(States)).toContain(Next);
  expect(JSON.stringify({ ...States, [StartAt]: {} })).not.toContain('$states.input.item');
});

test('a step that waits as a provider said finds its item again', () => {
  const { States } = statesOf(each([issue('a')]));
  expect(States['a']).toMatchObject({
    Catch: [
      {
        Output:
          '{% $merge([$states.input, {"retry_after": $number($parse($states.errorOutput.Cause).errorMessage)}]) %}',
      },
    ],
  });
  expect(States['a.retry_after']).toMatchObject({
    Seconds: '{% $states.input.retry_after %}',
    Output: '{% $states.input %}',
    Next: 'a',
  });
});

test('the index of a failed item is read where the failing state finds it', () => {
  const guarded = (...inner: object[]) => statesOf(each(inner, { on_item_error: 'continue' })).States;
  const ofError = (index: string) => ({ Output: { error: { index } } });
  const both = guarded(issue('a'), issue('b'));
  expect(both['a']).toMatchObject({ Catch: [{}, ofError('{% $states.input.index %}')], Assign: KEEP_INDEX });
  expect(both['b']).toMatchObject({ Catch: [{}, ofError('{% $index_each %}')] });
  expect(guarded(value('a', '{{ item }}'))['each.item']).toMatchObject({
    Catch: [ofError('{% $states.input.index %}')],
  });
  expect(guarded(value('a', 1, { when: '{{ item }}' }))['each.item']).toMatchObject({
    Catch: [ofError('{% $index_each %}')],
  });
});

test('steps of a loop within a loop read the outer item by its variable, which no item carries', () => {
  const inner = {
    id: 'inner',
    for_each: '{{ item }}',
    steps: [value('a', '{{ [steps.each.item, steps.each.index, item] }}')],
  };
  const { States } = statesOf(each([inner]));
  expect(States['each.iteration']).toMatchObject({ Assign: { ...KEEP_ITEM, ...KEEP_INDEX } });
  expect(JSON.stringify(States['inner'])).not.toContain('"loops"');
  expect(States['inner']).toMatchObject({
    ItemProcessor: { States: { a: { Output: '{% [$item_each, $index_each, $states.input.item] %}' } } },
  });
});

test('an iteration that is an execution of its own keeps all that it is given, and relies on no context', () => {
  const distributed = { mode: 'distributed', timeout_seconds: 60 };
  const one = statesOf(each([issue('a')], distributed));
  expect(one.StartAt).toBe('a');
  expect(one.States['a']).toMatchObject({
    Arguments: {
      Payload: {
        input: { title: '{% $string($states.input.item) %}' },
        execution: { id: '{% $states.input.execution.id %}', call_id: '{% $string($states.input.index) %}' },
      },
    },
    TimeoutSeconds: expect.stringContaining('$states.input.deadlines.each'),
    Catch: [{ Output: expect.stringContaining('$merge([$states.input, ') }],
  });
  expect(one.States['a.retry_after']).toMatchObject({
    Seconds: expect.stringContaining('$states.input.deadlines.each'),
  });
  const two = statesOf(each([issue('a'), value('b', '{{ [item, inputs.list] }}')], distributed));
  expect(two.States[two.StartAt]).toEqual({
    Type: 'Pass',
    Assign: { input_each: '{% $states.input %}' },
    Output: '{% null %}',
    Next: 'a',
  });
  expect(two.States['a']).toMatchObject({
    Arguments: { Payload: { execution: { id: '{% $input_each.execution.id %}' } } },
    TimeoutSeconds: expect.stringContaining('$input_each.deadlines.each'),
  });
  expect(two.States['b']).toMatchObject({ Output: '{% [$input_each.item, $input_each.inputs.list] %}' });
  expect(JSON.stringify([one, two])).not.toContain('context.Execution.Input');
});

test('where nothing reads what a distributed loop gives, every end of its iterations gives null', () => {
  const iteration = (inner: object, rest: object = {}) => ({
    id: 'each',
    for_each: '{{ inputs.list }}',
    mode: 'distributed',
    steps: [inner],
    ...rest,
  });
  const outputs = (inner: object, read: boolean) => {
    const more = [value('after', read ? '{{ steps.each }}' : 1)];
    const { steps } = each([]);
    const states = statesOf({ ...each([]), steps: [{ ...steps[0], ...iteration(inner) }, ...more] }).States;
    return [...JSON.stringify(states).matchAll(/"Output":("[^"]*"|\{.*?\}\})/g)].map(([, output]) => output);
  };
  const continued = issue('a', { on_error: 'continue', retry: { max_attempts: 1 } });
  const skipped = value('a', 1, { when: '{{ item }}', default: 5 });
  for (const inner of [continued, skipped]) {
    expect(new Set(outputs(inner, false))).toEqual(new Set(['"{% null %}"']));
    expect(new Set(outputs(inner, true)).size).toBeGreaterThan(1);
  }
});

test('an agent gives each call its place, which tells it apart within loops too', () => {
  const agent = { id: 'a', agent: { goal: 'x', tools: ['github.create_issue'] } };
  const { States } = statesOf(each([agent]));
  expect(States['a.calls']).toMatchObject({
    ItemSelector: {
      call: '{% $states.context.Map.Item.Value %}',
      index: '{% $states.context.Map.Item.Index %}',
    },
    ItemProcessor: {
      States: {
        'a.github.create_issue': {
          Arguments: {
            Payload: {
              input: '{% $states.input.call.arguments %}',
              execution: {
                call_id:
                  '{% ($string($index_each)) & "." & $agent_a.conversation.turns & "." & $states.input.index %}',
              },
            },
          },
        },
      },
    },
  });
});

/** The definition without the fields that may read the item of the context. */
function withoutSelectors(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSelectors);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => name !== 'ItemSelector');
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutSelectors(field)]));
}

test('no compiled definition reads the item of the context outside of ItemSelector', () => {
  const files = globSync('statemachines/**/*.asl.json');
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const text = JSON.stringify(withoutSelectors(JSON.parse(readFileSync(file, 'utf8'))));
    expect(text, file).not.toContain('context.Map');
  }
});
