// Values of a workflow (params, set, transform, output) with their expressions resolved.

import { isObject } from '../../json.ts';
import { pointerTo } from '../../json-pointer.ts';
import { utf8Bytes } from '../../utf8.ts';
import type { Report } from '../problems/problem.ts';
import { shown } from '../problems/suggestions.ts';
import { meantAt, operatorInstead, writeInstead } from './javascript-hints.ts';
import { jsonataLiteral, quoted } from './literal.ts';
import { nullProblem, type PossibleNull, possibleNull } from './nullable.ts';
import { type PlacedProblem, valueAsName } from './problems.ts';
import { resolveExpression } from './resolve-expression.ts';
import type { Scope } from './scope.ts';
import { anything, fromLiteral, type Known, scalar, union, unknown } from './types.ts';

export type Value =
  | { readonly kind: 'literal'; readonly value: unknown }
  | {
      readonly kind: 'expression';
      readonly code: string;
      readonly known: Known;
      readonly changing: boolean;
      /** The size of the text around expressions, which is there whatever they evaluate to. */
      readonly textBytes?: number;
      /** Set when it may well be null and nothing in the workflow tests it. */
      readonly mayBeNull?: PossibleNull;
    }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Value])[] }
  | { readonly kind: 'array'; readonly items: readonly Value[] };

const nothing: Value = { kind: 'expression', code: 'null', known: anything, changing: false };

/** A string that is one expression keeps the value's type; text around expressions makes a string. */
export function resolveValue(value: unknown, pointer: string, scope: Scope, report: Report): Value {
  if (typeof value === 'string') return resolveString(value, pointer, scope, report);
  if (Array.isArray(value)) {
    const items = value.map((item, index) => resolveValue(item, pointerTo(pointer, index), scope, report));
    return items.every((item) => item.kind === 'literal')
      ? { kind: 'literal', value }
      : { kind: 'array', items };
  }
  if (!isObject(value)) return { kind: 'literal', value };
  const entries = Object.entries(value).map(
    ([key, child]) => [key, resolveValue(child, pointerTo(pointer, key), scope, report)] as const,
  );
  for (const [key] of entries) {
    const open = key.indexOf('{{');
    if (open === -1 || !key.includes('}}', open + 2)) continue;
    report({
      code: 'expression-in-key',
      pointer: pointerTo(pointer, key),
      message: 'Keys are plain text: this one is not evaluated',
      hint: 'Make the object with an expression: "{{ { inputs.name: 1 } }}".',
    });
  }
  return entries.every(([, child]) => child.kind === 'literal')
    ? { kind: 'literal', value }
    : { kind: 'object', entries };
}

/** A reference in JSONPath, as other languages for Step Functions use it. */
const JSON_PATH = /^\$\.(?:inputs|steps|vars|execution)(?:\.[\w-]+|\[\d+\])+$/;

