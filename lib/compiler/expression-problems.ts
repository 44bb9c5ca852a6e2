// What is said of an expression that has no field of a name, that its rewriting broke, or that names a value.
import { closest, type ProblemCode } from './problems.ts';
import { type Edit, sourcePosition } from './source-edits.ts';
import { parseExpression } from './template.ts';
import type { Missing } from './types.ts';

/** A problem within an expression; `position` counts from the expression's first character. */
export interface PlacedProblem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint?: string;
  readonly position: number;
}

export function missingField(name: string, { fields, on }: Missing): Omit<PlacedProblem, 'position'> {
  const code = 'unknown-field';
  if (fields.length === 0) {
    const hint =
      name === 'length'
        ? '$length(…) counts the letters of a text, $count(…) the items of a list.'
        : 'Leave it out.';
    return { code, message: `${on} has no fields, so no ${name}`, hint };
  }
  const meant = closest(name, fields);
  return {
    code,
    message: `There is no field ${name} here`,
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}Fields: ${fields.join(', ')}.`,
  };
}

/** Code in the place of a reference can be no JSONata where the reference was. */
export function rewritingProblem(
  code: string,
  edits: readonly Edit[],
  usesParent: boolean,
): PlacedProblem | undefined {
  const rewritten = parseExpression(code);
  if ('ast' in rewritten) return undefined;
  if (usesParent) {
    return {
      code: 'not-allowed',
      message: 'The parent operator % leads out of the value that the path begins with',
      hint: 'Bind the parent to a variable: steps.fetch.messages@$m.attachments.{"of": $m.id}.',
      position: 0,
    };
  }
  return {
    code: 'expression-syntax',
    message: rewritten.message,
    hint: 'Put what stands before it in brackets: (inputs.list{"a": b})[0].',
    position: sourcePosition(edits, rewritten.position),
  };
}

/** What to write where a field or step is named as a value of JSONata is written. @param column where it stands, from 1 */
export function valueAsName(text: string, column: number): string | undefined {
  const name = /^(?:true|false|null)\b/.exec(text.slice(column - 1))?.[0];
  const isAfterDot = /\.\s*$/.test(text.slice(0, column - 1));
  return name !== undefined && isAfterDot
    ? `A name that is also a value stands in backticks: \`${name}\`.`
    : undefined;
}
