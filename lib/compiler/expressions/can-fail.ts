// Which expressions can fail in a run.
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

/** Paths, texts joined by & and comparisons with = never fail; most calls, arithmetic, orders and ranges can. */
export function canFail(code: string): boolean {
  const plain = code.replace(
    /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\$(?:append|boolean|count|exists|not|type)\(/g,
    '',
  );
  return /\$\w+\s*\(|[-+*/%<>~^{]|\.\./.test(plain);
}
