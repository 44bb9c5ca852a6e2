// Steps within steps, as the compiler sees them: what is visible where, which types come out, which warnings there are.
import { expect, test } from 'vitest';
import { codes, definition, problems, result } from './testing/compile.ts';

const fetch = { id: 'fetch', action: 'gmail.list_messages' };
const steps = (...list: unknown[]) => ({ id: 'w', steps: list });
const set = (id: string, value: unknown, rest = {}) => ({ id, transform: value, ...rest });
const each = (inner: unknown[], rest = {}) => ({ id: 'each', for_each: [1], steps: inner, ...rest });
const warnings = (document: unknown): string[] => {
  const compiled = result(document);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.warnings.map(({ code, pointer }) => `${code} ${pointer}`);
};

test('mistakes are found at every depth, all at once', () => {
  const document = {
    ...steps(
      each([
        {
          id: 'p',
          parallel: {
            left: [{ id: 's', switch: [{ when: 'no', steps: [{ id: 'each', transform: 1 }] }], else: [] }],
            'not-a-name': [{ id: 'x', acton: 1 }],
          },
          on_error: [set('h', '{{ error.nme }}')],
        },
      ]),
    ),
    on_failure: [{ id: 'f', approval: {} }],
  };
  expect(codes(document).toSorted()).toEqual([
    'duplicate-step /steps/0/steps/0/parallel/left/0/switch/0/steps/0/id',
    'invalid-id /steps/0/steps/0/parallel/not-a-name',
    'missing-key /on_failure/0/approval',
    'no-step-kind /steps/0/steps/0/parallel/not-a-name/0',
    'no-steps /steps/0/steps/0/parallel/left/0/else',
  ]);
});

test.each([
  [
    'another case',
    {
      id: 's',
      switch: [
        { when: true, steps: [set('a', 1)] },
        { when: true, steps: [set('b', '{{ steps.a }}')] },
      ],
    },
    ['step-not-visible'],
  ],
  [
    'a branch from the one beside it',
    { id: 'p', parallel: { l: [set('a', 1)], r: [set('b', '{{ steps.a }}')] } },
    ['step-not-visible'],
  ],
  ['the loop itself', each([set('a', '{{ steps.each }}')]), ['later-step']],
  ['the step that failed', { ...fetch, on_error: [set('a', '{{ steps.fetch }}')] }, ['later-step']],
  ['a later case', { id: 's', switch: [{ when: '{{ steps.b }}', steps: [set('b', 1)] }] }, ['later-step']],
  ['item outside of a loop', set('a', '{{ item }}'), ['unknown-reference']],
  ['error outside of on_error', set('a', '{{ error }}'), ['unknown-reference']],
  [
    'a variable of a branch',
    { id: 'p', parallel: { l: [{ id: 'v', set: { x: 1 } }], r: [set('b', '{{ vars.x }}')] } },
    ['unknown-reference'],
  ],
  [
    'the item of a loop around',
    each([{ id: 'o', for_each: [1], steps: [set('a', '{{ steps.each.item + steps.o.index }}')] }]),
    [],
  ],
  [
    'item in a predicate, by $$',
    each([fetch, set('a', '{{ steps.fetch.messages[subject = $$.item] }}')]),
    [],
  ],
])('referring to %s', (_, step, expected) => {
  expect(problems(steps(step)).map(({ code }) => code)).toEqual(expected);
});

test('types go through loops, branches, cases and handlers', () => {
  const wrong = (expression: string, ...list: unknown[]) =>
    problems(steps(fetch, ...list, set('last', `{{ ${expression} }}`))).map(
      ({ code, message }) => `${code}: ${message}`,
    );
  const loop = {
    id: 'loop',
    for_each: '{{ steps.fetch.messages }}',
    steps: [set('in', { name: '{{ item.subjct }}' })],
  };
  expect(wrong('steps.loop.name', loop)).toEqual(['unknown-field: There is no field subjct here']);
  const good = { ...loop, steps: [set('in', { name: '{{ item.subject }}' })] };
  expect(wrong('steps.loop.nme', good)).toEqual(['unknown-field: There is no field nme here']);
  expect(wrong('steps.loop[0].name & steps.loop.error', { ...good, on_item_error: 'continue' })).toEqual([]);
  expect(
    wrong('steps.both.l.messages.idd', { id: 'both', parallel: { l: [{ ...fetch, id: 'again' }] } }),
  ).toHaveLength(1);
  expect(wrong('steps.both.r', { id: 'both', parallel: { l: [{ ...fetch, id: 'again' }] } })).toHaveLength(1);
  const cases = {
    id: 's',
    switch: [{ when: true, steps: [set('a', { x: 1 })] }],
    else: [set('b', { y: 1 })],
  };
  expect(wrong('[steps.s.x, steps.s.y]', cases)).toEqual([]);
  expect(wrong('steps.s.z', cases)).toHaveLength(1);
  expect(wrong('steps.more.z', { ...fetch, id: 'more', on_error: [set('h', { y: 1 })] })).toHaveLength(1);
});

