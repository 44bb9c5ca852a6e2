// References to what may not have run: what guards them, and what does not.
import { expect, test } from 'vitest';
import { codes, definition, problems } from '../testing/compile.ts';

const issue = { action: 'github.create_issue', params: { repo_name: 'o/r', title: 't' } };

/** A skippable step, another, a variable; then a step that has `value`, and further keys. */
const reading = (value: unknown, keys: object = {}) => ({
  id: 'w',
  inputs: { x: { type: 'boolean' } },
  steps: [
    { id: 'issue', when: '{{ inputs.x }}', ...issue },
    { id: 'other', when: '{{ $not(inputs.x) }}', ...issue },
    { id: 'v', when: '{{ inputs.x }}', set: { n: 1 } },
    { id: 'a', transform: value, ...keys },
  ],
});
const here = '/steps/3/transform';

test.each([
  '{{ steps.issue ? steps.issue.url : "none" }}',
  '{{ steps.issue.url ? steps.issue.url : "none" }}',
  '{{ $exists(steps.issue) ? steps.issue.url : "none" }}',
  '{{ steps.issue != null ? steps.issue.url : "none" }}',
  '{{ steps.issue.number > 3 ? steps.issue.url : "none" }}',
  '{{ "x" = steps.issue.title ? steps.issue.url : "none" }}',
  '{{ $count(steps.issue.title) > 0 ? steps.issue.url : "none" }}',
  '{{ $length(steps.issue.title) = 3 ? steps.issue.url : "none" }}',
  '{{ steps.issue and steps.other ? steps.issue.url & steps.other.url : "none" }}',
  '{{ (steps.issue and steps.other) or (inputs.x and steps.issue) ? steps.issue.url : "none" }}',
  '{{ $exists(steps.issue) and steps.issue.number > 2 }}',
  '{{ $not($exists(steps.issue)) }}',
  '{{ vars.n ? vars.n + 1 : 0 }}',
  '{{ ["a"][$$.steps.issue.title = $][0] ? 1 : 2 }}',
  '{{ steps.issue ? $map([1, 2], function($i) { steps.issue.number + $i }) : [] }}',
  '{{ $not($exists(steps.issue)) ? "none" : steps.issue.url }}',
  '{{ $exists(steps.issue) = false ? "none" : steps.issue.url }}',
  '{{ false != $exists(steps.issue) ? steps.issue.url : "none" }}',
  '{{ 0 < $count(steps.issue.title) ? steps.issue.url : "none" }}',
  '{{ $count(steps.issue.title) != 0 ? steps.issue.url : "none" }}',
  '{{ $count(steps.issue.title) >= 1 ? steps.issue.url : "none" }}',
  '{{ $not("x" in steps.issue.title) ? "none" : steps.issue.url }}',
  '{{ $not(steps.issue.title = "x") ? "none" : steps.issue.url }}',
  '{{ $not(steps.issue.title != "x") ? "none" : steps.issue.url }}',
  '{{ ("x" in steps.issue.title) = true ? steps.issue.url : "none" }}',
  '{{ 1 <= $count(steps.issue.title) ? steps.issue.url : "none" }}',
  '{{ 0 != $count(steps.issue.title) ? steps.issue.url : "none" }}',
  '{{ 2 = $count(steps.issue.title) ? steps.issue.url : "none" }}',
  '{{ $type(steps.issue) = "object" ? steps.issue.url : "none" }}',
  '{{ $contains(steps.issue.url, "x") ? steps.issue.title : "none" }}',
  '{{ $not($exists(steps.issue)) or $not($exists(steps.other)) ? "" : steps.issue.url & steps.other.url }}',
  '{{ $not($exists(steps.issue)) or steps.issue.number > 1 }}',
])('guarded: %s', (value) => {
  expect(codes(reading(value))).toEqual([]);
});

