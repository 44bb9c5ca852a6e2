// Saved views of the list of runs.
import { expect, test } from 'vitest';
import { readViews, renamed, withView } from './views.ts';

const a = { name: 'a', search: '?status=failed' };
const b = { name: 'b', search: '' };

test('what is stored and no view is left out', () => {
  expect(readViews(JSON.stringify([a, null, 1, { name: 'x' }, { name: '', search: '' }, b]))).toEqual([a, b]);
  expect(readViews(JSON.stringify([{ name: 'x', search: 'javascript:alert(1)' }]))).toEqual([]);
  expect([readViews(null), readViews('{'), readViews('{}')]).toEqual([[], [], []]);
});

test('a view of the same name is replaced in its place', () => {
  expect(withView([a, b], { name: 'a', search: '?id=1' })).toEqual([{ name: 'a', search: '?id=1' }, b]);
  expect(withView([a], b)).toEqual([a, b]);
});

test('no two views have one name', () => {
  expect(renamed([a, b], 'a', 'b')).toBeUndefined();
  expect(renamed([a, b], 'a', 'c')).toEqual([{ ...a, name: 'c' }, b]);
  expect(renamed([a, b], 'a', 'a')).toEqual([a, b]);
});

test('fifty views are kept, the oldest goes', () => {
  const many = Array.from({ length: 51 }, (_, n) => ({ name: `v${n}`, search: '' }));
  expect(readViews(JSON.stringify(many))).toEqual(many.slice(0, 50));
  expect(withView(many.slice(0, 50), { name: 'new', search: '' }).map(({ name }) => name)).toEqual([
    ...many.slice(1, 50).map(({ name }) => name),
    'new',
  ]);
});
