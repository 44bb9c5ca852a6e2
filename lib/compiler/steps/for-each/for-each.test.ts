// Loops as the compiler sees them: where their iterations run, what these are passed, and how many there may be.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import type { Definition, State, States } from '../../asl/definition.ts';
import { EXECUTION_VALUES } from '../../expressions/scope.ts';
import { codes, definition, problems } from '../../testing/compile.ts';

type MapState = State & { readonly Type: 'Map' };

const steps = (...list: unknown[]) => ({ id: 'w', inputs: { list: { type: 'array' } }, steps: list });
const value = (id: string, transform: unknown, rest = {}) => ({ id, transform, ...rest });
const each = (for_each: unknown, inner: unknown[], rest = {}) => ({
  id: 'each',
  for_each,
  steps: inner,
  ...rest,
});
const item = value('in', '{{ item }}');
const numbers = (length: number) => Array.from({ length }, (_, n) => n);

/** The Map state of that name, wherever it is. */
function map(flow: States, name = 'each'): MapState {
  for (const [found, state] of Object.entries(flow.States)) {
    if (state.Type === 'Parallel') {
      const inner = state.Branches.find((branch) => JSON.stringify(branch).includes(`"${name}"`));
      if (inner) return map(inner, name);
    }
    if (state.Type !== 'Map') continue;
    if (found === name) return state;
    if (JSON.stringify(state.ItemProcessor).includes(`"${name}"`)) return map(state.ItemProcessor, name);
  }
  throw new Error(`There is no Map state ${name}`);
}
const mode = (made: Definition, name = 'each') => map(made, name).ItemProcessor.ProcessorConfig.Mode;
/** The items that an inline loop may have, as its Items say. */
const limit = (made: Definition, name = 'each') =>
  /\$count\(\$items\) > (\d+)|\$most := ([^;]*);/
    .exec(String(map(made, name).Items))
    ?.slice(1)
    .join('');

test.each([
  ['a computed list', '{{ inputs.list }}', {}, 'INLINE'],
  ['40 at the same time', '{{ inputs.list }}', { max_concurrency: 40 }, 'INLINE'],
  ['more at the same time', '{{ inputs.list }}', { max_concurrency: 41 }, 'DISTRIBUTED'],
  ['as it says', '{{ inputs.list }}', { mode: 'distributed' }, 'DISTRIBUTED'],
  ['a list', numbers(1999), {}, 'INLINE'],
  ['a long list', numbers(2001), {}, 'DISTRIBUTED'],
  ['a long list, as it says', numbers(2001), { mode: 'inline' }, 'INLINE'],
])('mode of a loop over %s', (_, list, rest, expected) => {
  expect(mode(definition(steps(each(list, [item], rest))))).toBe(expected);
});

test('of loops in loops the outer one gets executions when all iterations are too many for one', () => {
  const made = definition(steps(each(numbers(100), [{ ...each(numbers(100), [item]), id: 'inner' }])));
  expect([mode(made), mode(made, 'inner')]).toEqual(['DISTRIBUTED', 'INLINE']);
});

test('max_concurrency is 40 where it is left out, also of a distributed loop', () => {
  expect(
    map(definition(steps(each('{{ inputs.list }}', [item], { mode: 'distributed' })))).MaxConcurrency,
  ).toBe(40);
  expect(map(definition(steps(each([1], [item])))).MaxConcurrency).toBeUndefined();
});

test.each<[string, unknown, unknown]>([
  ['a list', [1, 2], [1, 2]],
  ['an empty list', [], []],
  ['one value', 5, [5]],
  ['a text', 'a', ['a']],
  ['false', false, [false]],
  ['null', null, []],
  ['nothing', undefined, []],
])('the items of %s, whose type is not known', async (_, list, items) => {
  const made = definition({ id: 'w', inputs: { x: {} }, steps: [each('{{ inputs.x.y }}', [item])] });
  const code = String(map(made).Items).replace(/^\{%|%\}$/g, '');
  const states = { context: { Execution: { Input: { x: { y: list } } } } };
  const given: unknown = await jsonata(code).evaluate({}, { states });
  expect(JSON.parse(JSON.stringify(given))).toEqual(items);
});

