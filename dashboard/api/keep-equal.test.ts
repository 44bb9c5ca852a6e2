// What stays equal stays the same object.
import { expect, test } from 'vitest';
import { parseExactly } from '../../lib/exact-json.ts';
import { keepEqual } from './keep-equal.ts';

test('an equal value is the one before, whole', () => {
  const before = { items: [{ id: 'a', n: null }, { id: 'b' }] };
  expect(keepEqual(before, structuredClone(before))).toBe(before);
});

test('only what changed is new', () => {
  const before = { items: [{ id: 'a' }, { id: 'b' }], next: null };
  const after = { items: [{ id: 'a' }, { id: 'c' }], next: null };
  const kept = keepEqual(before, after);
  expect(kept).toEqual(after);
  expect(kept).toMatchObject({ items: [expect.toSatisfy((item) => item === before.items[0]), { id: 'c' }] });
  expect(keepEqual({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
  expect(keepEqual([1, 2], [1])).toEqual([1]);
  expect(keepEqual([1], { 0: 1 })).toEqual({ 0: 1 });
  expect(keepEqual({ a: undefined }, { b: undefined })).toStrictEqual({ b: undefined });
});

test('large numbers keep their digits, and are told apart', () => {
  const before = parseExactly('{"n":[9007199254740993]}');
  expect(keepEqual(before, parseExactly('{"n":[9007199254740993]}'))).toBe(before);
  const changed = keepEqual(before, parseExactly('{"n":[9007199254740995]}'));
  expect(JSON.stringify(changed)).toBe('{"n":[9007199254740995]}');
});
