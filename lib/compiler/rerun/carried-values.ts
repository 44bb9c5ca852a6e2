// Values of a run as the definition of its rerun holds them.

import { utf8Bytes } from '../../utf8.ts';
import type { Template } from '../asl/definition.ts';
import { emitValue } from '../asl/value.ts';

/** The value as a template that gives it. */
export function carriedTemplate(value: unknown): Template {
  return emitValue({ kind: 'literal', value });
}

/** Step Functions' limit for what one state assigns, in bytes (developer guide, "Passing data between states with variables"). */
export const MAX_ASSIGNED_BYTES = 262_144;

/** Variables in groups that one state each can assign: at least one group. */
export function withinVariableLimit(
  assigned: readonly (readonly [string, Template])[],
): (readonly [string, Template])[][] {
  const groups: (readonly [string, Template])[][] = [[]];
  let bytes = 0;
  for (const entry of assigned) {
    const size = utf8Bytes(JSON.stringify(entry));
    if (bytes + size > MAX_ASSIGNED_BYTES && bytes > 0) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(entry);
    bytes += size;
  }
  return groups;
}
