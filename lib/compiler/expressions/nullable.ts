// Values that may be null where null is hardly meant: in a text, which then says "null", or as a required parameter.
import { isObject } from '../../json.ts';
import type { Problem } from '../problems/problem.ts';
import { quoted } from './literal.ts';
import type { Scope } from './scope.ts';
import type { Node } from './syntax-tree.ts';
import { isNull, type Known, mayFit, scalar, type Type, withoutNull } from './types.ts';

/** Why a value may be missing or null. */
export interface PossibleNull {
  readonly why: string;
  /** What a text then contains, where that can hardly be meant. */
  readonly inText?: string;
  /** The expression that tests it, and the `when` that does. */
  readonly guard: { readonly test: string; readonly when: string };
}

/** Null only where nobody decided in time, which the decision itself tells. */
const ONLY_IN_TIME = new Set(['decided_by', 'decided_at']);

/** Only of plain references whose value no condition in the workflow tests. */
export function possibleNull(ast: Node, { type }: Known, scope: Scope): PossibleNull | undefined {
  const name = scope.isTest ? undefined : plainReference(ast);
  if (name === undefined) return undefined;
  const [root, id = '', field] = name.split('.');
  const because = (tested: string, why: string, inText?: string): PossibleNull | undefined => {
    if (scope.isTested(tested)) return undefined;
    const written = tested.split('.').map(quoted).join('.');
    return {
      why,
      guard: { test: `${written} ? … : …`, when: written },
      ...(inText !== undefined && { inText }),
    };
  };
  if (root === 'inputs' && field === undefined && scope.inputs.get(id)?.certain === false)
    return because(name, `the input ${id} is optional and has no default`);
  if (root === 'steps' && field !== 'error' && scope.steps.get(id)?.mayHaveFailed) {
    const error = `steps.${id}.error`;
    const found = because(
      `steps.${id}`,
      `the step ${id} may have failed, after which the run continues`,
      'has nothing there',
    );
    return found && { ...found, guard: { test: `${error} ? … : …`, when: `$not($exists(${error}))` } };
  }
  const isTold =
    root === 'inputs' ||
    root === 'item' ||
    root === 'vars' ||
    (root === 'steps' && !ONLY_IN_TIME.has(field ?? ''));
  return isTold && isNullable(type)
    ? because(name, `what ${name} gives may be null`, 'says "null"')
    : undefined;
}

/** `steps.ask.comment`; undefined for every path that is more than names. */
function plainReference({ type, group, steps = [] }: Node): string | undefined {
  const isPlain =
    type === 'path' &&
    !group &&
    steps.every((step) => step.type === 'name' && (step.focus ?? step.index) === undefined);
  return isPlain ? steps.map(({ value }) => String(value)).join('.') : undefined;
}

/** What a reference gives that some condition in the workflow tests: null is thought of, and no longer handed on. */
export function unlessTested(path: Node, known: Known, scope: Scope): Known {
  if (!isNullable(known.type)) return known;
  const name = plainReference(path);
  return name !== undefined && scope.isTested(name) ? { ...known, type: withoutNull(known.type) } : known;
}

export function nullProblem(
  { why, guard }: PossibleNull,
  then: string,
): Pick<Problem, 'code' | 'message' | 'hint'> {
  return {
    code: 'may-be-null',
    message: `${why.charAt(0).toUpperCase()}${why.slice(1)}: ${then}`,
    hint: `Say what to use instead, as in {{ ${guard.test} }}, or give the step a "when": "{{ ${guard.when} }}".`,
  };
}

/** Sometimes null, and sometimes not. */
function isNullable(type: Type): boolean {
  if (type.kind !== 'union') return false;
  return type.options.some(isNull) && !type.options.every(isNull) && mayFit(type, scalar('null'));
}

const REFERENCE = /\b(?:inputs|steps|vars|item|error)(?:\.(?:[A-Za-z_]\w*|`[^`.]+`))+/g;

/** Of a longer reference these many names are taken for tested. */
const MAX_NAMES = 16;

/** Of `steps.ask.comment` that and `steps.ask`. */
function namesWithin(reference: string): string[] {
  const [root = '', ...names] = reference.split('.', MAX_NAMES);
  return names.map((_, index) => [root, ...names.slice(0, index + 1)].join('.'));
}

/**
 * The names that conditions anywhere in the workflow test: a `when`, or an expression with `? :` or a function that
 * tests. An author who tests a value once knows that it may be null.
 * @param steps of the document
 */
export function testedNames(...parts: readonly unknown[]): ReadonlySet<string> {
  const tested = new Set<string>();
  const open: { value: unknown; isCondition: boolean }[] = parts.map((value) => ({
    value,
    isCondition: false,
  }));
  for (let at = open.pop(); at; at = open.pop()) {
    const { value, isCondition } = at;
    if (typeof value === 'string') {
      if (!isCondition && !/\?|\$(?:exists|type|boolean|not|count)\b/.test(value)) continue;
      for (const [reference] of value.matchAll(REFERENCE))
        for (const name of namesWithin(reference.replaceAll('`', ''))) tested.add(name);
    } else if (Array.isArray(value)) {
      for (const item of value) open.push({ value: item, isCondition });
    } else if (isObject(value)) {
      for (const [key, child] of Object.entries(value))
        open.push({ value: child, isCondition: key === 'when' });
    }
  }
  return tested;
}
