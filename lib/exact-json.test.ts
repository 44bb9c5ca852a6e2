// Large whole numbers on their way through.
import { expect, test } from 'vitest';
import { digitsOf, parseExactly } from './exact-json.ts';

test.each([
  ['{"id":8202522731445525542}', '{"id":8202522731445525542}'],
  ['[9007199254740993, -9223372036854775808]', '[9007199254740993,-9223372036854775808]'],
  ['{"a":{"b":[18446744073709551615]}}', '{"a":{"b":[18446744073709551615]}}'],
  // What a JavaScript number holds is written as ever.
  [
    '[9007199254740991, 1.50, 1e3, -0.5, 12345678901234567890.5]',
    '[9007199254740991,1.5,1000,-0.5,12345678901234567000]',
  ],
  ['{"a":1,"a":8202522731445525542}', '{"a":8202522731445525542}'],
  ['{"__proto__":{"id":8202522731445525542}}', '{"__proto__":{"id":8202522731445525542}}'],
  ['"8202522731445525542"', '"8202522731445525542"'],
])('%s is passed on as %s', (text, expected) => {
  expect(JSON.stringify(parseExactly(text))).toBe(expected);
});

test('the digits of a kept number can be read, and those of nothing else', () => {
  expect(digitsOf(parseExactly('8202522731445525542'))).toBe('8202522731445525542');
  expect([1, '1', null, {}, { rawJSON: '1' }].map(digitsOf)).toEqual(Array(5).fill(undefined));
});

test('a number that JavaScript holds stays a number', () => {
  expect(parseExactly('{"a":5,"b":9007199254740991}')).toEqual({ a: 5, b: 9007199254740991 });
});

test('what is no JSON is refused', () => {
  expect(() => parseExactly('{"a":01}')).toThrow(SyntaxError);
});
