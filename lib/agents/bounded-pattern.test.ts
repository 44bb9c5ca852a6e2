// Patterns of schemas, matched against texts that anybody may have written.
import { expect, test } from 'vitest';
import { boundedRegExp, firstMatch, PatternTooSlow } from './bounded-pattern.ts';
import { schemaMismatch } from './tools.ts';

const ENDLESS = '^(?=(a+)+$)(a+)+$';
const victim = `${'a'.repeat(60)}!`;
const schema = (pattern: string) => ({ type: 'object', properties: { a: { type: 'string', pattern } } });

test('a pattern that backtracks without end is a mismatch that says so', () => {
  expect(schemaMismatch({ a: victim }, schema(ENDLESS))).toBe(
    `The pattern ${ENDLESS} takes too long to match`,
  );
});

test('other patterns match as ever, each by itself', () => {
  const two = {
    type: 'object',
    properties: { a: { type: 'string', pattern: '^\\p{Lu}' }, b: { type: 'string', pattern: '^[0-9]+$' } },
    patternProperties: { '^x-': { type: 'number' } },
  };
  expect(schemaMismatch({ a: 'Éa', b: '12', 'x-1': 1 }, two)).toBeUndefined();
  expect(schemaMismatch({ a: 'éa', b: 'Aa', 'x-1': '1' }, two)).toBe(
    '/a must match ^\\p{Lu}; /b must match ^[0-9]+$; /x-1 must be a number',
  );
});

test('the first text that matches is found, and a slow pattern stops at its limit', () => {
  expect(firstMatch('^b', 'u', ['a', 'b1', 'b2'])).toBe('b1');
  expect(firstMatch('^c', 'u', ['a', 'b1', 'b2'])).toBeUndefined();
  expect(() => firstMatch(ENDLESS, 'u', ['b', victim])).toThrow(PatternTooSlow);
  expect(() => boundedRegExp('(', 'u')).toThrow(SyntaxError);
});
