// Values that may be null where null is hardly wanted: in a text, which then says "null", or as a required parameter.
import { isObject } from '../../json.ts';
import type { Problem } from '../problems/problem.ts';
import type { Scope } from './scope.ts';
import type { ExpressionPart } from './template.ts';
import { type Known, mayFit, scalar, type Type } from './types.ts';

/** Why a value may be nothing or null. */
export interface Absence {
  readonly why: string;
  /** What a text says then, where that can hardly be meant. */
  readonly inText?: string;
  /** What to ask, and the `when` that asks it. */
  readonly guard: { readonly test: string; readonly when: string };
}

/** Null where nobody decided in time, which the decision itself lets one know. */
const ONLY_IN_TIME = new Set(['decided_by', 'decided_at']);

/** Of a plain reference that nothing in the workflow asks for; of any other expression nothing is said. */
export function absenceOf({ ast }: ExpressionPart, { type }: Known, scope: Scope): Absence | undefined {
  if (ast.type !== 'path' || ast.group || scope.isTest) return undefined;
  const steps = ast.steps ?? [];
  if (!steps.every((step) => step.type === 'name' && (step.focus ?? step.index) === undefined))
    return undefined;
  const names = steps.map(({ value }) => String(value));
  const name = names.join('.');
  const [root, id = '', field] = names;
  const because = (asked: string, why: string, inText?: string): Absence | undefined =>
    scope.isAsked(asked)
      ? undefined
      : { why, guard: { test: `${asked} ? … : …`, when: asked }, ...(inText !== undefined && { inText }) };
  if (root === 'inputs' && field === undefined && scope.inputs.get(id)?.certain === false)
    return because(name, `the input ${id} is optional and has no default`);
  if (root === 'steps' && field !== 'error' && scope.steps.get(id)?.mayHaveFailed) {
    const error = `steps.${id}.error`;
    const absence = because(
      `steps.${id}`,
      `the step ${id} may have failed, after which the run continues`,
      'has nothing there',
    );
    return absence && { ...absence, guard: { test: `${error} ? … : …`, when: `$not($exists(${error}))` } };
  }
  const isTold =
    root === 'inputs' ||
    root === 'item' ||
    (root === 'steps' && scope.steps.get(id)?.isFromOutside && !ONLY_IN_TIME.has(field ?? ''));
  return isTold && isNullable(type)
    ? because(name, `what ${name} gives may be null`, 'says "null"')
    : undefined;
}

export function nullProblem(
  { why, guard }: Absence,
  then: string,
): Pick<Problem, 'code' | 'message' | 'hint'> {
  return {
    code: 'may-be-null',
    message: `${why.charAt(0).toUpperCase()}${why.slice(1)}: ${then}`,
    hint: `Say what to use instead, as in {{ ${guard.test} }}, or give the step a "when": "{{ ${guard.when} }}".`,
  };
}

/** A text, number … or null: what is null only sometimes. */
function isNullable(type: Type): boolean {
  if (type.kind !== 'union') return false;
  const isNull = (option: Type): boolean => option.kind === 'scalar' && option.name === 'null';
  return type.options.some(isNull) && !type.options.every(isNull) && mayFit(type, scalar('null'));
}

const REFERENCE = /\b(?:inputs|steps|vars|item|error)(?:\.[A-Za-z_]\w*)+/g;

/**
 * What conditions anywhere in the workflow ask for: a `when`, or an expression with `? :` or a function that does. Where
 * the author asks, they know.
 * @param steps of the document
 */
export function askedNames(...parts: readonly unknown[]): ReadonlySet<string> {
  const asked = new Set<string>();
  const open: { value: unknown; isCondition: boolean }[] = parts.map((value) => ({
    value,
    isCondition: false,
  }));
  for (let at = open.pop(); at; at = open.pop()) {
    const { value, isCondition } = at;
    if (typeof value === 'string') {
      if (!isCondition && !/\?|\$(?:exists|type|boolean|not|count)\b/.test(value)) continue;
      for (const [reference] of value.matchAll(REFERENCE))
        for (let name = reference; name.includes('.'); name = name.slice(0, name.lastIndexOf('.')))
          asked.add(name);
    } else if (Array.isArray(value)) {
      for (const item of value) open.push({ value: item, isCondition });
    } else if (isObject(value)) {
      for (const [key, child] of Object.entries(value))
        open.push({ value: child, isCondition: key === 'when' });
    }
  }
  return asked;
}
