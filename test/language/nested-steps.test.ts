// The language on the local engine: steps within steps, what is seen where, and what happens when something fails.
import { expect, test } from 'vitest';
import { result } from '../../lib/compiler/testing/compile.ts';
import { runsOfFile } from '../support/file-runs.ts';
import type { Answer } from '../support/run-compiled.ts';

const run = runsOfFile();

const failure = (name: string, message = name): Error => Object.assign(new Error(message), { name });
const none: Answer = () => undefined;
const steps = (...list: unknown[]) => ({ id: 'w', steps: list });
const set = (id: string, value: unknown, rest = {}) => ({ id, transform: value, ...rest });
const open = (id: string, title: string, rest = {}) => ({
  id,
  action: 'github.create_issue',
  params: { repo_name: 'o/r', title },
  ...rest,
});
const outputOf = async (document: object, input: unknown = {}, answer: Answer = none) => {
  const { status, output, cause } = await run(document, input, answer);
  expect(status, cause).toBe('SUCCEEDED');
  return output;
};
const issue: Answer = ({ event }, count) => ({
  number: count,
  title: (event.input as { title: string }).title,
  url: 'u',
});

test('in a loop: what is skipped last is null, and a switch ends an iteration without a further state', async () => {
  const document = steps({
    id: 'each',
    for_each: [1, 2, 3],
    steps: [
      set('a', '{{ item * 10 }}'),
      {
        id: 'pick',
        switch: [
          { when: '{{ item = 1 }}', steps: [set('one', 'one {{ steps.a }}')] },
          { when: '{{ item = 2 }}', steps: [set('two', 'two', { when: '{{ index = 0 }}' })] },
        ],
      },
    ],
  });
  const { output, states } = await run(document, {}, none);
  expect(output).toEqual(['one 10', null, null]);
  expect(states.filter((s) => s.includes('.')).toSorted()).toEqual([
    'pick.output',
    'pick.output',
    'two.when',
  ]);
});

test('variables and steps of a switch are nothing where they did not run, unchanged where they were set before', async () => {
  const document = (kind: string) => ({
    ...steps(
      { id: 'before', set: { old: 0 } },
      {
        id: 'outer',
        switch: [
          {
            when: `{{ "${kind}" != "none" }}`,
            steps: [
              {
                id: 'inner',
                switch: [
                  {
                    when: `{{ "${kind}" = "a" }}`,
                    steps: [{ id: 'sa', set: { x: 'a', old: 1 } }, set('ra', 'A')],
                  },
                  { when: true, steps: [{ id: 'sb', set: { x: 'b', y: 'y' } }] },
                ],
              },
            ],
          },
        ],
      },
    ),
    output: {
      x: '{{ vars.x ? vars.x : null }}',
      y: '{{ $exists(vars.y) ? vars.y : null }}',
      old: '{{ vars.old }}',
      ra: '{{ steps.ra != null ? steps.ra : null }}',
      sb: '{{ steps.sb ? steps.sb : null }}',
      inner: '{{ steps.inner ? steps.inner : null }}',
      outer: '{{ steps.outer }}',
    },
  });
  expect(await outputOf(document('a'))).toEqual({
    x: 'a',
    y: null,
    old: 1,
    ra: 'A',
    sb: null,
    inner: 'A',
    outer: 'A',
  });
  const sb = { x: 'b', y: 'y' };
  expect(await outputOf(document('b'))).toEqual({
    x: 'b',
    y: 'y',
    old: 0,
    ra: null,
    sb,
    inner: sb,
    outer: sb,
  });
  expect(await outputOf(document('none'))).toEqual({
    x: null,
    y: null,
    old: 0,
    ra: null,
    sb: null,
    inner: null,
    outer: null,
  });
});

test('a skipped switch leaves nothing of what is in it', async () => {
  const document = {
    ...steps({
      id: 's',
      when: false,
      switch: [{ when: true, steps: [set('a', 1), { id: 'v', set: { x: 1 } }] }],
    }),
    output: ['{{ $exists(steps.s) }}', '{{ $exists(steps.a) }}', '{{ $exists(vars.x) }}'],
  };
  expect(await outputOf(document)).toEqual([false, false, false]);
});

test('errors within errors: each handler sees its own, and the outer one again after it', async () => {
  const document = {
    ...steps(
      open('first', 'one', {
        on_error: [
          open('second', 'two', { on_error: [set('inner', '{{ error.step }} {{ error.message }}')] }),
          set('outer', '{{ error.step }} {{ error.message }}, {{ steps.second }}'),
        ],
      }),
    ),
    output: '{{ steps.first }}',
  };
  const failing: Answer = ({ event }) =>
    failure('NotFound', `no ${(event.input as { title: string }).title}`);
  expect(await outputOf(document, {}, failing)).toBe('first no one, second no two');
});

