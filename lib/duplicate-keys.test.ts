// Keys that stand twice in an object of a JSON text.
import { expect, test } from 'vitest';
import { duplicateKeys } from './duplicate-keys.ts';

test.each([
  ['{"a": 1, "b": {"a": 2}, "c": [{"a": 1}, {"a": 1}]}', []],
  ['{"a": 1, "a": 2}', ['/a 9 1']],
  ['{"a": {"b": 1, "\\u0062": 2}, "a": 3, "a": 4}', ['/a/b 15 7', '/a 29 1', '/a 37 1']],
  ['[{"x": "{", "x": "}"}, [[{"a/~b": 1, "a/~b": 2}]]]', ['/0/x 12 2', '/1/0/0/a~1~0b 37 26']],
  ['{"__proto__": 1, "__proto__": 2}', ['/__proto__ 17 1']],
  ['{"a": "a", "b": "a", "": 1, "": 2}', ['/ 28 21']],
  ['5', []],
])('%s', (text, expected) => {
  expect(duplicateKeys(text).map(({ pointer, offset, first }) => `${pointer} ${offset} ${first}`)).toEqual(
    expected,
  );
});

test('at most a hundred are found, at any depth', () => {
  expect(duplicateKeys(`{${'"a": 1, '.repeat(1000)}"a": 1}`)).toHaveLength(100);
  expect(duplicateKeys(`${'['.repeat(100_000)}{"a": 1, "a": 2}${']'.repeat(100_000)}`)).toHaveLength(1);
});
