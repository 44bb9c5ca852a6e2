// The text of a workflow as people write it, and the one history of its changes.
import type { EditorState } from '@codemirror/state';
import { expect, test } from 'vitest';
import { parseExactly } from '../../../../lib/exact-json.ts';
import { EditorDocument } from './editor-document.ts';
import { isSame, textOf, tidy } from './workflow-text.ts';

test('the whole and each step stand on lines of their own, however short; large numbers keep their digits', () => {
  expect(textOf({ a: 1 })).toBe('{\n  "a": 1\n}\n');
  expect(textOf({ steps: [{ id: 'a', wait: { seconds: 1 } }] })).toBe(
    '{\n  "steps": [\n    {\n      "id": "a",\n      "wait": { "seconds": 1 }\n    }\n  ]\n}\n',
  );
  expect(textOf(parseExactly('{"n":[9007199254740993]}'))).toBe('{\n  "n": [9007199254740993]\n}\n');
});

test('of two texts beside each other only what they say differs, not how they are written', () => {
  const steps = [{ id: 'a', transform: [1, 2] }];
  const one = textOf({ id: 'w', steps });
  expect(tidy(JSON.stringify({ id: 'w', steps }))).toBe(one);
  expect(tidy(one.replaceAll('\n', '\r\n\t').replace('[1, 2]', '[\n1,2 ]'))).toBe(one);
  const lines = (text: string) => tidy(text).split('\n');
  const other = JSON.stringify({ id: 'w', steps: [{ id: 'a', transform: [1, 3] }] });
  expect(lines(other).filter((line) => !lines(one).includes(line))).toEqual(['      "transform": [1, 3]']);
  expect(tidy('{"id": ')).toBe('{"id": ');
});

test('the order of keys makes no difference, that of lists does', () => {
  expect(isSame({ a: { b: 1, c: [1, 2] }, d: 2 }, { d: 2, a: { c: [1, 2], b: 1 } })).toBe(true);
  expect(isSame({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  expect(isSame({ a: 1, version: 3, updated_by: 'ada' }, { a: 1 })).toBe(true);
});

test('nothing is no step of the history', () => {
  const document = new EditorDocument('same');
  let changes = 0;
  document.subscribe(() => {
    changes += 1;
  });
  document.replace('same');
  document.edit([]);
  document.type([], '/a');
  expect([document.canUndo, changes]).toEqual([false, 0]);
});

test('each edit is a step of its own, and keys that follow each other in one field are one', () => {
  const document = new EditorDocument('');
  const at = (offset: number, text: string) => [{ offset, length: 0, text }];
  document.edit(at(0, 'a'));
  document.edit(at(1, 'b'));
  document.undo();
  expect(document.text()).toBe('a');
  document.undo();
  document.type(at(0, 'c'), '/a');
  document.type(at(1, 'd'), '/a');
  document.undo();
  expect([document.text(), document.canUndo]).toEqual(['', false]);
  document.type(at(0, 'e'), '/a');
  document.type(at(1, 'f'), '/b');
  document.type(at(2, 'g'), '/b');
  document.undo();
  expect([document.text(), document.canUndo]).toEqual(['e', true]);
});

test('a selection ends where the text does', () => {
  const document = new EditorDocument('abc');
  document.select(1, 99);
  const { from, to } = document.state().selection.main;
  expect([from, to]).toEqual([1, 3]);
});

test('the end of a view that was replaced leaves the one that replaced it', () => {
  const document = new EditorDocument('abc');
  const shown: string[] = [];
  const view = (name: string) => ({
    dispatch: (transaction: { readonly state: EditorState }) => {
      shown.push(name);
      document.accept(transaction.state);
    },
    reveal: () => {},
  });
  const end = document.attach(view('first'));
  const endOther = document.attach(view('second'));
  end();
  document.replace('abcd');
  endOther();
  document.replace('abcde');
  expect([document.text(), shown]).toEqual(['abcde', ['second']]);
});
