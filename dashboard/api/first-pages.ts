// The first pages of a list of the API, as one.

interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

export interface FirstPages<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/**
 * @param most how many pages are read
 * @param ask asks for the page at a cursor; undefined is the first one
 */
export async function firstPages<Item>(
  most: number,
  ask: (cursor: string | undefined) => Promise<{ readonly body: ListPage<Item> }>,
): Promise<FirstPages<Item>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < most; page += 1) {
    const { body } = await ask(cursor);
    items.push(...body.items);
    cursor = body.next_cursor ?? undefined;
    if (cursor === undefined) break;
  }
  return { items, hasMore: cursor !== undefined };
}
