// What an answer has in common with the one before stays the same object, so that only what changed is drawn again.
// TanStack Query's own way would make plain objects of numbers that are kept as text (lib/exact-json.ts).
import { digitsOf } from '../../lib/exact-json.ts';

/** @returns the value of `after`, with every part of `before` that is equal to it */
export function keepEqual(before: unknown, after: unknown): unknown {
  if (Object.is(before, after)) return before;
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null)
    return after;
  const digits = digitsOf(after);
  if (digits !== undefined) return digitsOf(before) === digits ? before : after;
  if (Array.isArray(before) && Array.isArray(after)) return keepItems(before, after);
  if (!isPlain(before) || !isPlain(after)) return after;
  return keepFields(before, after);
}

function keepItems(before: readonly unknown[], after: readonly unknown[]): unknown {
  const kept = after.map((item, index) => keepEqual(before[index], item));
  const isSame = before.length === kept.length && kept.every((item, index) => Object.is(item, before[index]));
  return isSame ? before : kept;
}

function keepFields(before: Fields, after: Fields): unknown {
  const kept = Object.fromEntries(
    Object.entries(after).map(([key, value]) => [key, keepEqual(before[key], value)]),
  );
  const keys = Object.keys(kept);
  const isSame =
    Object.keys(before).length === keys.length &&
    keys.every((key) => Object.hasOwn(before, key) && Object.is(kept[key], before[key]));
  return isSame ? before : kept;
}

type Fields = Readonly<Record<string, unknown>>;

function isPlain(value: object): value is Fields {
  return Object.getPrototypeOf(value) === Object.prototype;
}
