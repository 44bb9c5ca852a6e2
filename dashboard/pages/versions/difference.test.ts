// What is said to differ between two versions.
import { describe, expect, test } from 'vitest';
import { documentDifference, lineDifference, workflowDifference } from './difference.ts';

const step = (id: string, more: object = {}) => ({ id, action: 'test.echo', params: { text: id }, ...more });
const flow = (...steps: object[]) => ({ id: 'w', steps });
const told = (before: object, after: object) =>
  workflowDifference({ ...before }, { ...after }).steps.map(
    ({ id, what, fields, place }) =>
      `${id} ${what}${fields.length > 0 ? ` ${fields.map(({ name }) => name).join(' ')}` : ''}${place === undefined ? '' : ` (${place})`}`,
  );

describe('steps', () => {
  test('two versions that are the same differ in nothing, whatever the service has added and the order of keys', () => {
    const before = { ...flow(step('a')), name: 'W', version: 1, updated_by: 'ada' };
    const after = {
      name: 'W',
      updated_by: 'bo',
      version: 2,
      ...flow({ params: { text: 'a' }, action: 'test.echo', id: 'a' }),
    };
    expect(workflowDifference(before, after)).toEqual({ fields: [], steps: [] });
  });

  test('one that is new, gone or changed is told, with the fields that differ', () => {
    const before = flow(step('a'), step('b'), step('c'));
    const after = flow(step('a', { params: { text: 'other', more: 1 }, retry: 2 }), step('x'), step('c'));
    expect(told(before, after)).toEqual([
      'a changed params.text params.more retry',
      'x added action params (after a)',
      'b removed action params',
    ]);
    expect(workflowDifference(before, after).steps[0]?.fields).toEqual([
      { name: 'params.text', before: 'a', after: 'other' },
      { name: 'params.more', before: undefined, after: '1' },
      { name: 'retry', before: undefined, after: '2' },
    ]);
  });

  test('one that stands elsewhere is moved, and not those that it has passed', () => {
    const before = flow(step('a'), step('b'), step('c'), step('d'));
    expect(told(before, flow(step('b'), step('c'), step('d'), step('a')))).toEqual(['a moved (after d)']);
    const loop = (...steps: object[]) => ({ id: 'each', for_each: '{{ x }}', steps });
    expect(told(flow(step('a'), loop(step('b'))), flow(loop(step('a'), step('b'))))).toEqual([
      'a moved (first in each (each item))',
    ]);
  });

  test('steps in a step are told of by themselves', () => {
    const choice = (when: string, inner: object) => ({ id: 'which', switch: [{ when, steps: [inner] }] });
    expect(
      told(flow(choice('{{ a }}', step('in'))), flow(choice('{{ b }}', step('in', { comment: 'c' })))),
    ).toEqual(['which changed switch', 'in changed comment']);
    const both = (...names: string[]) => ({
      id: 'both',
      parallel: Object.fromEntries(names.map((name) => [name, [step(`s${name}`)]])),
    });
    expect(told(flow(both('x')), flow(both('x', 'y')))).toEqual([
      'both changed parallel',
      'sy added action params (first in both (y))',
    ]);
    const handled = { ...step('a'), on_error: [step('tell')] };
    expect(told(flow(step('a')), flow(handled))).toEqual([
      'tell added action params (first in a (on error))',
    ]);
    expect(told(flow(step('a')), flow({ ...step('a'), on_error: 'continue' }))).toEqual([
      'a changed on_error',
    ]);
  });
});

test('fields outside of the steps are compared, objects by their own fields', () => {
  const before = { ...flow(), name: 'Old', inputs: { a: { type: 'string' }, b: { type: 'string' } } };
  const after = { ...flow(), inputs: { a: { type: 'string' }, b: { type: 'integer' } }, output: '{{ 1 }}' };
  expect(workflowDifference(before, after).fields).toEqual([
    { name: 'name', before: 'Old', after: undefined },
    {
      name: 'inputs.b',
      before: '{\n  "type": "string"\n}',
      after: '{\n  "type": "integer"\n}',
    },
    { name: 'output', before: undefined, after: '{{ 1 }}' },
  ]);
  expect(documentDifference({ user_prompt: 'a', version: 1 }, { user_prompt: 'b', version: 2 })).toEqual([
    { name: 'user_prompt', before: 'a', after: 'b' },
  ]);
});

test('lines that only one text has are marked', () => {
  const lines = lineDifference('a\nb\nc', 'a\nx\nc\nd');
  expect(lines.map(({ kind, text }) => `${{ same: ' ', removed: '-', added: '+' }[kind]}${text}`)).toEqual([
    ' a',
    '-b',
    '+x',
    ' c',
    '+d',
  ]);
  expect(lineDifference(undefined, 'a')).toEqual([{ kind: 'added', text: 'a' }]);
  const long = Array.from({ length: 700 }, (_, index) => `${index}`).join('\n');
  expect(lineDifference(long, `${long}\nx`)).toHaveLength(1401);
});