test.each([
  ['[1, 2]', 'an integer'],
  ['inputs.x ? [1, 2] : null', 'an integer'],
  ['inputs.x ? null : ["a"]', undefined],
  ['inputs.x ? [1] : inputs.x ? [true] : null', 'an integer or a boolean'],
  ['inputs.x ? [1] : inputs.x', undefined],
])('where a text belongs, an item of %s is told to be %s', (list, type) => {
  const summary = { id: 'in', action: 'openai.summarize', params: { text: '{{ item }}' } };
  const found = problems({ id: 'w', inputs: { x: {} }, steps: [each(`{{ ${list} }}`, [summary])] });
  expect(found.map(({ message }) => message)).toEqual(
    type === undefined ? [] : [`text must be a string; this expression gives ${type}`],
  );
});

test('an inline loop runs forty iterations at the same time, and not one more', () => {
  const inline = (max_concurrency: number) =>
    codes(steps(each('{{ inputs.list }}', [item], { mode: 'inline', max_concurrency })));
  expect(inline(40)).toEqual([]);
  expect(inline(41)).toEqual(['invalid-value /steps/0/max_concurrency']);
});

test('an error that is handled within an iteration is its own, and not passed on', () => {
  const handled = {
    ...{ id: 'fetch', action: 'gmail.list_messages' },
    on_error: [value('told', '{{ error.message }}')],
  };
  const made = definition(steps(each('{{ inputs.list }}', [handled], { mode: 'distributed' })));
  expect(Object.keys(Object(map(made).ItemSelector))).toEqual(['item', 'index', 'execution']);
});

test('an iteration is passed what its steps read, and nothing else', () => {
  const made = definition({
    id: 'w',
    inputs: { list: {}, a: {}, b: { default: 2 }, 'c-d': {}, unused: { required: false } },
    steps: [
      value('one', 1),
      value('other', 2),
      { id: 'v', set: { x: 1, y: 2 } },
      each(
        '{{ inputs.list }}',
        [
          { id: 'own', set: { z: '{{ item }}' } },
          value('in', [
            '{{ inputs.a }}{{ inputs.b }}{{ inputs.`c-d` }}',
            '{{ steps.one + vars.x + vars.z }}',
          ]),
          value('twice', '{{ inputs.a & steps.one & steps.in[0] & execution.name }}'),
        ],
        { mode: 'distributed' },
      ),
      value('last', ['{{ steps.other }}', '{{ vars.y }}', '{{ inputs.unused }}']),
    ],
  });
  const input = '$states.context.Execution.Input';
  expect(map(made).ItemSelector).toEqual({
    item: '{% $states.context.Map.Item.Value %}',
    index: '{% $states.context.Map.Item.Index %}',
    execution: `{% {"id": $states.context.Execution.Id, "values_of": ${EXECUTION_VALUES}, "name": $states.context.Execution.Name} %}`,
    inputs: `{% {"a": ${input}.a, "b": ($exists(${input}.b) ? ${input}.b : 2), "c-d": ${input}.\`c-d\`} %}`,
    steps: '{% {"one": $step_one} %}',
    vars: '{% {"x": $var_x} %}',
  });
  expect(JSON.stringify(map(made).ItemProcessor)).not.toMatch(/\$(step_one|var_x)\b/);
});

test('a distributed loop in another passes on what it was passed', () => {
  const inner = {
    ...each('{{ item }}', [value('in', '{{ steps.each.index & steps.one & item }}')]),
    id: 'inner',
  };
  const made = definition(
    steps(
      value('one', 1),
      each('{{ inputs.list }}', [{ ...inner, mode: 'distributed' }], {
        mode: 'distributed',
        timeout_seconds: 9,
      }),
    ),
  );
  const input = '$input_each';
  expect(map(made).ItemSelector).toMatchObject({ deadlines: { each: '{% $until_each %}' } });
  expect(map(made, 'inner').ItemSelector).toEqual({
    item: '{% $states.context.Map.Item.Value %}',
    index: '{% $states.context.Map.Item.Index %}',
    execution: `{% {"id": ${input}.execution.id, "values_of": ${input}.execution.values_of} %}`,
    steps: `{% {"each": {"index": ${input}.index}, "one": ${input}.steps.one} %}`,
    deadlines: { each: `{% ${input}.deadlines.each %}` },
  });
});

