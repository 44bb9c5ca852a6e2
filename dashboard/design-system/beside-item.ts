// Where the focus goes when an item of a list is removed.

/** In the item after it, else in the one before it, else the title of the page: all of them stay. */
export function besideItem(inItem: Element | null): HTMLElement | null {
  const item = inItem?.closest('li');
  for (const beside of [item?.nextElementSibling, item?.previousElementSibling]) {
    const target = beside?.querySelector<HTMLElement>('a[href], button:not(:disabled)');
    if (target) return target;
  }
  return document.querySelector<HTMLElement>('h1[tabindex]');
}
