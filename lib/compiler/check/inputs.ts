// The declarations of a workflow's inputs.
import { pointerTo } from '../../json-pointer.ts';
import { fits } from '../../workflow-format/check-input.ts';
import type { InputDeclaration } from '../../workflow-format/workflow.ts';
import { describe, fromLiteral, scalar, type Type, unknown } from '../expressions/types.ts';
import type { Report } from '../problems/problem.ts';
import { shown } from '../problems/suggestions.ts';

export function checkDefault(
  { type, default: value }: InputDeclaration,
  pointer: string,
  report: Report,
): void {
  // null stands for "nothing given", whatever the type.
  if (type === undefined || value === undefined || value === null || fits(type, value)) return;
  report({
    code: 'default-mismatch',
    pointer: pointerTo(pointer, 'default'),
    message: `The default ${shown(value)} is ${describe(fromLiteral(value))}, the input ${describe(declared(type))}`,
    hint:
      typeof value === 'string' && value.includes('{{')
        ? 'A default is never an expression.'
        : `Change one of the two, "type" or "default".`,
  });
}

function declared(type: NonNullable<InputDeclaration['type']>): Type {
  if (type === 'object') return { kind: 'object', fields: new Map(), open: true };
  return type === 'array' ? { kind: 'array', items: unknown } : scalar(type);
}
