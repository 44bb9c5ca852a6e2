// Numbers of a JSON text that no JavaScript number is, in a value as parseExactly reads it.
import { digitsOf } from './exact-json.ts';
import { pointerTo } from './json-pointer.ts';

/** The pointer of the first number that is larger than any JavaScript number, as 1e400 is: it would be written as null. */
export function infiniteNumberIn(value: unknown): string | undefined {
  return placeOfNumber(value, (number) => !Number.isFinite(number));
}

/** The pointer of the first whole number with more digits than its JavaScript number has: it would become another one. */
export function lostDigitsIn(value: unknown): string | undefined {
  return placeOfNumber(
    value,
    (number, digits) => digits !== undefined && Number.isFinite(number) && BigInt(digits) !== BigInt(number),
  );
}

function placeOfNumber(
  value: unknown,
  isMeant: (number: number, digits: string | undefined) => boolean,
): string | undefined {
  const left = [{ value, pointer: '' }];
  for (let next = left.pop(); next; next = left.pop()) {
    const digits = digitsOf(next.value);
    const number = digits === undefined ? next.value : Number(digits);
    if (typeof number === 'number') {
      if (isMeant(number, digits)) return next.pointer;
      continue;
    }
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [key, member] of Object.entries(next.value).reverse())
      left.push({ value: member, pointer: pointerTo(next.pointer, key) });
  }
  return undefined;
}
