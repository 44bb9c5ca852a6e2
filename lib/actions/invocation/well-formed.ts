// Finds text that is no Unicode: half of a surrogate pair cannot be sent as UTF-8, nor put into an address.

/**
 * The first string or key, at any depth, that holds half of a surrogate pair.
 * @returns the keys that lead to it; undefined when all text is well-formed
 */
export function illFormedText(value: unknown): string[] | undefined {
  // No recursion: an input may be nested deeper than the stack.
  const left: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value, path: [] }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { value: found, path } = next;
    if (typeof found === 'string' && !found.isWellFormed()) return [...path];
    if (typeof found !== 'object' || found === null) continue;
    for (const [key, member] of Object.entries(found).reverse()) {
      if (!key.isWellFormed()) return [...path, key.toWellFormed()];
      if (typeof member === 'string' || typeof member === 'object') {
        left.push({ value: member, path: [...path, key] });
      }
    }
  }
  return undefined;
}
