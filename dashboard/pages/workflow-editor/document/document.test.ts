// The text that is edited: its history, drafts of it, and how a workflow becomes text and comes back.
import { expect, test } from 'vitest';
import { draftKey, forgetDraft, keepDraft, readDraft } from './drafts.ts';
import { EditorDocument } from './editor-document.ts';
import { freeId, newWorkflow } from './new-workflow.ts';
import { documentOf, isSame, textOf } from './workflow-text.ts';

function storage(room = Number.POSITIVE_INFINITY) {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > room) throw new DOMException('full', 'QuotaExceededError');
      kept.set(key, value);
    },
    removeItem: (key: string) => void kept.delete(key),
  };
}

test('an edit of several places is one step of the history, and undo brings back the text', () => {
  const document = new EditorDocument('{"a": 1, "b": 2}');
  document.edit([
    { offset: 6, length: 1, text: '10' },
    { offset: 14, length: 1, text: '20' },
  ]);
  expect(document.text()).toBe('{"a": 10, "b": 20}');
  document.undo();
  expect([document.text(), document.canUndo, document.canRedo]).toEqual(['{"a": 1, "b": 2}', false, true]);
  document.redo();
  expect(document.text()).toBe('{"a": 10, "b": 20}');
});

test('another text takes the place of the whole and is undone as one', () => {
  const document = new EditorDocument('abcabc');
  for (const text of ['abcabcabc', '', 'xbc', 'abcabc']) document.replace(text);
  expect(document.text()).toBe('abcabc');
  expect(new EditorDocument('same').replace('same')).toBeUndefined();
});

test('a draft comes back with what it began with, for its user and workflow alone', () => {
  const room = storage();
  const draft = { text: '{}', at: 5, base: { text: '', etag: '"1"', version: 1 } };
  expect(keepDraft(room, draftKey('ada', 'mail'), draft)).toBe(true);
  expect(readDraft(room, draftKey('ada', 'mail'))).toEqual(draft);
  expect(readDraft(room, draftKey('grace', 'mail'))).toBeUndefined();
  forgetDraft(room, draftKey('ada', 'mail'));
  expect(readDraft(room, draftKey('ada', 'mail'))).toBeUndefined();
});

test.each(['{', '[]', '{"text": 1}', '{"text": "", "at": 1, "base": {}}'])('%s is no draft', (text) => {
  const room = storage();
  room.setItem(draftKey('ada', 'mail'), text);
  expect(readDraft(room, draftKey('ada', 'mail'))).toBeUndefined();
});

test('a browser without room says so', () => {
  expect(keepDraft(storage(10), 'k', { text: 'x'.repeat(20), at: 1 })).toBe(false);
});

test('a workflow becomes text of short lines without what the store adds, each step on lines of its own', () => {
  const workflow = {
    id: 'w',
    steps: [{ id: 'a', action: 'x.y', params: { list: [1, 2], text: 'x'.repeat(90) } }],
    version: 3,
    updated_by: 'ada',
  };
  const text = textOf(workflow);
  expect(text).toBe(`{
  "id": "w",
  "steps": [
    {
      "id": "a",
      "action": "x.y",
      "params": {
        "list": [1, 2],
        "text": "${'x'.repeat(90)}"
      }
    }
  ]
}
`);
  expect(isSame(documentOf(text), { ...workflow, version: 4 })).toBe(true);
  expect(isSame(documentOf(text), { ...workflow, id: 'v' })).toBe(false);
});

test('what is no object is no document', () => {
  expect(['[]', '"x"', '{', ''].map(documentOf)).toEqual([undefined, undefined, undefined, undefined]);
});

test('an example is begun under an id that is free, and without the address of its schema', () => {
  const example = '{\n  "$schema": "./workflow.schema.json",\n  "id": "mail",\n  "steps": []\n}\n';
  expect(newWorkflow(example, new Set(['mail', 'mail_2']))).toBe('{\n  "id": "mail_3",\n  "steps": []\n}\n');
  expect(newWorkflow(example, new Set())).toBe('{\n  "id": "mail",\n  "steps": []\n}\n');
  expect(freeId('a'.repeat(48), new Set(['a'.repeat(48)])).length).toBeLessThanOrEqual(48);
});
