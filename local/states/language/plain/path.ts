// A path of names and numbers: `$states.input.messages[0].subject`.
import { isObject, type Json } from '../../model/json.ts';
import { isList, mayBeFunction, notPlain, type Value } from './values.ts';

export interface Step {
  readonly key: string;
  /** `[0]`, `[-1]` after the name. */
  readonly indexes: readonly number[];
}

/** `evaluateFilter` with a number: of a single value, as of a list of one. */
export function pick(value: Value, index: number): Value {
  const list = isList(value) ? value : [value];
  const place = Math.floor(index);
  return list[place < 0 ? list.length + place : place];
}

/** What the steps lead to from a value. */
export function walk(from: Value, steps: readonly Step[]): Value {
  let value = from;
  for (const [at, { key, indexes }] of steps.entries()) {
    if (value === undefined) return undefined;
    if (!isObject(value)) return walkList(isList(value) ? value : [value], steps.slice(at));
    value = fieldOf(value, key);
    for (const index of indexes) value = pick(value, index);
  }
  return value;
}

/**
 * Each step goes through all that the one before gave. Where arrays meet they become one, and a single value loses
 * its array, but for the array that a last step has found in one place alone (`evaluatePath`, `evaluateStep`).
 */
function walkList(from: readonly Value[], steps: readonly Step[]): Value {
  let items = from;
  for (const [at, { key, indexes }] of steps.entries()) {
    const found: Value[] = [];
    let places = 0;
    let last: Value;
    for (const item of items) {
      let value = isList(item) ? single(fieldsOf(item, key)) : fieldOf(item, key);
      for (const index of indexes) value = pick(value, index);
      // An index that leads nowhere still counts as a place.
      if (value === undefined && indexes.length === 0) continue;
      places += 1;
      last = value;
      if (isList(value)) for (const inner of value) found.push(inner);
      else if (value !== undefined) found.push(value);
    }
    if (at === steps.length - 1 && places === 1 && isList(last)) return last;
    if (found.length === 0) return undefined;
    items = found;
  }
  return single(items);
}

function single(items: readonly Value[]): Value {
  return items.length > 1 ? (items as readonly Json[]) : items[0];
}

function fieldOf(value: Value, key: string): Value {
  if (!isObject(value)) return undefined;
  if (mayBeFunction(value)) throw notPlain;
  return value[key] as Value;
}

/** `fn.lookup` in an array: what its items have, arrays in it gone through too. */
function fieldsOf(items: readonly Json[], key: string): Json[] {
  const found: Json[] = [];
  for (const item of items) {
    const value = isList(item) ? fieldsOf(item, key) : fieldOf(item, key);
    if (isList(value)) for (const inner of value) found.push(inner);
    else if (value !== undefined) found.push(value);
  }
  return found;
}
