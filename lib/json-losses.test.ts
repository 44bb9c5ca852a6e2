// What JSON.parse would lose of a JSON text.
import { expect, test } from 'vitest';
import { jsonLosses } from './json-losses.ts';
import { SourceText } from './source-text.ts';

const losses = (text: string, options = {}) => jsonLosses(new SourceText(text), options);

test.each([
  ['{"a": 1, "b": {"a": 2}, "c": [{"a": 1}, {"a": 1}]}', []],
  ['{"a": 1, "a": 2}', ['/a 9 1:2']],
  ['{"a": {"b": 1, "\\u0062": 2}, "a": 3, "a": 4}', ['/a/b 15 1:8', '/a 29 1:2', '/a 37 1:2']],
  ['[{"x": "{", "x": "}"}, [[{"a/~b": 1, "a/~b": 2}]]]', ['/0/x 12 1:3', '/1/0/0/a~1~0b 37 1:27']],
  ['{"__proto__": 1, "__proto__": 2}', ['/__proto__ 17 1:2']],
  ['{"a": "a", "b": "a", "": 1, "": 2}', ['/ 28 1:22']],
  ['5', []],
])('keys that stand twice: %s', (text, expected) => {
  const places = losses(text).map(({ code, pointer, offset, hint }) => {
    expect(code).toBe('duplicate-key');
    return `${pointer} ${offset} ${/line (\d+), column (\d+)/.exec(hint)?.slice(1).join(':')}`;
  });
  expect(places).toEqual(expected);
});

test('at most a hundred are found, at any depth', () => {
  expect(losses(`{${'"a": 1, '.repeat(1000)}"a": 1}`)).toHaveLength(100);
  expect(losses(`${'['.repeat(100_000)}{"a": 1, "a": 2}${']'.repeat(100_000)}`)).toHaveLength(1);
});

const digits = (number: string, becomes: string) =>
  `${number} has more digits than are kept: it would become ${becomes}`;

test.each([
  ['8202522731445525542', digits('8202522731445525542', '8202522731445525504')],
  ['9007199254740993', digits('9007199254740993', '9007199254740992')],
  ['-9007199254740993', digits('-9007199254740993', '-9007199254740992')],
  ['100000000000000000000001', digits('100000000000000000000001', '100000000000000008388608')],
  // A double has these.
  ['9007199254740992', undefined],
  ['100000000000000000000', undefined],
  ['1.7976931348623157e308', undefined],
  // Fractions are never exact.
  ['3.14159265358979323846', undefined],
  ['1e-400', undefined],
  ['1e400', '1e400 is larger than any number that is kept, 1.8e308'],
  ['-1E+309', '-1E+309 is smaller than any number that is kept, -1.8e308'],
  ['1.5e400', '1.5e400 is larger than any number that is kept, 1.8e308'],
  [`1${'0'.repeat(400)}`, `1${'0'.repeat(59)}… is larger than any number that is kept, 1.8e308`],
  ['"1e400"', undefined],
])('the number %s', (number, message) => {
  const expected =
    message === undefined ? [] : [{ code: 'inexact-number', pointer: '/a/1', offset: 10, message }];
  expect(losses(`{"a": [1, ${number}]}`)).toMatchObject(expected);
  expect(losses(`{"a": [1, ${number}]}`)).toHaveLength(expected.length);
});

test('where digits are kept, only what no number can be is lost', () => {
  expect(losses('[8202522731445525542, 1e400]', { keepsDigits: true }).map(({ pointer }) => pointer)).toEqual(
    ['/1'],
  );
});
