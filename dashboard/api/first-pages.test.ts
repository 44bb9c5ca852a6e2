// Which pages are asked for, and what is said of the rest.
import { expect, test } from 'vitest';
import { firstPages } from './first-pages.ts';

const pages = [[1, 2], [], [3]];
const read = async (most: number) => {
  const asked: (string | undefined)[] = [];
  const found = await firstPages(most, async (cursor) => {
    asked.push(cursor);
    const at = Number(cursor ?? 0);
    return { body: { items: pages[at] ?? [], next_cursor: at + 1 < pages.length ? `${at + 1}` : null } };
  });
  return { ...found, asked };
};

test('pages follow one another until the last, an empty one among them', async () => {
  expect(await read(10)).toEqual({ items: [1, 2, 3], hasMore: false, asked: [undefined, '1', '2'] });
});

test('no more pages than wanted are asked for, and that there are more is said', async () => {
  expect(await read(2)).toEqual({ items: [1, 2], hasMore: true, asked: [undefined, '1'] });
  expect(await read(3)).toMatchObject({ items: [1, 2, 3], hasMore: false });
});
