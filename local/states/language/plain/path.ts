// A path of names and numbers: `$states.input.messages[0].subject`.
import { isObject, type Json } from '../../model/json.ts';
import { isList, mayBeFunction, notPlain, type Value } from './values.ts';

export interface Step {
  readonly key: string;
  /** `[0]`, `[-1]` after the name. */
  readonly indexes: readonly number[];
}

/** `evaluateFilter` with a number. A single value is treated as a list of one. */
export function pick(value: Value, index: number): Value {
  const list = isList(value) ? value : [value];
  const place = Math.floor(index);
  return list[place < 0 ? list.length + place : place];
}

/** The value of the steps, from a value on. */
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
 * Each step is taken from each value of the step before. Arrays are flattened into one, and an array of one value
 * becomes the value, except for an array that the last step has found at one value only (`evaluatePath`,
 * `evaluateStep`).
 */
function walkList(from: readonly Value[], steps: readonly Step[]): Value {
  let items = from;
  for (const [at, { key, indexes }] of steps.entries()) {
    const found: Value[] = [];
    let sources = 0;
    let last: Value;
    for (const item of items) {
      let value = isList(item) ? single(fieldsOf(item, key)) : fieldOf(item, key);
      for (const index of indexes) value = pick(value, index);
      // A value counts even when the index leads to undefined.
      if (value === undefined && indexes.length === 0) continue;
      sources += 1;
      last = value;
      if (isList(value)) for (const inner of value) found.push(inner);
      else if (value !== undefined) found.push(value);
    }
    if (at === steps.length - 1 && sources === 1 && isList(last)) return last;
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

/** `fn.lookup` in an array: what its items have, also those of arrays inside it. */
function fieldsOf(items: readonly Json[], key: string): Json[] {
  const found: Json[] = [];
  for (const item of items) {
    const value = isList(item) ? fieldsOf(item, key) : fieldOf(item, key);
    if (isList(value)) for (const inner of value) found.push(inner);
    else if (value !== undefined) found.push(value);
  }
  return found;
}
