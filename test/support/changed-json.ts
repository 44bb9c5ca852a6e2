// JSON documents with mistakes: a workflow, changed at places that are drawn.
import fc from 'fast-check';

type Path = readonly (string | number)[];

/** What may stand in the place of a value. */
const others: readonly unknown[] = [
  null,
  true,
  0,
  -1.5,
  '',
  'x',
  '{{ inputs.x }}',
  '{{ steps.',
  [],
  {},
  [1],
  { __proto__x: 1 },
];

/** One or a few changes of any of the documents. */
export function changedJson(documents: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(
      fc.constantFrom(...documents),
      fc.array(fc.record({ place: fc.nat(9999), how: fc.nat(5), with: fc.nat(9999) }), { maxLength: 3 }),
    )
    .map(([document, changes]) => {
      const changed: unknown = structuredClone(document);
      for (const { place, how, with: other } of changes) change(changed, place, how, other);
      return changed;
    });
}

function change(document: unknown, place: number, how: number, other: number): void {
  const places = [...placesOf(document, [])];
  const path = places[place % Math.max(1, places.length)];
  const key = path?.at(-1);
  const holder = path && at(document, path.slice(0, -1));
  if (key === undefined || typeof holder !== 'object' || holder === null) return;
  const value: unknown = Reflect.get(holder, key);
  if (how === 0 && !Array.isArray(holder)) Reflect.deleteProperty(holder, key);
  else if (how === 1 && !Array.isArray(holder)) {
    Reflect.deleteProperty(holder, key);
    Reflect.set(holder, misspelt(String(key), other), value);
  } else if (how <= 3 && typeof value === 'string') Reflect.set(holder, key, misspelt(value, other));
  else if (how === 4 && Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(value));
  else Reflect.set(holder, key, structuredClone(others[other % others.length]));
}

/** A text without one of its letters. */
function misspelt(text: string, from: number): string {
  const index = from % Math.max(1, text.length);
  return text.slice(0, index) + text.slice(index + 1);
}

function* placesOf(value: unknown, path: Path): Generator<Path> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const place = [...path, Array.isArray(value) ? Number(key) : key];
    yield place;
    yield* placesOf(inner, place);
  }
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}