test('a handler can end the run, with an output or another error', async () => {
  const ending = (last: object) => steps(open('a', 't', { on_error: [last] }), set('after', 'went on'));
  const failing: Answer = () => failure('NotFound');
  expect(await outputOf(ending({ id: 'r', return: '{{ error.name }}' }), {}, failing)).toBe('NotFound');
  expect(
    await run(ending({ id: 'f', fail: { error: 'Mine', cause: '{{ error.name }} first' } }), {}, failing),
  ).toMatchObject({
    status: 'FAILED',
    error: 'Mine',
    cause: 'NotFound first',
  });
  expect(await outputOf(ending({ id: 'r', return: 1 }), {}, issue)).toBe('went on');
});

test('a handler whose last step is skipped gives null', async () => {
  const document = steps(
    open('a', 't', { on_error: [set('h', 1, { when: '{{ error.name = "RateLimited" }}' })] }),
    set('after', ['{{ steps.a }}', '{{ $exists(steps.h) }}']),
  );
  expect(await outputOf(document, {}, () => failure('NotFound'))).toEqual([null, false]);
  expect(await outputOf(document, {}, (call, n) => issue(call, n))).toEqual([
    { number: 1, title: 't', url: 'u' },
    false,
  ]);
});

test('loops in branches in loops: each place sees the items around it', async () => {
  const document = steps({
    id: 'x',
    for_each: ['a', 'b'],
    steps: [
      { id: 'v', set: { upper: '{{ $uppercase(item) }}' } },
      {
        id: 'p',
        parallel: {
          same: [set('own', '{{ item }}{{ index }}')],
          deep: [
            {
              id: 'y',
              for_each: '{{ [1..2] }}',
              steps: [
                {
                  id: 'z',
                  for_each: ['-', [1]],
                  steps: [
                    set(
                      't',
                      '{{ vars.upper }}{{ steps.x.item }}{{ steps.y.item }}{{ steps.y.index }}{{ index }}{{ item }}',
                    ),
                  ],
                },
              ],
            },
          ],
        },
      },
    ],
  });
  expect(await outputOf(document)).toEqual([
    {
      same: 'a0',
      deep: [
        ['Aa100-', 'Aa101[1]'],
        ['Aa210-', 'Aa211[1]'],
      ],
    },
    {
      same: 'b1',
      deep: [
        ['Bb100-', 'Bb101[1]'],
        ['Bb210-', 'Bb211[1]'],
      ],
    },
  ]);
});

test.each([
  ['items of every shape', [null, [], [1], [[2]], { a: 1 }, 'text', '{% 1 %}', 0, false]],
  ['one list', [[1, 2]]],
  ['none', []],
])('what goes through a loop comes out as it is: %s', async (_, items) => {
  const through = steps(
    { id: 'each', for_each: '{{ inputs.items }}', steps: [set('i', '{{ item }}')] },
    set('all', '{{ steps.each }}'),
  );
  const document = { ...through, inputs: { items: {} } };
  expect(await outputOf(document, { items })).toEqual(items);
  const written = steps({ id: 'each', for_each: items, steps: [set('i', '{{ item }}')] });
  expect(await outputOf(written)).toEqual(items);
  const nested = steps({
    id: 'o',
    for_each: [1],
    steps: [{ id: 'each', for_each: items, steps: [set('i', ['{{ steps.o.item }}', '{{ item }}'])] }],
  });
  expect(await outputOf(nested)).toEqual([items.map((item) => [1, item])]);
});

test('retry of a loop begins it anew; with on_error both work together', async () => {
  const document = {
    ...steps({
      id: 'each',
      for_each: [1, 2],
      max_concurrency: 1,
      retry: { max_attempts: 2 },
      on_error: [set('instead', '{{ error.step }}: {{ error.message }}')],
      steps: [open('a', 't{{ item }}')],
    }),
    output: '{{ steps.each }}',
  };
  const always = await run(document, {}, () => failure('NotFound', 'gone'));
  expect([always.output, always.calls.length]).toEqual(['each: gone', 2]);
  const once = await run(document, {}, (call, count) =>
    count === 1 ? failure('NotFound') : issue(call, count),
  );
  expect(once).toMatchObject({ output: [{ title: 't1' }, { title: 't2' }] });
  expect(once.log.steps.find(({ id }) => id === 'each')).toMatchObject({ status: 'succeeded', error: null });
});

