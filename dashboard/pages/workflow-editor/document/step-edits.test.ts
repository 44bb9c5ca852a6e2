// Where steps go that are added, moved, wrapped or deleted, and what is selected then.
import { expect, test } from 'vitest';
import { EditorDocument } from './editor-document.ts';
import { setValue } from './json-edits.ts';
import { addErrorHandler, deleteStep, freeStepId, moveOut, moveStep, type StepEdit } from './step-edits.ts';
import { documentOf } from './workflow-text.ts';

const step = (id: string, more: object = {}) => ({ id, transform: 1, ...more });
const textOf = (...steps: object[]) => JSON.stringify({ id: 'w', steps }, null, 2);
const done = (text: string, edit: StepEdit | undefined) => {
  if (!edit) return undefined;
  const document = new EditorDocument(text);
  document.edit(edit.edits);
  return { steps: documentOf(document.text())?.['steps'], selected: edit.selected };
};

test('after a deletion the step in its place is selected, of the last one the one before, of the only one none', () => {
  const text = textOf(step('a'), step('b'), step('c'));
  expect(done(text, deleteStep(text, '/steps/0'))).toEqual({
    steps: [step('b'), step('c')],
    selected: '/steps/0',
  });
  expect(done(text, deleteStep(text, '/steps/2'))).toEqual({
    steps: [step('a'), step('b')],
    selected: '/steps/1',
  });
  const only = textOf(step('a'));
  expect(done(only, deleteStep(only, '/steps/0'))).toEqual({ steps: [], selected: undefined });
});

test.each([
  ['steps', { for_each: [1], steps: [step('x'), step('y')] }, '/steps/0/steps/0'],
  ['else', { switch: [], else: [step('x'), step('y')] }, '/steps/0/else/0'],
  ['on_error', { action: 'a.b', on_error: [step('x'), step('y')] }, '/steps/0/on_error/0'],
  ['a branch', { parallel: { one: [step('x'), step('y')] } }, '/steps/0/parallel/one/0'],
  ['a case', { switch: [{ when: true, steps: [step('x'), step('y')] }] }, '/steps/0/switch/0/steps/0'],
])('a step goes out of %s to the place after what it was in', (_, around, pointer) => {
  const text = textOf({ id: 'around', ...around }, step('last'));
  const moved = done(text, moveOut(text, pointer));
  expect(moved?.selected).toBe('/steps/1');
  expect(moved?.steps).toEqual([
    JSON.parse(JSON.stringify({ id: 'around', ...around }).replace(`${JSON.stringify(step('x'))},`, '')),
    step('x'),
    step('last'),
  ]);
});

test('the only step of a list goes out too, and leaves a problem there; one that is in no other stays', () => {
  const text = textOf({ id: 'each', for_each: [1], steps: [step('x')] });
  expect(done(text, moveOut(text, '/steps/0/steps/0'))).toEqual({
    steps: [{ id: 'each', for_each: [1], steps: [] }, step('x')],
    selected: '/steps/1',
  });
  expect(moveOut(text, '/steps/0')).toBeUndefined();
});

test('two steps change places, whichever is moved; the edits stand in the order of the text', () => {
  const text = textOf(step('a'), { id: 'long', transform: 'x'.repeat(50) });
  for (const [pointer, by, selected] of [
    ['/steps/0', 1, '/steps/1'],
    ['/steps/1', -1, '/steps/0'],
  ] as const) {
    const edit = moveStep(text, pointer, by);
    const moved = [{ id: 'long', transform: 'x'.repeat(50) }, step('a')];
    expect(done(text, edit)).toEqual({ steps: moved, selected });
    const offsets = edit?.edits.map(({ offset }) => offset) ?? [];
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  }
  expect(moveStep(text, '/steps/1', 1)).toBeUndefined();
});

test('an id that is taken gets the number 2, then 3', () => {
  expect(freeStepId(textOf(step('each')), 'other')).toBe('other');
  expect(freeStepId(textOf(step('each')), 'each')).toBe('each_2');
  expect(freeStepId(textOf(step('each'), step('each_2')), 'each')).toBe('each_3');
  const text = textOf(step('otherwise'));
  expect(done(text, addErrorHandler(text, '/steps/0'))).toEqual({
    steps: [step('otherwise', { on_error: [{ id: 'otherwise_2', transform: null }] })],
    selected: '/steps/0/on_error/0',
  });
});

test('what changes nothing is no edit, and of what repeats itself only the difference is one', () => {
  const text = '{"a": "xx", "b": [1, 2]}';
  expect(setValue(text, ['a'], 'xx')).toEqual([]);
  for (const value of ['x', 'xxx', '', 'xyx'])
    expect(
      new EditorDocument(text) &&
        setValue(text, ['a'], value).map(({ offset, length, text: written }) => {
          expect(length).toBeGreaterThanOrEqual(0);
          return text.slice(0, offset) + written + text.slice(offset + length);
        }),
    ).toEqual([`{"a": ${JSON.stringify(value)}, "b": [1, 2]}`]);
});