function resolveString(text: string, pointer: string, scope: Scope, report: Report): Value {
  if (!text.includes('{{')) {
    if (JSON_PATH.test(text)) {
      report({
        code: 'json-path',
        pointer,
        message: `${shown(text)} is taken as text`,
        hint: `For the value: {{ ${text
          .slice(2)
          .replace(/(?<=\.)[\w-]+/g, quoted)
          .slice(0, 100)} }}.`,
      });
    }
    return { kind: 'literal', value: text };
  }
  scope.seen?.(pointer, scope);
  const template = scope.split(text);
  if ('error' in template) {
    const { code, message, column } = template.error;
    const meant = code === 'expression-syntax' ? meantAt(text, column, scope.isTest) : undefined;
    const instead = operatorInstead(text, column);
    const hint =
      code === 'expression-unclosed'
        ? 'Close it with }}. To write the two braces themselves: {{ "{{" }}.'
        : (instead ?? valueAsName(text, column) ?? 'Expressions are JSONata 2.0.6, with texts in quotes.') +
          writeInstead(meant);
    const fix = meant && { replaces: 'text' as const, pointer, ...meant };
    report({ code, pointer, message, hint, column, ...(fix && { fix }) });
    return nothing;
  }
  const { parts } = template;
  let changing = false;
  const codes = parts.map((part, index) => {
    if (typeof part === 'string')
      return { code: jsonataLiteral(part), known: { type: scalar('string'), certain: true } };
    const before = parts[index - 1];
    const isForeign = typeof before === 'string' && before.endsWith('$');
    const complain = ({ position, fix, adds, ...problem }: PlacedProblem): void => {
      report({
        ...problem,
        ...(fix && !isForeign && { fix: { replaces: 'text', pointer, ...inText(fix, part.offset) } }),
        ...(adds && !isForeign && { fix: adds }),
        // ${{ github.sha }} is an expression of another system.
        ...(isForeign && problem.code === 'unknown-reference'
          ? { hint: `To write it as text: \${{ "{{" }}${part.source.slice(0, 100)}}}.` }
          : {}),
        pointer,
        column: part.offset + position + 1,
      });
    };
    const { code, type, certain, changing: changes } = resolveExpression(part, scope, complain);
    changing ||= changes;
    const mayBeNull = possibleNull(part.ast, { type, certain }, scope);
    if (mayBeNull && parts.length > 1 && mayBeNull.inText !== undefined)
      complain({
        ...nullProblem(mayBeNull, `the text then ${mayBeNull.inText}`),
        position: part.source.search(/\S/),
      });
    return { code, known: { type, certain }, ...(mayBeNull && { mayBeNull }) };
  });
  const [only] = codes;
  if (codes.length === 1 && only) return { kind: 'expression', ...only, changing };
  const code = concatenation(
    codes.map((c, index) => (typeof parts[index] === 'string' ? c.code : `(${c.code})`)),
  );
  const texts = parts.filter((part) => typeof part === 'string');
  const textBytes = utf8Bytes(JSON.stringify(texts.join('')));
  return { kind: 'expression', code, known: { type: scalar('string'), certain: true }, changing, textBytes };
}

/** @param offset of the expression in the text */
function inText({ position, ...fix }: NonNullable<PlacedProblem['fix']>, offset: number) {
  return { ...fix, ...(position !== undefined && { column: offset + position + 1 }) };
}

/** Step Functions evaluates expressions that are at most 100 levels deep, and each `&` is nested in the next one. */
const PARTS_IN_A_ROW = 24;

function concatenation(codes: readonly string[]): string {
  if (codes.length <= PARTS_IN_A_ROW) return codes.join(' & ');
  const groups = Array.from(
    { length: Math.ceil(codes.length / PARTS_IN_A_ROW) },
    (_, at) => `(${codes.slice(at * PARTS_IN_A_ROW, (at + 1) * PARTS_IN_A_ROW).join(' & ')})`,
  );
  return concatenation(groups);
}

/** What is known of the value, which is never missing: an expression without a result becomes null. */
export function typeOf(value: Value): Known {
  switch (value.kind) {
    case 'literal':
      return { type: fromLiteral(value.value), certain: true };
    case 'expression':
      return {
        type: value.known.certain ? value.known.type : union([value.known.type, scalar('null')]),
        certain: true,
      };
    case 'array':
      return {
        type: {
          kind: 'array',
          items: value.items.length ? union(value.items.map((i) => typeOf(i).type)) : unknown,
        },
        certain: true,
      };
    case 'object': {
      const fields = new Map(value.entries.map(([key, child]): [string, Known] => [key, typeOf(child)]));
      return { type: { kind: 'object', fields, open: false }, certain: true };
    }
  }
}

export function isChangingValue(value: Value): boolean {
  switch (value.kind) {
    case 'literal':
      return false;
    case 'expression':
      return value.changing;
    case 'array':
      return value.items.some(isChangingValue);
    case 'object':
      return value.entries.some(([, child]) => isChangingValue(child));
  }
}
