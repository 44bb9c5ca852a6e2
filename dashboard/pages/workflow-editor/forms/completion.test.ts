// What is offered for what is begun, and what choosing writes.
import { expect, test } from 'vitest';
import type { Offer } from '../../../../lib/compiler/expressions/offers.ts';
import { fittingOffers, overClosing, withOffer } from './completion.ts';

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

test.each([
  ['{{ inputs.a| }}', '{{ inputs.a }|}'],
  ['{{ inputs.a }|}', '{{ inputs.a }}|'],
  ['{{ inputs.a|}} b', '{{ inputs.a}|} b'],
  // The brace of an object within the expression.
  ['{{ {"a": 1| }}', undefined],
  ['{{ {"a": 1}| }}', '{{ {"a": 1} }|}'],
  ['{{ inputs.a|', undefined],
  ['{{ a }} and {| }}', undefined],
  ['a| }}', undefined],
])('a closing brace typed at %s', (marked, after) => {
  const caret = marked.indexOf('|');
  const text = marked.replace('|', '');
  const next = overClosing({ text, caret });
  expect(next === undefined ? undefined : `${text.slice(0, next)}|${text.slice(next)}`).toBe(after);
});