test('an inline loop in a distributed one carries nothing of it: its input is in a variable', () => {
  const inner = { ...each('{{ item }}', [value('in', '{{ steps.each.item }}')]), id: 'inner' };
  const made = definition(steps(each([[1]], [inner], { mode: 'distributed' })));
  expect(map(made, 'inner').Items).not.toContain('$map');
  expect(map(made, 'inner').ItemProcessor.States['in']).toMatchObject({
    Output: '{% $input_each.item %}',
  });
});

test('labels have at most 40 characters, each another', () => {
  const long = 'l'.repeat(50);
  const list = [long, `${long}m`, 'l'.repeat(40), 'each'].map((id) => ({
    ...each([1], [value(`in_${id.length}`, 1)], { mode: 'distributed' }),
    id,
  }));
  const made = definition(steps(...list));
  const labels = list.map(({ id }) => map(made, id).Label);
  expect(labels).toEqual(['l'.repeat(40), `${'l'.repeat(38)}_2`, `${'l'.repeat(38)}_3`, 'each']);
});

test('an iteration gives null where nothing reads what the loop gives', () => {
  const outputs = (document: object): unknown[] =>
    Object.values(map(definition(document)).ItemProcessor.States).map(
      (state) => 'Output' in state && state.Output,
    );
  const loop = each('{{ inputs.list }}', [item], { mode: 'distributed' });
  const own = '{% $states.input.item %}';
  expect(outputs(steps(loop, value('after', 1)))).toEqual(['{% null %}']);
  expect(outputs({ ...steps(loop), output: 1 })).toEqual(['{% null %}']);
  expect(outputs(steps(loop))).toEqual([own]);
  expect(outputs(steps(loop, value('after', '{{ steps.each }}')))).toEqual([own]);
  expect(outputs({ ...steps(loop), output: '{{ steps.each }}' })).toEqual([own]);
  const inCase = { id: 's', switch: [{ when: true, steps: [loop] }], else: [value('none', 1)] };
  expect(outputs(steps(inCase, value('after', '{{ steps.s }}')))).toEqual([own]);
  expect(outputs(steps(inCase, value('after', 1)))).toEqual(['{% null %}']);
  expect(outputs(steps({ ...loop, mode: 'inline' }, value('after', 1)))).toEqual([
    '{% $states.input.item %}',
  ]);
});

test('an inline loop may have as many items as the history has room for', () => {
  const over = (...list: unknown[]) => definition(steps(...list));
  // 20,000 events, two for the execution, four for the loop; two for an iteration, two for its step.
  expect(limit(over(each('{{ inputs.list }}', [item])))).toBe('4998');
  // A step before it, two more in it.
  expect(limit(over(value('one', 1), each('{{ inputs.list }}', [item, value('b', '{{ steps.in }}')])))).toBe(
    '3332',
  );
  // The longest way through a switch counts.
  const choice = { id: 's', switch: [{ when: '{{ item }}', steps: [item, value('b', '{{ steps.in }}')] }] };
  expect(limit(over(each('{{ inputs.list }}', [choice])))).toBe('1999');
  expect(map(over(each('{{ inputs.list }}', [item], { mode: 'distributed' }))).Items).not.toMatch(/count/);
});

