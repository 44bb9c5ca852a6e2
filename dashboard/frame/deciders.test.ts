// Who may decide, and the count of what waits for a role.
import { expect, test } from 'vitest';
import { countText, mayDecide } from './deciders.ts';

test.each([
  ['admin', 'admin', true],
  ['admin', 'editor', true],
  ['editor', 'editor', true],
  ['editor', 'admin', false],
  ['viewer', 'editor', false],
  ['', 'editor', false],
] as const)('%s may decide what needs %s: %s', (role, needed, may) => {
  expect(mayDecide(role, needed)).toBe(may);
});

test('the count has what the role may decide, and says when there may be more', () => {
  const items = [{ role: 'editor' }, { role: 'admin' }, { role: 'editor' }] as const;
  expect(countText({ items, next_cursor: null }, 'editor')).toBe('2');
  expect(countText({ items, next_cursor: null }, 'admin')).toBe('3');
  expect(countText({ items, next_cursor: 'c' }, 'admin')).toBe('3+');
  expect(countText({ items, next_cursor: null }, 'viewer')).toBeUndefined();
  expect(countText(undefined, 'admin')).toBeUndefined();
});
