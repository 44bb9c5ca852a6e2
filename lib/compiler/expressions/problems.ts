// Problems of expressions: unknown fields, forbidden keys, syntax that replacing references would break.

import { closest } from '../../did-you-mean.ts';
import type { Addition } from '../../problem.ts';
import type { ProblemCode } from '../problems/codes.ts';
import { list } from '../problems/suggestions.ts';
import { FORBIDDEN_KEYS, quoted } from './literal.ts';
import { parseExpression } from './parse-expression.ts';

import { type Edit, Positions } from './source-edits.ts';
import { type Node, nodesOf } from './syntax-tree.ts';
import type { Missing } from './types.ts';

/** A problem within an expression; `position` counts from the expression's first character. */
export interface PlacedProblem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint?: string;
  readonly position: number;
  /** What takes the place of so many characters from the position on. */
  readonly fix?: {
    readonly with: string;
    readonly length: number;
    /** Where these begin, when that is not the problem's position. */
    readonly position?: number;
  };
  /** What the document lacks. */
  readonly adds?: Addition;
}

/** Deeper expressions could overflow the stack of what evaluates them. */
export const MAX_EXPRESSION_DEPTH = 500;

export const TOO_DEEP = {
  code: 'too-deep',
  message: `An expression can be at most ${MAX_EXPRESSION_DEPTH} levels deep`,
  hint: 'Compute it in several steps, or with $sum, $join or $reduce over a list.',
} as const;

export const DELIMITER = {
  code: 'expression-delimiter',
  message: '%} ends an expression of Step Functions and cannot be written here',
  hint: 'Write a space between % and }.',
} as const;

const COUNTED = '$count(…) counts the items of a list, $length(…) the letters of a text.';

/** Of a list whose items may have a field of that name. */
export const LIST_LENGTH = {
  code: 'list-length',
  message: 'length is looked up in each item of the list here',
  hint: COUNTED,
} as const;

/** The paths of which a function or a list takes the values of all items. */
export function pathsTaken(ast: Node): ReadonlySet<Node> {
  const taken = new Set<Node>();
  for (const { type, arguments: given, expressions } of nodesOf(ast)) {
    const nodes = type === 'function' ? given : type === 'unary' ? expressions : undefined;
    for (const node of nodes ?? []) taken.add(node);
  }
  return taken;
}

export function keyProblem({ type, value }: Node): Omit<PlacedProblem, 'position'> | undefined {
  if (type !== 'string' || !FORBIDDEN_KEYS.has(String(value))) return undefined;
  return {
    code: 'forbidden-key',
    message: `An object cannot have the key ${String(value)}`,
    hint: 'Give it another name.',
  };
}

export function missingField(
  name: string,
  { fields, on }: Missing,
): Omit<PlacedProblem, 'position'> & { readonly meant?: string } {
  const code = 'unknown-field';
  if (fields.length === 0) {
    const hint = name === 'length' ? COUNTED : 'Leave it out.';
    return { code, message: `There is no field ${name} here: ${on} has no fields`, hint };
  }
  const meant = name === 'length' ? undefined : (closest(name, fields) ?? longer(name, fields));
  return {
    code,
    message: `There is no field ${name} here`,
    hint: `${name === 'length' ? `${COUNTED} ` : meant === undefined ? '' : `Did you mean ${meant}? `}Fields: ${list(fields)}.`,
    ...(meant !== undefined && { meant: quoted(meant) }),
  };
}

/** `body` for `body_text`: the one field whose first word it is. */
function longer(name: string, fields: readonly string[]): string | undefined {
  const [one, ...others] = fields.filter(
    (field) => /^[_-]/.test(field.slice(name.length)) && field.startsWith(name),
  );
  return others.length === 0 ? one : undefined;
}

/** Of a number as it is written: jsonata reads it as a double. */
export function literalProblem(source: string, { value, position = 0 }: Node): PlacedProblem | undefined {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return undefined;
  const digits = /\d+$/.exec(source.slice(0, position))?.[0] ?? '';
  // Not those of a fraction or an exponent.
  if (Number(digits) !== Math.abs(value) || BigInt(digits) === BigInt(Math.abs(value))) return undefined;
  return {
    code: 'inexact-literal',
    message: `${digits} has more digits than an expression keeps: it is read as ${BigInt(Math.abs(value))}`,
    hint: `Write it as a text, "${digits}", and compare it with $string(…) of the other.`,
    position: position - digits.length,
  };
}

/** The code of a reference may be invalid where the reference itself was valid. */
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
      message: 'The parent operator % leaves the value that the path begins with',
      hint: 'Bind the parent to a variable: steps.fetch.messages@$m.attachments.{"of": $m.id}.',
      position: 0,
    };
  }
  return {
    code: 'expression-syntax',
    message: rewritten.message,
    hint: 'Put what stands before it in brackets: (inputs.list{"a": b})[0].',
    position: new Positions(edits).inSource(rewritten.position),
  };
}

/** A field or step may be called like a literal of JSONata. @param column of the name, from 1 */
export function valueAsName(text: string, column: number): string | undefined {
  const name = /^(?:true|false|null)\b/.exec(text.slice(column - 1))?.[0];
  const isAfterDot = /\.\s*$/.test(text.slice(0, column - 1));
  return name !== undefined && isAfterDot
    ? `A name that is also a value needs backticks: \`${name}\`.`
    : undefined;
}
