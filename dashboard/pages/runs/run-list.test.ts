// What newer answers change of the runs that are shown.
import { expect, test } from 'vitest';
import {
  emptyList,
  nextPageSize,
  type Run,
  rowsAhead,
  showWaiting,
  withFirstPage,
  withNextPage,
  withRowsFrom,
} from './run-list.ts';
import { run } from './testing/run.ts';

const page = (seconds: readonly number[], next_cursor: string | null = null) => ({
  items: seconds.map((second) => run(second)),
  next_cursor,
});
const secondsOf = ({ rows }: { readonly rows: readonly Run[] }) =>
  rows.map(({ id }) => Number(id.split('.')[1]));

test('new runs come first where nobody reads, and wait where somebody does', () => {
  const list = withNextPage(withFirstPage(emptyList, page([5, 4], 'a'), false), page([3, 2]));
  expect(secondsOf(list)).toEqual([5, 4, 3, 2]);
  expect(list.next).toBeNull();
  expect(secondsOf(withFirstPage(list, page([7, 6, 5], 'b'), false))).toEqual([7, 6, 5, 4, 3, 2]);

  const held = withFirstPage(list, page([7, 6, 5], 'b'), true);
  expect(secondsOf(held)).toEqual([5, 4, 3, 2]);
  expect(held.waiting).toMatchObject({ count: 2, hasMore: false });
  const after = showWaiting(held);
  expect(secondsOf(after)).toEqual([7, 6, 5, 4, 3, 2]);
  expect(after.waiting).toBeUndefined();
  expect(after.next).toBeNull();
});

test('more new runs than a page has begin the list anew, since those between are not known', () => {
  const list = withFirstPage(emptyList, page([2, 1]), false);
  const held = withFirstPage(list, page([9, 8], 'c'), true);
  expect(held.waiting).toMatchObject({ count: 2, hasMore: true });
  const after = showWaiting(held);
  expect(secondsOf(after)).toEqual([9, 8]);
  expect(after.next).toBe('c');
});

test('a run changes in its place, and what did not change is the same object', () => {
  const list = withFirstPage(
    emptyList,
    { items: [run(2, { status: 'running' }), run(1)], next_cursor: null },
    false,
  );
  const after = withFirstPage(list, page([2, 1]), true);
  expect(after.rows.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  expect(after.rows[1]).toBe(list.rows[1]);
  expect(withFirstPage(after, page([2, 1]), true).rows).toBe(after.rows);
});

test('a run that the filters let through no longer stays while somebody reads, and is marked', () => {
  const list = withFirstPage(emptyList, page([4, 3, 2, 1]), false);
  const held = withFirstPage(list, page([4, 2], 'x'), true);
  expect(secondsOf(held)).toEqual([4, 3, 2, 1]);
  expect([...held.gone]).toEqual(['greeting.3']);
  expect(secondsOf(showWaiting(withFirstPage(held, page([5, 4, 2], 'y'), true)))).toEqual([5, 4, 2, 1]);
  expect(secondsOf(withFirstPage(held, page([4, 2], 'x'), false))).toEqual([4, 2, 1]);
  expect(secondsOf(showWaiting(held))).toEqual([4, 2, 1]);
  // It may come back, as by a redrive.
  expect(withFirstPage(held, page([4, 3, 2], 'x'), true).gone.size).toBe(0);
});

test('rows further down are brought up to date from one of them on', () => {
  const list = withFirstPage(
    emptyList,
    {
      items: [run(4), run(3, { status: 'running' }), run(2, { status: 'running' }), run(1)],
      next_cursor: 'n',
    },
    false,
  );
  const from = list.rows[1] as Run;
  const after = withRowsFrom(list, { items: [run(3), run(1)], next_cursor: 'm' }, from);
  expect(after.rows.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'running', 'succeeded']);
  expect([...after.gone]).toEqual(['greeting.2']);
  expect(after.next).toBe('n');
});

test('an empty page that is followed by others says nothing of the rows', () => {
  const list = withFirstPage(emptyList, page([2, 1]), false);
  expect(withFirstPage(list, page([], 'further'), true).gone.size).toBe(0);
  expect(withFirstPage(list, page([]), true).gone.size).toBe(2);
});

test('a run that two pages have is shown once', () => {
  const list = withFirstPage(emptyList, page([3, 2], 'a'), false);
  expect(secondsOf(withNextPage(list, page([2, 1])))).toEqual([3, 2, 1]);
});

test('who scrolls to row 50,000 comes there by few requests, and who does not scroll by small ones', () => {
  const sizes: number[] = [];
  let rows = 50;
  while (rows < 50_000) {
    sizes.push(nextPageSize(rows));
    rows += nextPageSize(rows);
  }
  expect(sizes.slice(0, 5)).toEqual([100, 150, 300, 600, 1000]);
  expect(sizes).toHaveLength(53);
  // At first the second page is read, and nothing more.
  expect([30 >= 50 - rowsAhead(30), 30 >= 150 - rowsAhead(30)]).toEqual([true, false]);
  expect(rowsAhead(2000)).toBe(2000);
  expect(rowsAhead(50_000)).toBe(5000);
});

test('a page that comes twice adds its runs once', () => {
  const list = withNextPage(withFirstPage(emptyList, page([5, 4], 'a'), false), page([3, 2], 'b'));
  expect(secondsOf(withNextPage(list, page([3, 2], 'b')))).toEqual([5, 4, 3, 2]);
});

test('runs that started at once stand by their ids, as the API sorts them', () => {
  const at = (...ids: string[]) => ids.map((id) => ({ ...run(1), id }));
  const list = withFirstPage(emptyList, { items: at('greeting.a', 'greeting.c'), next_cursor: 'n' }, false);
  const after = withNextPage(list, {
    items: at('greeting.b', 'greeting.c', 'greeting.d'),
    next_cursor: null,
  });
  expect(after.rows.map(({ id }) => id)).toEqual(['greeting.a', 'greeting.c', 'greeting.d']);
  const newer = { items: at('greeting.a', 'greeting.b', 'greeting.c'), next_cursor: 'n' };
  expect(withFirstPage(list, newer, false).rows.map(({ id }) => id)).toEqual([
    'greeting.a',
    'greeting.b',
    'greeting.c',
  ]);
});

test('a page with as many runs as there are rows says what follows; one with fewer does not', () => {
  const list = withFirstPage(emptyList, page([2, 1]), false);
  expect(withFirstPage(list, page([3, 2, 1], 'more'), false).next).toBe('more');
  const longer = withNextPage(withFirstPage(emptyList, page([4, 3], 'a'), false), page([2, 1], 'b'));
  expect(withFirstPage(longer, page([5, 4, 3], 'other'), false).next).toBe('b');
});
