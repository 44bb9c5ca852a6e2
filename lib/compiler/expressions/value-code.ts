// The JSONata of a resolved value.
import { jsonataLiteral } from './literal.ts';
import type { Known } from './types.ts';
import type { Value } from './value.ts';

/** The value as one JSONata expression. */
export function valueCode(value: Value): string {
  switch (value.kind) {
    case 'literal':
      return jsonataLiteral(value.value);
    case 'expression':
      return `(${orNull(value)})`;
    case 'object':
      return `{${value.entries.map(([key, child]) => `${jsonataLiteral(key)}: ${valueCode(child)}`).join(', ')}}`;
    case 'array':
      return `[${value.items.map(itemCode).join(', ')}]`;
  }
}

/** JSONata's array constructor flattens arrays unless they are constructors themselves. */
function itemCode(item: Value): string {
  if (item.kind !== 'expression') return valueCode(item);
  const { type } = item.known;
  if (type.kind === 'scalar' || type.kind === 'object') return valueCode(item);
  return `($item := ${orNull(item)}; $type($item) = "array" ? [[$item]] : $item)`;
}

/** An expression without a result would fail the state; in a workflow it is null. */
export function orNull({ code, known }: { code: string; known: Known }): string {
  return known.certain ? code : `($value := ${code}; $exists($value) ? $value : null)`;
}
