// Problems in the order of their places in the document.
import { isObject } from '../../json.ts';
import { keysOf } from '../../json-pointer.ts';
import type { Problem } from './problem.ts';

/** What is not in the document comes after its siblings. */
const NOWHERE = Number.MAX_SAFE_INTEGER;

export function inDocumentOrder(problems: readonly Problem[], document: unknown): Problem[] {
  const indexes = new Map<object, ReadonlyMap<string, number>>();
  const indexOf = (value: unknown, key: string): number => {
    if (Array.isArray(value)) return Number(key);
    if (!isObject(value)) return NOWHERE;
    const known = indexes.get(value) ?? new Map(Object.keys(value).map((name, index) => [name, index]));
    indexes.set(value, known);
    return known.get(key) ?? NOWHERE;
  };
  const placeOf = ({ pointer, column }: Problem): number[] => {
    const place: number[] = [];
    let at = document;
    for (const key of keysOf(pointer)) {
      place.push(indexOf(at, key));
      at = Array.isArray(at) ? at[Number(key)] : isObject(at) ? at[key] : undefined;
    }
    return column === undefined ? place : [...place, column];
  };
  return problems
    .map((problem) => ({ problem, place: placeOf(problem) }))
    .sort((a, b) => compared(a.place, b.place))
    .map(({ problem }) => problem);
}

/** A parent comes before its children. */
function compared(a: readonly number[], b: readonly number[]): number {
  const different = a.findIndex((index, level) => index !== b[level]);
  if (different === -1) return a.length - b.length;
  return (a[different] ?? 0) - (b[different] ?? -1);
}
