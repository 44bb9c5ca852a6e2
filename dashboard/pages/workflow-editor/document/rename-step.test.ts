// A step gets another id, and so does whatever names it, in one step of the history.
import { expect, test } from 'vitest';
import { renameEdits, stepUses } from '../../../../lib/compiler/step-uses.ts';
import { allSteps, outlineOf } from '../../../workflow/outline.ts';
import { EditorDocument } from './editor-document.ts';
import { renameStep, usersOf, whyNotCalled } from './rename-step.ts';

const written = `{
  "id": "w",
  "steps": [
    {"id":"fetch",  "action": "gmail.list_messages"},
    { "id": "each", "for_each": "{{ steps.fetch.messages }}", "steps": [
      { "id": "inner", "for_each": "{{ steps.each.item.attachments }}", "steps": [
        { "id": "say", "transform": "{{ steps.each.item.from }} {{ steps.inner.index }} {{ item.fetch }}" }
      ]}
    ]},
    { "id": "last", "when": "{{ $count(steps.fetch.messages[from = steps.fetch]) > 0 }}", "transform": "\\u007b{ steps.fetch }}" }
  ],
  "output": { "n": "{{ $count(steps.each) }}" }
}`;
const find = async (text: string, from: string, to: string) => renameEdits(text, from, to);

test('typing an id key by key renames what names the step at each key, and one undo brings back the bytes', async () => {
  const document = new EditorDocument(written);
  const ids = ['fetch_', 'fetch_m', 'and'];
  for (const [index, id] of ids.entries()) await renameStep(document, '/steps/0', id, index > 0, find);
  expect(document.text()).toBe(
    written
      .replace('"id":"fetch"', '"id":"and"')
      .replace('steps.fetch.messages }}', 'steps.`and`.messages }}')
      .replace('$count(steps.fetch.messages', '$count(steps.`and`.messages')
      .replace('{ steps.fetch }}', '{ steps.`and` }}'),
  );
  document.undo();
  expect([document.text(), document.canUndo]).toEqual([written, false]);
  document.redo();
  expect(document.text()).toContain('"id":"and"');
});

test('of nested loops each keeps its own name', async () => {
  const document = new EditorDocument(written);
  await renameStep(document, '/steps/1', 'mails', false, find);
  expect(document.text()).toBe(written.replace('"each"', '"mails"').replaceAll('steps.each', 'steps.mails'));
});

test('what is written while the places are looked for is kept, and renamed too', async () => {
  const document = new EditorDocument(written);
  let asked = 0;
  await renameStep(document, '/steps/0', 'mails', false, async (text, from, to) => {
    asked += 1;
    if (asked === 1) document.replace(text.replace('"w"', '"v{{ steps.fetch }}"'));
    return renameEdits(text, from, to);
  });
  expect(asked).toBe(2);
  expect(document.text()).toContain('"v{{ steps.mails }}"');
});

test('a step that is renamed after another change is a step of the history of its own', async () => {
  const document = new EditorDocument(written);
  document.type([{ offset: written.indexOf('"w"') + 1, length: 0, text: 'x' }], '/id');
  await renameStep(document, '/steps/0', 'mails', false, find);
  document.undo();
  expect(document.text()).toBe(written.replace('"w"', '"xw"'));
});

const outline = outlineOf(JSON.parse(written));

test.each([
  ['mail', undefined],
  ['fetch', undefined],
  ['each', 'There is another step of this id. It is not renamed yet'],
  ['say', 'There is another step of this id. It is not renamed yet'],
  ['', 'Letters, digits and _, with no digit first, at most 64. It is not renamed yet'],
  ['a b', 'Letters, digits and _, with no digit first, at most 64. It is not renamed yet'],
])('fetch may be called %j: %s', (id, why) => {
  const [fetch] = allSteps(outline.steps);
  expect(fetch && whyNotCalled(outline, fetch, id)).toBe(why);
});

test.each([
  ['/steps/0', ['each', 'last']],
  ['/steps/1', ['output']],
  ['/steps/1/steps/0', []],
  ['/steps/2', []],
])('what uses %s', (step, users) => {
  expect(usersOf(outline, step, stepUses(JSON.parse(written)))).toEqual(users);
});
