// What is offered for what is begun, and what choosing writes.
import { expect, test } from 'vitest';
import type { Offer } from '../../../../lib/compiler/expressions/offers.ts';
import { fittingOffers, withOffer } from './completion.ts';

const offer = (text: string, kind: Offer['kind'] = 'field'): Offer => ({ text, kind, type: 'a string' });
const offers = [
  offer('$name', 'function'),
  offer('inputs', 'root'),
  offer('rename'),
  offer('name'),
  offer('`odd-name`'),
];

test.each([
  ['', ['rename', 'name', '`odd-name`', 'inputs', '$name']],
  ['na', ['name', 'rename', '`odd-name`', '$name']],
  ['NA', ['name', 'rename', '`odd-name`', '$name']],
  ['`od', ['`odd-name`']],
  ['inputs', []],
  ['x', []],
])('%j is begun: %j', (begun, texts) => {
  expect(fittingOffers(offers, begun).map(({ text }) => text)).toEqual(texts);
});

/** `|` is the caret. */
function chosen(marked: string, begun: number, text: string): string {
  const caret = marked.indexOf('|');
  const after = withOffer({ text: marked.replace('|', ''), caret }, caret - begun, text);
  return `${after.text.slice(0, after.caret)}|${after.text.slice(after.caret)}`;
}

test.each([
  ['{{ inputs.na| }}', 2, 'name', '{{ inputs.name| }}'],
  ['a {{ inputs.|', 0, 'name', 'a {{ inputs.name| }}'],
  ['{{ inputs.na|me & x }}', 2, 'name', '{{ inputs.name| & x }}'],
  ['{{ in| and {{ inputs.x }}', 2, 'inputs', '{{ inputs| }} and {{ inputs.x }}'],
  ['{{ inputs.`od|d-name` }}', 3, '`odd-name`', '{{ inputs.`odd-name`|-name` }}'],
])('%s becomes %s', (marked, begun, text, after) => {
  expect(chosen(marked, begun, text)).toBe(after);
});