test.each([
  ['{{ steps.fetch.messages }}', []],
  ['{{ steps.fetch.messages[unread] }}', []],
  ['{{ inputs.list }}', []],
  ['{{ inputs.any }}', []],
  ['{{ steps.fetch }}', ['type-mismatch /steps/1/for_each']],
  ['{{ steps.fetch.messages[0].subject }}', ['type-mismatch /steps/1/for_each']],
  ['steps.fetch.messages', ['invalid-value /steps/1/for_each']],
  [{ a: 1 }, ['wrong-type /steps/1/for_each']],
])('for_each over %j', (for_each, expected) => {
  const document = {
    ...steps(fetch, each([set('a', '{{ item }}')], { for_each })),
    inputs: { list: { type: 'array', default: null }, any: {} },
  };
  expect(codes(document)).toEqual(expected);
});

test('warnings at every depth, and none for what gives the result of a loop, a branch or a case', () => {
  const used = steps(
    each([
      {
        id: 's',
        switch: [{ when: true, steps: [set('a', 1)] }],
        else: [{ id: 'p', parallel: { l: [fetch] } }],
      },
    ]),
  );
  expect(warnings(used)).toEqual([]);
  expect(warnings({ ...used, output: 1 })).toEqual([
    'unused-output /steps/0/steps/0/switch/0/steps/0',
    'unused-output /steps/0/steps/0/else/0/parallel/l/0',
  ]);
  const ending = {
    id: 's',
    switch: [{ when: true, steps: [{ id: 'f', fail: { error: 'E' } }, set('a', 1)] }],
    else: [{ id: 'r', return: 1 }],
  };
  expect(warnings(steps(ending, set('b', 1)))).toEqual([
    'unreachable-step /steps/0/switch/0/steps/1',
    'unreachable-step /steps/1',
  ]);
});

test('many switches that set one variable cost no more than others', () => {
  const one = (n: number) => ({
    id: `s${n}`,
    switch: [{ when: true, steps: [{ id: `v${n}`, set: { x: `{{ [vars.x, ${n}] }}` } }] }],
  });
  const document = steps({ id: 'v', set: { x: { y: 1 } } }, ...Array.from({ length: 60 }, (_, n) => one(n)));
  expect(Object.keys(definition(document).States)).toHaveLength(122);
});

test('of a step that no later one reads nothing is assigned but the variables that it sets, in cases and handlers too', () => {
  const { States } = definition(
    steps(
      { id: 's', switch: [{ when: true, steps: [{ id: 'v', set: { x: 1 } }] }] },
      { ...fetch, on_error: [set('h', 1)] },
    ),
  );
  const assigned = Object.values(States).flatMap((state) => ('Assign' in state ? [state.Assign] : []));
  expect(assigned).toEqual([{ var_x: 1 }]);
});

test('what a case gives that ends the run is not what the switch gives', () => {
  const inputs = { n: { type: 'integer' } };
  const ending = [{ return: 1 }, { fail: { error: 'E' } }];
  for (const [index, end] of ending.entries()) {
    const first = { when: '{{ inputs.n > 1 }}', steps: [{ id: `end_${index}`, ...end }] };
    const other = [{ id: 'given', transform: { a: 1 } }];
    const reading = (name: string) =>
      codes({
        ...{ id: 'w', inputs },
        steps: [
          { id: 's', switch: [first], else: other },
          { id: 'after', transform: `{{ steps.s.${name} }}` },
        ],
      });
    expect(reading('a')).toEqual([]);
    expect(reading('b')).toEqual(['unknown-field /steps/1/transform:12']);
  }
});

