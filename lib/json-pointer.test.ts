import { expect, test } from 'vitest';
import { valueAt } from './json-pointer.ts';

test.each<[string, unknown]>([
  ['', { a: [{ 'b/c': 1 }] }],
  ['/a/0/b~1c', 1],
  ['/a/1', undefined],
  ['/a/length', undefined],
  // Nothing that the document does not have itself.
  ['/toString', undefined],
  ['/__proto__/constructor/name', undefined],
])('%s', (pointer, value) => {
  expect(valueAt({ a: [{ 'b/c': 1 }] }, pointer)).toEqual(value);
});
