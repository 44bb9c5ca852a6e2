// Numbers of a JSON text that are larger than any JavaScript number.
import { pointerTo } from './json-pointer.ts';

/** The pointer of the first number that was larger than any JavaScript number, as 1e400 is: it would be written as null. */
export function infiniteNumberIn(value: unknown): string | undefined {
  const left = [{ value, pointer: '' }];
  for (let next = left.pop(); next; next = left.pop()) {
    if (typeof next.value === 'number' && !Number.isFinite(next.value)) return next.pointer;
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [key, member] of Object.entries(next.value).reverse())
      left.push({ value: member, pointer: pointerTo(next.pointer, key) });
  }
  return undefined;
}
