// Whether a value that a run has given is of a type that was inferred before it.
import { isObject } from '../../json.ts';
import { bounded, fromLiteral, type Known, type Type } from './types.ts';

/** Null is taken for nothing, which reading further gives too: it fits every type. Fields that nobody reads do no harm. */
export function fitsType(value: unknown, type: Type): boolean {
  if (value === null || type.kind === 'unknown') return true;
  switch (type.kind) {
    case 'scalar':
      return isScalar(value, type);
    case 'array':
      return Array.isArray(value) && value.every((item) => fitsType(item, type.items));
    case 'many':
      return Array.isArray(value)
        ? value.every((item) => fitsType(item, type.items))
        : fitsType(value, type.items);
    case 'object':
      return (
        isObject(value) &&
        [...type.fields].every(([name, field]) =>
          Object.hasOwn(value, name) ? fitsType(value[name], field.type) : !field.certain,
        )
      );
    case 'union':
      return type.options.some((option) => fitsType(value, option));
  }
}

function isScalar(value: unknown, { name, values }: Type & { kind: 'scalar' }): boolean {
  switch (name) {
    case 'string':
      return typeof value === 'string' && (values === undefined || values.has(value));
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'null':
      return false;
  }
}

/**
 * What is known of a variable that a run has given values already, one in each iteration: where one of them is not of the
 * type that was inferred, it is that one's own.
 */
export function knownOfGiven(known: Known, values: readonly unknown[]): Known {
  const other = values.find((value) => !fitsType(value, known.type));
  return other === undefined ? known : { type: bounded(fromLiteral(other)), certain: true };
}