test('a variable that is set again by a step that may be skipped may have what it had before', () => {
  const reading = (when: object, name: string) =>
    codes({
      ...{ id: 'w', inputs: { on: { type: 'boolean' } } },
      steps: [
        { id: 'first', set: { x: { a: 1 } } },
        { id: 'again', set: { x: { b: 1 } }, ...when },
        { id: 'after', transform: `{{ vars.x.${name} }}` },
      ],
    });
  const skippable = { when: '{{ inputs.on }}' };
  expect([reading(skippable, 'a'), reading(skippable, 'b'), reading({}, 'b')]).toEqual([[], [], []]);
  expect(reading({}, 'a')).toEqual(['unknown-field /steps/2/transform:11']);
});

test('a case that ends the run gives no null to what reads the switch', () => {
  const body = '{{ "About " & steps.s }}';
  const warned = (first: object) => {
    const compiled = result({
      ...{ id: 'w', inputs: { on: { type: 'boolean' } } },
      steps: [
        {
          id: 's',
          switch: [{ when: '{{ inputs.on }}', steps: [{ id: 'end', ...first }] }],
          else: [{ id: 'given', transform: 'text' }],
        },
        { id: 'a', action: 'github.create_issue', params: { repo_name: 'o/r', title: 't', body } },
      ],
    });
    return compiled.warnings.map(({ code }) => code);
  };
  expect(warned({ return: 1 })).toEqual([]);
  expect(warned({ fail: { error: 'E' } })).toEqual([]);
  expect(warned({ wait: 'PT1S' })).toEqual(['may-be-null']);
});

test('a step whose when is true always runs; one whose when is computed may not have run', () => {
  const reading = (when: unknown) => codes(steps({ ...fetch, when }, set('a', '{{ steps.fetch.messages }}')));
  expect(reading(true)).toEqual([]);
  expect(reading('{{ execution.id = "x" }}')).toEqual(['may-not-have-run /steps/1/transform:10']);
});

test('after a switch is gone on to where one of its cases does not end the run, and only there', () => {
  const end = (id: string) => [{ id, return: 1 }];
  const two = (second: unknown[], rest: object = {}) =>
    warnings(
      steps(
        {
          id: 's',
          switch: [
            { when: '{{ execution.id = "a" }}', steps: end('first') },
            { when: '{{ execution.id = "b" }}', steps: second },
          ],
          else: end('other'),
          ...rest,
        },
        { id: 'after', wait: 'PT1S' },
      ),
    );
  expect(two(end('second'))).toEqual(['unreachable-step /steps/1']);
  expect(two([{ id: 'second', wait: 'PT1S' }])).toEqual([]);
  expect(two(end('second'), { when: '{{ execution.id = "c" }}' })).toEqual([]);
});

test('a variable that only some cases set may have what it had before; one that all set has not', () => {
  const reading = (name: string, cases: readonly object[], rest: object = {}) =>
    codes(
      steps(
        { id: 'first', set: { x: { a: 1 } } },
        { id: 's', switch: [{ when: '{{ execution.id = "a" }}', steps: cases }], ...rest },
        set('after', `{{ vars.x.${name} }}`),
      ),
    );
  const sets = (id: string, value: object) => [{ id, set: { x: value } }];
  expect(reading('a', sets('v', { b: 1 }))).toEqual([]);
  expect(reading('b', sets('v', { b: 1 }))).toEqual([]);
  expect(reading('c', sets('v', { b: 1 }))).toEqual(['unknown-field /steps/2/transform:11']);
  const both = { else: sets('w', { c: 1 }) };
  expect(reading('b', sets('v', { b: 1 }), both)).toEqual([]);
  expect(reading('c', sets('v', { b: 1 }), both)).toEqual([]);
  expect(reading('a', sets('v', { b: 1 }), both)).toEqual(['unknown-field /steps/2/transform:11']);
});

test('a variable that only a case sets may not be set; one that every case sets is', () => {
  const sets = (id: string) => [{ id, set: { x: 1 } }];
  const reading = (rest: object) =>
    codes(
      steps(
        { id: 's', switch: [{ when: '{{ execution.id = "a" }}', steps: sets('v') }], ...rest },
        set('after', '{{ vars.x }}'),
      ),
    );
  expect(reading({})).toEqual(['may-not-have-run /steps/1/transform:9']);
  expect(reading({ else: sets('w') })).toEqual([]);
  expect(reading({ else: [{ id: 'end', return: 1 }] })).toEqual([]);
  expect(reading({ else: [set('none', 1)] })).toEqual(['may-not-have-run /steps/1/transform:9']);
});
