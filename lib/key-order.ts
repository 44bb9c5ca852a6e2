// Keys in the order in which somebody wrote them: a schema that reads a value gives them in its own.
import { isObject } from './json.ts';

/** @param written the value before it was read; keys that it does not have come last */
export function inOrderOf<Value>(written: unknown, value: Value): Value;
export function inOrderOf(written: unknown, value: unknown): unknown {
  if (Array.isArray(value))
    return Array.isArray(written) ? value.map((item, index) => inOrderOf(written[index], item)) : value;
  if (!isObject(value) || !isObject(written)) return value;
  const first = Object.keys(written).filter((key) => Object.hasOwn(value, key));
  const keys = new Set([...first, ...Object.keys(value)]);
  return Object.fromEntries([...keys].map((key) => [key, inOrderOf(written[key], value[key])]));
}
