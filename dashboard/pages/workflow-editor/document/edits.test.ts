import { expect, test } from 'vitest';
import { EditorDocument } from './editor-document.ts';
import { insertItem, type JsonPath, rawAt, removeValue, setValue } from './json-edits.ts';
import { moveStep, moveTo, pathOf, wrapStep } from './step-edits.ts';
import { written } from './testing/written.ts';

const edited = (text: string, change: (text: string) => Parameters<EditorDocument['edit']>[0]): string => {
  const document = new EditorDocument(text);
  document.edit(change(text));
  return document.text();
};

test.each<[string, JsonPath, unknown, string, string]>([
  ['a value', ['steps', 0, 'transform'], 'x', '[1,  2]', '"x"'],
  [
    'a key at the end of an object on one line',
    ['steps', 0, 'when'],
    true,
    '[1,  2] }',
    '[1,  2], "when": true }',
  ],
  [
    'a key at the end of one of several lines',
    ['steps', 1, 'comment'],
    'c',
    '1.0\n',
    '1.0,\n      "comment": "c"\n',
  ],
  [
    'what stands in what is not there yet',
    ['steps', 1, 'retry', 'max_attempts'],
    2,
    '1.0\n',
    '1.0,\n      "retry": { "max_attempts": 2 }\n',
  ],
])('%s is set, and the rest stays as it is written', (_, path, value, before, after) => {
  expect(edited(written, (text) => setValue(text, path, value))).toBe(written.replace(before, after));
});

test.each<[JsonPath, string, string]>([
  [['steps', 0], '\n    { "id": "a", "transform": [1,  2] },', ''],
  [['steps', 0, 'transform'], ', "transform": [1,  2]', ''],
  [['steps', 0, 'id'], '"id": "a", ', ''],
  [['steps', 0, 'transform', 1], ',  2', ''],
  [['name'], ',   "name" :"W"', ''],
])('%j goes with its comma', (path, gone, left) => {
  const text = edited(written, (before) => removeValue(before, path));
  expect(JSON.parse(text)).toBeTruthy();
  expect(text.replaceAll(/\s/g, '')).toBe(written.replace(gone, left).replaceAll(/\s/g, ''));
});

test('the only member goes, and one comes into an empty list', () => {
  expect(edited('{"a": [\n  1\n]}', (text) => removeValue(text, ['a', 0]))).toBe('{"a": []}');
  expect(edited('{\n  "a": []\n}', (text) => insertItem(text, ['a'], 0, '{\n  "b": 1\n}'))).toBe(
    '{\n  "a": [\n    {\n      "b": 1\n    }\n  ]\n}',
  );
});

test('a step moves with its own spaces', () => {
  const text = edited(written, (before) => moveStep(before, '/steps/0', 1)?.edits ?? []);
  expect(text).toBe(`{
  "id": "w",   "name" :"W",
  "steps": [
    {
      "id": "b",
      "transform": 1.0
    },
    { "id": "a", "transform": [1,  2] }
  ]
}`);
});

test.each([
  ['/steps/0', '/steps', 2, ['b', 'a'], '/steps/1'],
  ['/steps/1', '/steps', 0, ['b', 'a'], '/steps/0'],
])('%s goes before number %3$s of %2$s', (step, list, index, ids, selected) => {
  const moved = moveTo(written, step, list, index);
  const text = edited(written, () => moved?.edits ?? []);
  expect([JSON.parse(text).steps.map(({ id }: { id: string }) => id), moved?.selected]).toEqual([
    ids,
    selected,
  ]);
});

test('a step goes into a list of another, whose place has changed by then, and not into itself or where it is', () => {
  const text = '{"steps": [{"id": "a"}, {"id": "each", "steps": [{"id": "b"}]}]}';
  const moved = moveTo(text, '/steps/0', '/steps/1/steps', 1);
  expect(edited(text, () => moved?.edits ?? [])).toBe(
    '{"steps": [{"id": "each", "steps": [{"id": "b"}, {"id": "a"}]}]}',
  );
  expect(moved?.selected).toBe('/steps/0/steps/1');
  expect(moveTo(text, '/steps/1', '/steps/1/steps', 0)).toBeUndefined();
  expect([0, 1].map((index) => moveTo(text, '/steps/0', '/steps', index))).toEqual([undefined, undefined]);
});

test('a step is wrapped, and comes out again as it was', () => {
  const document = new EditorDocument(written);
  const wrapped = wrapStep(written, '/steps/1', 'for_each');
  document.edit(wrapped?.edits ?? []);
  expect(document.text()).toContain(`    {
      "id": "each",
      "for_each": [],
      "steps": [
        {
          "id": "b",
          "transform": 1.0
        }
      ]
    }`);
  expect(rawAt(document.text(), pathOf(document.text(), wrapped?.selected ?? ''))).toBe(
    '{\n  "id": "b",\n  "transform": 1.0\n}',
  );
});