test('loops share the room, but not those of which only one runs', () => {
  const loop = (id: string) => ({ ...each('{{ inputs.list }}', [value(`in_${id}`, 1)]), id });
  const both = definition(steps(loop('a'), loop('b')));
  expect([limit(both, 'a'), limit(both, 'b')]).toEqual(['2498', '2498']);
  const either = definition(
    steps({ id: 's', switch: [{ when: '{{ inputs.list }}', steps: [loop('a')] }], else: [loop('b')] }),
  );
  expect([limit(either, 'a'), limit(either, 'b')]).toEqual(['4998', '4998']);
  const side = definition(steps({ id: 'p', parallel: { l: [loop('a')], r: [loop('b')] } }));
  expect([limit(side, 'a'), limit(side, 'b')]).toEqual(['2498', '2498']);
  const apart = definition(steps({ ...loop('a'), mode: 'distributed' }, loop('b')));
  expect(limit(apart, 'b')).toBe('4997');
});

test('an agent in a loop counts with all its turns', () => {
  const agent = (max_turns: number) => ({
    id: 'a',
    agent: { goal: '{{ item }}', tools: ['github.create_issue'], max_turns },
  });
  // 2 for the iteration, 2 to keep its item, 5 to ask the model, 2 for the choice, 2 for the end; each turn before has 20, with a call.
  const once = definition(steps(each('{{ inputs.list }}', [agent(1)])));
  expect(limit(once)).toBe('1538');
  const often = definition(steps(each('{{ inputs.list }}', [agent(10)])));
  expect(limit(often)).toBe('103');
});

test('a nested loop may have fewer the more often it runs', () => {
  const inner = { ...each('{{ item }}', [value('deep', 1)]), id: 'inner' };
  const literal = definition(steps(each([[1], [2], [3], [4]], [inner])));
  expect(limit(literal, 'inner')).toBe('1247');
  const computed = definition(steps(each('{{ inputs.list }}', [inner])));
  expect([limit(computed), limit(computed, 'inner')]).toEqual(['1249', '$floor(2499 / $runs_each)']);
  expect(map(computed).Items).toContain(
    'function($item, $index, $all) { {"item": $item, "runs": $count($all)} }',
  );
  const third = { ...each('{{ item }}', [inner]), id: 'middle' };
  const deep = definition(steps(each('{{ inputs.list }}', [third])));
  expect(map(deep, 'middle').Items).toContain('"runs": $count($all) * $runs_each');
});

test.each([
  [
    'a loop',
    each(numbers(5000), [item, value('b', '{{ steps.in }}')], { mode: 'inline' }),
    '/steps/0/for_each',
  ],
  [
    'loops in a loop',
    each(numbers(100), [{ ...each(numbers(100), [item]), id: 'inner', mode: 'inline' }], { mode: 'inline' }),
    '/steps/0/for_each',
  ],
  [
    'what an iteration does',
    each('{{ inputs.list }}', [{ ...each(numbers(7000), [item]), id: 'inner', mode: 'inline' }], {
      mode: 'distributed',
    }),
    '/steps/0/steps/0/for_each',
  ],
])('what surely outgrows the history is a problem: %s', (_, step, pointer) => {
  expect(codes(steps(step))).toEqual([`event-budget ${pointer}`]);
});

test('loops that outgrow the history only together are a problem, at the longest', () => {
  const loop = (id: string, length: number) => ({ ...each(numbers(length), [value(`in_${id}`, 1)]), id });
  const [problem, ...others] = problems(
    steps(loop('a', 1500), ...['b', 'c', 'd', 'e'].map((id) => loop(id, 1400))),
  );
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    code: 'event-budget',
    pointer: '/steps/0/for_each',
    message: 'A run writes at least 28422 history events; Step Functions ends an execution at 25000',
    hint: 'Give the loop a "mode": "distributed": its iterations then have histories of their own.',
  });
});

test('a loop for which nothing is left is a problem', () => {
  const long = (id: string) => ({ ...each(numbers(1900), [value(`in_${id}`, 1)]), id });
  const document = steps(long('a'), long('b'), long('c'), each('{{ inputs.list }}', [item]));
  expect(codes(document)).toEqual(['event-budget /steps/3/for_each']);
});

