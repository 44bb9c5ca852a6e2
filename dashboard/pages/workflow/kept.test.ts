// What the browser keeps: keys of starts without an answer, and the values used last.
import { expect, test } from 'vitest';
import { parseExactly } from '../../../lib/exact-json.ts';
import { attemptAnswered, keyOfAttempt } from '../../workflow/attempts.ts';
import { forgetLastValues, keepLastValues, readLastValues } from './last-values.ts';

function createStorage(limit = Number.POSITIVE_INFINITY) {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > limit) throw new DOMException('full', 'QuotaExceededError');
      kept.set(key, value);
    },
    removeItem: (key: string) => void kept.delete(key),
  };
}

test('an input has one key until it is answered, and another key each time after', () => {
  const storage = createStorage();
  const first = keyOfAttempt(storage, 'mail', '{"a":1}');
  const other = keyOfAttempt(storage, 'mail', '{"a":2}');
  expect(keyOfAttempt(storage, 'mail', '{"a":1}')).toBe(first);
  expect(new Set([first, other, keyOfAttempt(storage, 'digest', '{"a":1}')]).size).toBe(3);
  attemptAnswered(storage, 'mail', '{"a":1}');
  expect(keyOfAttempt(storage, 'mail', '{"a":2}')).toBe(other);
  expect(keyOfAttempt(storage, 'mail', '{"a":1}')).not.toBe(first);
});

test('a storage without room keeps the key for as long as the page is open', () => {
  const storage = createStorage(10);
  const key = keyOfAttempt(storage, 'large', '{"a":1}');
  expect(keyOfAttempt(storage, 'large', '{"a":1}')).toBe(key);
  attemptAnswered(storage, 'large', '{"a":1}');
  expect(keyOfAttempt(storage, 'large', '{"a":1}')).not.toBe(key);
});

test('values are kept by user and workflow, with their digits, and no secrets among them', () => {
  const storage = createStorage();
  const input = parseExactly(
    '{"repo":"a","id":9007199254740993,"api_key":"s","db":{"Password":"s","port":1,"list":[{"access_token":"s"}]}}',
  );
  keepLastValues(storage, 'ada', 'mail', Object.fromEntries(Object.entries(input ?? {})));
  expect(storage.getItem('inputs:ada:mail')).toBe(
    '{"repo":"a","id":9007199254740993,"db":{"port":1,"list":[{}]}}',
  );
  expect(JSON.stringify(readLastValues(storage, 'ada', 'mail').input)).toBe(
    storage.getItem('inputs:ada:mail'),
  );
  expect(readLastValues(storage, 'bob', 'mail')).toEqual({ keeps: true, input: undefined });
});

test('values that are not to be kept any more are gone, and none are kept until asked for', () => {
  const storage = createStorage();
  keepLastValues(storage, 'ada', 'mail', { a: 1 });
  forgetLastValues(storage, 'ada', 'mail', { keeps: false });
  expect(readLastValues(storage, 'ada', 'mail')).toEqual({ keeps: false, input: undefined });
  expect([...storage.kept.values()]).toEqual(['off']);
  forgetLastValues(storage, 'ada', 'mail', { keeps: true });
  expect(storage.kept.size).toBe(0);
});

test('what is too large, and what somebody else wrote there, is nothing', () => {
  const storage = createStorage();
  keepLastValues(storage, 'ada', 'mail', { a: 1 });
  keepLastValues(storage, 'ada', 'mail', { a: 'x'.repeat(100_000) });
  expect(storage.kept.size).toBe(0);
  storage.setItem('inputs:ada:mail', '[1');
  expect(readLastValues(storage, 'ada', 'mail')).toEqual({ keeps: true, input: undefined });
});
