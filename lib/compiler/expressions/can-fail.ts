// Which expressions can fail in a run.
import { isFunction } from './functions.ts';
import type { Value } from './value.ts';

/** Whether evaluating the value can fail. */
export function holdsFailing(value: Value): boolean {
  switch (value.kind) {
    case 'literal':
      return false;
    case 'expression':
      return canFail(value.code);
    case 'array':
      return value.items.some(holdsFailing);
    case 'object':
      return value.entries.some(([, child]) => holdsFailing(child));
  }
}

/**
 * Paths, texts joined by & and comparisons with = never fail; most calls, arithmetic, orders and ranges can, and a function
 * that is not called, which no state can give.
 */
export function canFail(code: string): boolean {
  const plain = code.replace(
    /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\$(?:append|boolean|count|exists|not|type)\(/g,
    '',
  );
  if (/\$\w+\s*\(|[-+*/%<>~^{]|\.\./.test(plain)) return true;
  return [...plain.matchAll(/\$(\w+)/g)].some(([, name = '']) => isFunction(name));
}
