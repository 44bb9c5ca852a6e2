// Where steps are named: as the compiler reads it, not as the text looks.
import { expect, test } from 'vitest';
import { renameEdits, stepUses } from './step-uses.ts';
import { codes } from './testing/compile.ts';

const workflow = (...steps: readonly object[]) => ({ id: 'w', inputs: { l: {} }, steps });

/** The text after `old` was renamed in its expressions. */
function renamed(expression: string, to = 'fresh'): string {
  const text = JSON.stringify(workflow({ id: 'a', transform: expression }));
  const after = renameEdits(text, 'old', to)
    .toSorted((a, b) => b.offset - a.offset)
    .reduce((at, edit) => at.slice(0, edit.offset) + edit.text + at.slice(edit.offset + edit.length), text);
  return JSON.parse(after).steps[0].transform;
}

test.each([
  ['{{ steps.old }}', '{{ steps.fresh }}'],
  ['é" {{ steps.old.messages[0] }}\n{{steps.old}}', 'é" {{ steps.fresh.messages[0] }}\n{{steps.fresh}}'],
  ['{{ steps.`old`.x }}', '{{ steps.fresh.x }}'],
  ['{{ steps.old.item & steps.old.index }}', '{{ steps.fresh.item & steps.fresh.index }}'],
  ['{{ $$.steps.old }}', '{{ $$.steps.fresh }}'],
  ['{{ inputs.l[from = $$.steps.old] }}', '{{ inputs.l[from = $$.steps.fresh] }}'],
  [
    '{{ $map(steps.old, function($o) { $o.x & steps.old }) }}',
    '{{ $map(steps.fresh, function($o) { $o.x & steps.fresh }) }}',
  ],
  [
    '{{ ($old := steps.old; $old ? steps.old : "steps.old") }}',
    '{{ ($old := steps.fresh; $old ? steps.fresh : "steps.old") }}',
  ],
  ['{{ { "steps.old": [steps.old, -steps.old] } }}', '{{ { "steps.old": [steps.fresh, -steps.fresh] } }}'],
  ['{{ inputs.l ~> $append(steps.old) }}', '{{ inputs.l ~> $append(steps.fresh) }}'],
  ['{{ (steps.old; steps.old).steps.old }}', '{{ (steps.fresh; steps.fresh).steps.old }}'],
  [
    '{{ $exists(steps.old) and steps.old in [steps.old] }}',
    '{{ $exists(steps.fresh) and steps.fresh in [steps.fresh] }}',
  ],
])('%s: %s', (before, after) => {
  expect(renamed(before)).toBe(after);
});

test.each([
  ['fields of a value', '{{ inputs.l[steps.old = 1] }}'],
  ['what a path goes on with', '{{ inputs.steps.old }}'],
  ['an object of its items', '{{ inputs.l.{"a": steps.old} }}'],
  ['what groups', '{{ inputs.l{steps.old: steps.old} }}'],
  ['what sorts', '{{ inputs.l^(steps.old) }}'],
  ['a transform of a value', '{{ inputs.l ~> |$|{"a": steps.old}| }}'],
  ['texts and comments', 'steps.old {{ /* steps.old */ "steps.old" }}'],
  ['other names', '{{ steps.older & steps.Old & inputs.old & vars.old & $old & steps[0].old }}'],
  ['a mistake', '{{ steps.old + }}'],
])('%s do not name the step: %s', (_, expression) => {
  expect(renamed(expression)).toBe(expression);
});

test('an id that is also a word of the language stands in backticks, and is right there', () => {
  expect(renamed('{{ steps.old }}', 'and')).toBe('{{ steps.`and` }}');
  const renamedStep = [
    { id: 'and', transform: 1 },
    { id: 'a', transform: renamed('{{ steps.old }}', 'and') },
  ];
  expect(codes(workflow(...renamedStep))).toEqual([]);
});

test('uses are found wherever expressions stand, in steps of steps and in what the workflow gives', () => {
  const document = {
    ...workflow(
      {
        id: 'each',
        for_each: '{{ steps.old }}',
        on_error: [{ id: 'e', transform: { deep: ['x {{ steps.old }}'] } }],
        steps: [{ id: 'inner', when: '{{ steps.each.index > 0 }}', transform: '{{ steps.each.item }}' }],
      },
      { id: 'choose', switch: [{ when: '{{ steps.old = 1 }}', steps: [] }], else: [] },
    ),
    on_failure: [{ id: 'tell', action: 'x.y', params: { text: '{{ steps.old }}' } }],
    output: '{{ steps.old }}',
  };
  expect(
    stepUses(document)
      .map(({ id, pointer, column }) => `${id} ${pointer}:${column}`)
      .sort(),
  ).toEqual([
    'each /steps/0/steps/0/transform:10',
    'each /steps/0/steps/0/when:10',
    'old /on_failure/0/params/text:10',
    'old /output:10',
    'old /steps/0/for_each:10',
    'old /steps/0/on_error/0/transform/deep/0:12',
    'old /steps/1/switch/0/when:10',
  ]);
});