test('on_item_error: continue takes the failure of a nested loop, branch or fail step for that of the item', async () => {
  const document = {
    ...steps({
      id: 'each',
      for_each: [0, 1, 2],
      on_item_error: 'continue',
      steps: [
        {
          id: 'p',
          parallel: {
            a: [
              { id: 'bad', when: '{{ item = 1 }}', fail: { error: 'Bad', cause: 'one' } },
              set('i', '{{ item }}'),
            ],
          },
        },
      ],
    }),
    output: '{{ steps.each }}',
  };
  expect(await outputOf(document)).toEqual([
    { a: 0 },
    { error: { name: 'Bad', message: 'one', index: 1 } },
    { a: 2 },
  ]);
});

test.each([
  [0, [1], 'SUCCEEDED'],
  [0, [1, 0], 'FAILED'],
  [1, [0, 1], 'SUCCEEDED'],
  ['50%', [0, 1], 'SUCCEEDED'],
  ['49%', [0, 1], 'FAILED'],
  ['0%', [], 'SUCCEEDED'],
])('tolerated_failures %j of %j: %s', async (tolerated_failures, items, status) => {
  const loop = {
    id: 'each',
    for_each: '{{ inputs.items }}',
    on_item_error: 'continue',
    tolerated_failures,
    steps: [{ id: 'f', when: '{{ item = 0 }}', fail: { error: 'No' } }, set('i', '{{ item }}')],
  };
  const document = {
    ...steps(loop, set('n', '{{ $count(steps.each) }}')),
    inputs: { items: { type: 'array' } },
  };
  expect((await run(document, { items }, none)).status).toBe(status);
});

test('on_failure: a return within the steps is no failure, and what fails deep inside is one', async () => {
  const document = {
    ...steps(
      { id: 'early', when: '{{ inputs.early }}', return: ['early'] },
      { id: 'each', for_each: [1], steps: [{ id: 'bad', fail: { error: 'Deep', cause: 'in {{ item }}' } }] },
    ),
    inputs: { early: { type: 'boolean' } },
    on_failure: [
      { id: 'v', set: { said: '{{ error.name }}: {{ error.message }}' } },
      open('tell', '{{ vars.said }}', { on_error: 'continue' }),
    ],
  };
  expect(await outputOf(document, { early: true })).toEqual(['early']);
  const failed = await run(document, { early: false }, () => failure('NotFound'));
  expect(failed).toMatchObject({ status: 'FAILED', error: 'Deep', cause: 'in 1' });
  expect(failed.calls[0]?.event.input).toMatchObject({ title: 'Deep: in 1' });
});

test('a cause is text, whatever its expression gives', async () => {
  const document = (cause: string) => steps({ id: 'f', fail: { error: 'E', cause } });
  expect(
    await run({ ...document('{{ inputs.x }}'), inputs: { x: {} } }, { x: { a: 1 } }, none),
  ).toMatchObject({ cause: '{"a":1}' });
  expect(await run({ ...document('{{ inputs.x.y }}'), inputs: { x: {} } }, { x: {} }, none)).toMatchObject({
    error: 'E',
    cause: '',
  });
});

test('timeout_seconds of the workflow is the state machine’s', () => {
  const compiled = result({ ...steps(open('a', 't')), timeout_seconds: 60 });
  expect(compiled.ok && compiled.definition.TimeoutSeconds).toBe(60);
});

test('steps that cannot be reached have no states', async () => {
  const both = {
    id: 's',
    switch: [{ when: '{{ inputs.x }}', steps: [{ id: 'r', return: 1 }] }],
    else: [{ id: 'f', fail: { error: 'E' } }],
  };
  const document = { ...steps(both, open('after', 't')), inputs: { x: {} }, output: '{{ steps.after.url }}' };
  const { output, definition } = await run(document, { x: true }, none);
  expect([output, Object.keys(definition.States)]).toEqual([1, ['s', 'r', 'f']]);
});

test('a text may hold hundreds of expressions, which Step Functions evaluates 100 deep at most', async () => {
  const numbers = Array.from({ length: 600 }, (_, n) => n);
  const text = numbers.map((n) => `${n}: {{ inputs.name }}\n`).join('');
  const document = { ...steps(set('text', text)), inputs: { name: { type: 'string' } } };
  expect(await outputOf(document, { name: 'Ada' })).toBe(numbers.map((n) => `${n}: Ada\n`).join(''));
});
