// Who may decide an approval, and how many a user may.

/** @param needed the least role that may decide */
export function mayDecide(role: string, needed: 'editor' | 'admin'): boolean {
  return role === 'admin' || role === needed;
}

interface Waiting {
  readonly items: readonly { readonly role: 'editor' | 'admin' }[];
  readonly next_cursor: string | null;
}

/** `2`, `100+`; undefined when none waits for somebody of the role. */
export function countText(waiting: Waiting | undefined, role: string): string | undefined {
  const count = waiting?.items.filter((item) => mayDecide(role, item.role)).length ?? 0;
  if (count === 0) return undefined;
  return waiting?.next_cursor == null ? `${count}` : `${count}+`;
}
