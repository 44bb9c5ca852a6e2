// How far back an earlier try's issue or comment is looked for.
import { expect, test } from 'vitest';
import { findMarked, marker } from './github-issues.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const page = (count: number, more: { body?: string | null; age?: number } = {}) =>
  Array.from({ length: count }, () => ({ body: 'text', age: 0, ...more }));
/** What is found, and how many pages were asked for. */
async function found(
  pages: readonly ReturnType<typeof page>[],
  isOlder?: (item: { age: number }) => boolean,
) {
  const asked: number[] = [];
  const list = async (number: number) => {
    asked.push(number);
    return pages[number - 1] ?? [];
  };
  return { item: await findMarked<{ body: string | null; age: number }>(KEY, list, isOlder), asked };
}
const marked = { body: `Hello\n\n${marker(KEY)}`, age: 0 };

test('pages are read until the mark is found, or a page is not full', async () => {
  expect(await found([page(100), page(100), [...page(99), marked], page(3)])).toEqual({
    ...{ item: marked, asked: [1, 2, 3] },
  });
  expect(await found([page(100), page(99), [marked]])).toEqual({ item: undefined, asked: [1, 2] });
  expect((await found([page(100, { body: null }), []])).asked).toEqual([1, 2]);
});

test('nothing is looked at that is older than the first try', async () => {
  const isOlder = ({ age }: { age: number }) => age > 10;
  const pages = [page(100), [...page(98), marked, { body: 'old', age: 11 }], page(100)];
  expect(await found(pages, isOlder)).toMatchObject({ item: marked, asked: [1, 2] });
  expect(await found([page(100), page(100, { age: 11 }), [marked]], isOlder)).toEqual({
    ...{ item: undefined, asked: [1, 2] },
  });
});