test.each([
  ['{{ steps.issue.url }}', 10],
  ['at {{ steps.issue.url }}', 13],
  ['{{ vars.n + 1 }}', 9],
  ['{{ steps.issue ? 1 : steps.issue.url }}', 28],
  ['{{ steps.issue or steps.other ? steps.issue.url : 1 }}', 39],
  ['{{ $count(steps.issue.title) = 0 ? steps.issue.url : 1 }}', 42],
  ['{{ $not(steps.issue) ? steps.issue.url : 1 }}', 30],
  ['{{ steps.other ? steps.issue.url : 1 }}', 24],
  // True where the step did not run.
  ['{{ $exists(steps.issue) = false ? steps.issue.url : 1 }}', 41],
  ['{{ $exists(steps.issue) != true ? steps.issue.url : 1 }}', 41],
  ['{{ false = $exists(steps.issue) ? steps.issue.url : 1 }}', 41],
  ['{{ ("x" in steps.issue.title) = false ? steps.issue.url : 1 }}', 47],
  ['{{ $exists(steps.issue) = $exists(inputs.x) ? steps.issue.url : 1 }}', 53],
  // Neither true nor false where the step did not run.
  ['{{ $not(steps.issue) ? 0 : steps.issue.url }}', 34],
  ['{{ $count(steps.issue.title) >= 0 ? steps.issue.url : 1 }}', 43],
  ['{{ 0 <= $count(steps.issue.title) ? steps.issue.url : 1 }}', 43],
  ['{{ 0 >= $count(steps.issue.title) ? steps.issue.url : 1 }}', 43],
  ['{{ 1 > $count(steps.issue.title) ? steps.issue.url : 1 }}', 42],
  ['{{ $count(steps.issue.title) <= 1 ? steps.issue.url : 1 }}', 43],
  ['{{ $count(steps.issue.title) < 1 ? steps.issue.url : 1 }}', 42],
  ['{{ $count(steps.issue.title) != 1 ? steps.issue.url : 1 }}', 43],
  ['{{ ($i := steps.issue; $i ? $i.url : 1) }}', 17],
  ['{{ [steps.issue.url] ? 1 : 2 }}', 11],
])('not guarded: %s', (value, column) => {
  expect(codes(reading(value))).toEqual([`may-not-have-run ${here}:${column}`]);
});

test('the problem says why, and how to guard', () => {
  expect(problems(reading('{{ steps.issue.url }}'))).toEqual([
    {
      code: 'may-not-have-run',
      pointer: here,
      column: 10,
      message: 'The step issue may not have run: its "when" may not be true',
      hint: 'Guard it, as in {{ steps.issue ? … : … }} or "when": "{{ $exists(steps.issue) }}", or give that step a "default".',
    },
  ]);
});

test('the when of a step, and of a case, guards all that is in it', () => {
  const when = '{{ steps.issue and inputs.x }}';
  const inner = [{ id: 'deep', transform: '{{ steps.issue.url }}' }];
  const list = reading(1).steps.slice(0, 3);
  const codesOf = (step: object) => codes({ ...reading(1), steps: [...list, step] });
  expect(codesOf({ id: 'a', when, transform: '{{ steps.issue.url }}' })).toEqual([]);
  expect(codesOf({ id: 'a', when, for_each: [1], steps: inner })).toEqual([]);
  expect(codesOf({ id: 'a', switch: [{ when, steps: inner }] })).toEqual([]);
  expect(codesOf({ id: 'a', switch: [{ when, steps: [{ id: 'b', transform: 1 }] }], else: inner })).toEqual([
    'may-not-have-run /steps/3/else/0/transform:10',
  ]);
  expect(codesOf({ ...issue, id: 'a', when, on_error: inner })).toEqual([]);
});

test('a step that ran shows that what its own when asked for ran', () => {
  const list = reading(1).steps.slice(0, 1);
  const closing = { id: 'closing', when: '{{ steps.issue }}', ...issue };
  const document = (value: string) => ({
    ...reading(1),
    steps: [...list, closing, { id: 'a', transform: value }],
  });
  expect(codes(document('{{ steps.closing ? steps.issue.url : 0 }}'))).toEqual([]);
  expect(codes(document('{{ steps.issue ? steps.closing.url : 0 }}'))).toEqual([
    'may-not-have-run /steps/2/transform:24',
  ]);
});

test('a default stands in for what did not run', () => {
  const [first, ...others] = reading(1).steps;
  const document = {
    ...reading(1),
    steps: [
      { ...first, default: { url: 'none', number: 0 } },
      ...others,
      { id: 'b', transform: '{{ steps.issue.url }}' },
    ],
  };
  expect(codes(document)).toEqual([]);
  expect(definition(document).States['b']).toMatchObject({
    Output:
      '{% ($value := ($exists($step_issue) ? $step_issue : {"url":"none","number":0}).url; $exists($value) ? $value : null) %}',
  });
});

