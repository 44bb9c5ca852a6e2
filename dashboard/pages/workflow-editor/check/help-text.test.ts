// Help in the expressions of a JSON text, at any place of it.
import { expect, test } from 'vitest';
import { catalogue } from '../../../../lib/compiler/testing/catalogue.ts';
import { explain, offersIn } from './help-text.ts';

const account = {
  actions: catalogue,
  deployment: { function_arn_prefix: '', state_machine_arn_prefix: '', api_url: '' },
};
/** `|` is the place. */
function at(marked: string): [string, number] {
  const text = JSON.stringify({
    id: 'w',
    inputs: { name: { type: 'string' } },
    steps: [
      { id: 'fetch', action: 'gmail.list_messages', params: {} },
      { id: 'a', transform: marked },
    ],
  });
  return [text.replace('|', ''), text.indexOf('|')];
}

test.each([
  ['{{ inputs.| }}', 'name', 0],
  ['é"\n{{ inputs.na|', 'name', 2],
  ['{{ 1 }} {{ steps.| }}', 'fetch', 0],
])('%j offers %s', (marked, first, length) => {
  const [text, offset] = at(marked);
  const found = offersIn(text, { offset }, account);
  expect([found?.offers[0]?.text, found?.from]).toEqual([first, offset - length]);
});

test.each(['inputs.|', '{{ 1 }} inputs.|', '|'])('%j is in no expression', (marked) => {
  const [text, offset] = at(marked);
  expect(offersIn(text, { offset }, account)).toBeUndefined();
});

test('what stands at the place is explained with its place in the text', () => {
  const [text, offset] = at('x "é" {{ steps.fetch.messages[0].sub|ject }}');
  const found = explain(text, { offset }, account);
  expect(found).toMatchObject({ type: 'a string', names: ['steps', 'fetch', 'messages', 'subject'] });
  expect(text.slice(found?.from, found?.to)).toBe('subject');
});

test('in a text that is no JSON there is no help', () => {
  const [text, offset] = at('{{ inputs.| }}');
  expect(offersIn(`${text}}`, { offset }, account)).toBeUndefined();
});

/** `|` is the place in what is written into a field. */
function inField(marked: string, isJson: boolean) {
  const [text] = at('nothing');
  const written = marked.replace('|', '');
  const place = { offset: marked.indexOf('|'), pointer: '/steps/1/transform', written, isJson };
  const document = JSON.parse(text);
  if (!isJson) document.steps[1].transform = written;
  return { text: JSON.stringify(document), place };
}

test.each([
  ['{{ inputs.na|me }}', false, 'name', 2],
  ['a "b" {{ steps.|', false, 'fetch', 0],
  ['{"a": ["é\\" {{ inputs.n|"]}', true, 'name', 1],
  ['["{{ inputs.|', true, 'name', 0],
])('in a field, %j (as JSON: %s) offers %s', (marked, isJson, first, length) => {
  const { text, place } = inField(marked, isJson);
  const found = offersIn(text, place, account);
  expect([found?.offers[0]?.text, found?.from]).toEqual([first, place.offset - length]);
});

test('in a field a name is explained with its place there', () => {
  const { text, place } = inField('["x {{ steps.fetch.messages[0].sub|ject }}"]', true);
  const found = explain(text, place, account);
  expect(found).toMatchObject({ type: 'a string', names: ['steps', 'fetch', 'messages', 'subject'] });
  expect(place.written.slice(found?.from, found?.to)).toBe('subject');
});