test('a loop that is tried again as a whole has room for all its tries', () => {
  const most = (rest: object) =>
    Number(
      /inline it can have (\d+)/.exec(
        String(map(definition(steps(each('{{ inputs.list }}', [item], rest)))).Items),
      )?.[1],
    );
  const once = most({});
  expect(once).toBeGreaterThan(1000);
  expect(most({ retry: { max_attempts: 1 } })).toBe(once);
  expect(Math.abs(most({ retry: { max_attempts: 4 } }) - once / 4)).toBeLessThan(3);
});

test.each([
  [{ mode: 'inline', max_concurrency: 41 }, 'invalid-value /steps/0/max_concurrency'],
  [{ mode: 'nested' }, 'invalid-value /steps/0/mode'],
  [{ max_concurrency: 10_001 }, 'invalid-value /steps/0/max_concurrency'],
  [{ mode: 'distributed', retry: { on: ['RateLimited'] } }, 'retry-errors /steps/0/retry/on/0'],
])('%j is a problem', (rest, problem) => {
  expect(codes(steps(each('{{ inputs.list }}', [item], rest)))).toEqual([problem]);
});

test('a distributed loop is tried again after errors of its own', () => {
  for (const on of [['States.ALL'], ['States.ExceedToleratedFailureThreshold']])
    expect(codes(steps(each([1], [item], { mode: 'distributed', retry: { on } })))).toEqual([]);
});

const tolerant = { on_item_error: 'continue', tolerated_failures: 1 };
const distributed = { mode: 'distributed' };

test('more failures than tolerated fail a state after the Map of a distributed loop, within what retries and catches', () => {
  const rest = { ...distributed, ...tolerant, retry: { max_attempts: 2 }, on_error: [value('no', 1)] };
  const { States } = definition(steps(each([1], [item], rest), value('last', '{{ steps.each }}')));
  expect(States['each']).toMatchObject({
    Type: 'Parallel',
    Comment: 'for_each',
    Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'no' }],
    Assign: { step_each: '{% $states.result[0] %}' },
    Output: '{% $states.result[0] %}',
    Branches: [
      {
        StartAt: 'each.try',
        States: {
          'each.try': { Type: 'Map', Label: 'each', Output: '{% $states.result %}', Next: 'each.tolerance' },
          'each.tolerance': {
            Type: 'Choice',
            Choices: [
              {
                Condition: expect.stringMatching(
                  /^\{% \(\$failed := \$filter\(\$states\.input, .*; \$count\(\$failed\) > 1 \? \$error\(.*\) : true\) %\}$/,
                ),
                Next: 'each.try_output',
              },
            ],
          },
          'each.try_output': { Type: 'Succeed' },
        },
      },
    ],
  });
  const inner = map(definition(steps(each([1], [item], rest))), 'each.try');
  expect(['Retry' in inner, 'Catch' in inner, 'Comment' in inner]).toEqual([false, false, false]);
});

test.each([
  ['inline', tolerant],
  ['distributed, with nothing to look at', { ...distributed, on_item_error: 'continue' }],
])('a loop that is %s is one state', (_, rest) => {
  const { States } = definition(steps(each([1], [item], rest), value('last', 1)));
  expect([Object.keys(States), States['each']?.Type]).toEqual([['each', 'last'], 'Map']);
});

test('a distributed loop leaves the workflow’s output to a state of its own', () => {
  const outputBy = (rest: object) =>
    Object.keys(definition({ ...steps(each([1], [item], rest)), output: '{{ steps.each }}' }).States);
  expect(outputBy({})).toEqual(['each']);
  expect(outputBy(distributed)).toEqual(['each', 'workflow.output']);
  expect(outputBy({ ...distributed, ...tolerant })).toEqual(['each', 'workflow.output']);
});

test('the states around a tolerance count where a list is too long for one execution', () => {
  const modeOf = (inner: object) =>
    mode(
      definition(
        steps(each(numbers(700), [value('first', 1), { ...each([1], [item], inner), id: 'inner' }])),
      ),
    );
  // 5 events for each of the iteration, its first state and the loop in it; 15 more for what is around the tolerance.
  expect([modeOf(distributed), modeOf({ ...distributed, ...tolerant })]).toEqual(['INLINE', 'DISTRIBUTED']);
});