test('after a switch: what every case sets is sure, and what only one case can have run', () => {
  const set = (id: string, n: number) => ({ id, set: { n } });
  const after = (step: object, value: string) => ({
    id: 'w',
    inputs: { x: { type: 'boolean' } },
    steps: [step, { id: 'after', transform: value }],
  });
  const both = { id: 's', switch: [{ when: '{{ inputs.x }}', steps: [set('a', 1)] }], else: [set('b', 2)] };
  expect(codes(after(both, '{{ vars.n }}'))).toEqual([]);
  expect(codes(after(both, '{{ steps.a }}'))).toEqual(['may-not-have-run /steps/1/transform:10']);
  expect(codes(after({ ...both, when: '{{ inputs.x }}' }, '{{ vars.n }}'))).toEqual([
    'may-not-have-run /steps/1/transform:9',
  ]);
  const { else: _, ...one } = both;
  expect(codes(after(one, '{{ vars.n }}'))).toEqual(['may-not-have-run /steps/1/transform:9']);
  const ending = { ...both, else: [{ id: 'r', return: 0 }] };
  expect(codes(after(ending, '{{ vars.n + steps.a.n }}'))).toEqual([]);
});

test('steps whose when is the same run together, as long as what it reads does not change', () => {
  const pair = (when: string, between: object[] = []) => ({
    id: 'w',
    inputs: { x: { type: 'boolean' } },
    steps: [
      { id: 'v', set: { on: '{{ inputs.x }}' } },
      { id: 'issue', when, ...issue },
      ...between,
      { id: 'a', when, transform: '{{ steps.issue.url }}' },
    ],
  });
  expect(codes(pair('{{ inputs.x }}'))).toEqual([]);
  expect(codes(pair('{{ vars.on }}', [{ id: 'w', set: { on: true } }]))).toEqual([
    'may-not-have-run /steps/3/transform:10',
  ]);
  expect(codes(pair('{{ $random() > 0.5 }}'))).toEqual(['may-not-have-run /steps/2/transform:10']);
  const nested = {
    id: 'in',
    for_each: [2],
    steps: [{ id: 'b', when: '{{ item > 1 }}', transform: '{{ steps.c }}' }],
  };
  const loops = {
    id: 'w',
    steps: [{ id: 'out', for_each: [1], steps: [{ id: 'c', when: '{{ item > 1 }}', transform: 1 }, nested] }],
  };
  expect(codes(loops)).toEqual(['may-not-have-run /steps/0/steps/1/steps/0/transform:10']);
});

test('after a step that would have ended the run, what it asked for is sure', () => {
  const [first] = reading(1).steps;
  const document = (last: object) => ({
    ...reading(1),
    steps: [
      first,
      { id: 'end', when: '{{ $not($exists(steps.issue)) }}', ...last },
      { id: 'a', transform: '{{ steps.issue.url }}' },
    ],
  });
  expect(codes(document({ return: 'none' }))).toEqual([]);
  expect(codes(document({ fail: { error: 'None' } }))).toEqual([]);
  expect(codes(document({ transform: 1 }))).toEqual(['may-not-have-run /steps/2/transform:10']);
});

test('in later cases of a switch, and in else, the earlier conditions were not true', () => {
  const [first] = reading(1).steps;
  const none = { when: '{{ $not($exists(steps.issue)) }}', steps: [{ id: 'none', transform: 0 }] };
  const use = (id: string) => [{ id, transform: '{{ steps.issue.url }}' }];
  const choice = { id: 's', switch: [none, { when: '{{ inputs.x }}', steps: use('b') }], else: use('c') };
  expect(codes({ ...reading(1), steps: [first, choice] })).toEqual([]);
});

test('a step of a branch is not proven to have run by a later step with the same condition', () => {
  const branch = [
    { id: 'b', when: '{{ inputs.x }}', transform: 1 },
    { id: 'c', when: '{{ inputs.x }}', transform: '{{ steps.b }}' },
  ];
  const document = {
    id: 'w',
    inputs: { x: { type: 'boolean' }, y: { type: 'boolean' } },
    steps: [
      { id: 'a', switch: [{ when: '{{ inputs.y }}', steps: branch }] },
      { id: 'd', when: '{{ inputs.x }}', transform: '{{ steps.b }}' },
    ],
    output: '{{ steps.d ? steps.d : steps.c ? 1 : 0 }}',
  };
  expect(codes(document)).toEqual(['may-not-have-run /steps/1/transform:10']);
});
