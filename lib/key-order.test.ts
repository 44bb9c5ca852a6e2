// The order of keys survives what reads them.
import { expect, test } from 'vitest';
import { inOrderOf } from './key-order.ts';

test.each([
  [{ b: 1, a: { d: 1, c: 2 } }, { a: { c: 2, d: 1 }, b: 1 }, '{"b":1,"a":{"d":1,"c":2}}'],
  [{ b: 1 }, { a: 1, b: 1, c: 1 }, '{"b":1,"a":1,"c":1}'],
  [{ gone: 1, b: 1 }, { a: 1, b: 1 }, '{"b":1,"a":1}'],
  [
    [{ b: 1, a: 1 }],
    [
      { a: 1, b: 1 },
      { a: 1, b: 1 },
    ],
    '[{"b":1,"a":1},{"a":1,"b":1}]',
  ],
  ['text', { a: 1, b: 1 }, '{"a":1,"b":1}'],
  [{ a: [] }, { a: { c: null, b: false } }, '{"a":{"c":null,"b":false}}'],
  [JSON.parse('{"__proto__": 1, "a": 2}'), JSON.parse('{"a": 2, "__proto__": 1}'), '{"__proto__":1,"a":2}'],
])('%j orders %j', (written, value, ordered) => {
  expect(JSON.stringify(inOrderOf(written, value))).toBe(ordered);
});
