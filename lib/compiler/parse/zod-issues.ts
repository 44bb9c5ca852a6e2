// Issues that zod finds in a document, as problems.
import type * as z from 'zod';
import { closest } from '../../did-you-mean.ts';
import { isObject } from '../../json.ts';
import { STEP_ID, WORKFLOW_ID } from '../../workflow-format/names.ts';
import type { StepKind } from '../../workflow-format/steps.ts';
import { FIELD, HEADER_NAME, HOOK_NAME } from '../../workflow-format/triggers.ts';
import type { Problem, Report } from '../problems/problem.ts';
import { list, shown } from '../problems/suggestions.ts';
import { reportUnknownKey } from './unknown-keys.ts';

type Issue = z.core.$ZodIssue;

/** What a hint says in place of a regular expression. */
const PATTERNS: Readonly<Record<string, string>> = {
  [String(WORKFLOW_ID)]: 'Lower-case letters, digits, _ and -, beginning with a letter, at most 48.',
  [String(STEP_ID)]: 'Letters, digits and _, beginning with a letter or _, at most 64.',
  [String(HOOK_NAME)]: 'Lower-case letters, digits, _ and -, beginning with a letter or a digit, at most 64.',
  [String(HEADER_NAME)]: 'The name of a header alone, without a colon or blanks: "X-Signature".',
  [String(FIELD)]: 'Names of fields, separated by dots: "id", "data.id".',
};

/** What a key can be that takes values of several shapes. */
const UNIONS: Readonly<Record<string, string>> = {
  when: 'a boolean or a string',
  on_error: '"continue" or a list of steps',
  wait: 'an ISO 8601 duration, {"seconds": …} or {"until": …}',
  seconds: 'a whole number or an expression',
  for_each: 'a list, or an expression that gives one',
  tolerated_failures: 'a number of items, or a percentage such as "10%"',
};

/**
 * @param at the pointer of a path within what was parsed
 * @param keys those at the top of what was parsed, for suggestions
 * @param kind the kind of the step that the issues are of; undefined for what is not in a step
 */
export function reportIssues(
  issues: readonly Issue[],
  raw: unknown,
  at: (path: readonly PropertyKey[]) => string,
  keys: readonly string[],
  report: Report,
  kind?: StepKind,
): void {
  for (const issue of issues.flatMap((found) => ofItsShape(found, raw))) {
    const { path } = issue;
    const name = String(path.findLast((key) => typeof key === 'string') ?? 'the document');
    const value = valueIn(raw, path);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) reportUnknownKey(key, at([...path, key]), path, keys, report, kind);
    } else if (value === undefined && path.length > 0) {
      reportMissing(name, at(path.slice(0, -1)), report);
    } else report({ ...problemOf(issue, name, value, at(path)), pointer: at(path) });
  }
}

/** @param name of the key whose value has the issue */
function problemOf(issue: Issue, name: string, value: unknown, pointer: string): Omit<Problem, 'pointer'> {
  switch (issue.code) {
    case 'invalid_format':
      return {
        code: 'invalid-id',
        message: `${shown(value)} cannot be ${name === 'id' ? 'an id' : `a ${name}`}`,
        hint:
          PATTERNS[String('pattern' in issue ? issue.pattern : '')] ??
          'Letters, digits, _ and -, at most 64.',
      };
    case 'invalid_type':
      return typeProblem(issue, name, value);
    case 'invalid_value': {
      const words = issue.values.filter((one) => typeof one === 'string');
      const meant = typeof value === 'string' ? closest(value, words) : undefined;
      return {
        code: 'invalid-value',
        message: `${name} cannot be ${shown(value)}`,
        hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}Possible values: ${list(issue.values.map((one) => JSON.stringify(one)))}.`,
        ...(meant !== undefined && { fix: { replaces: 'value', pointer, with: meant } }),
      };
    }
    case 'too_small':
    case 'too_big': {
      const isLeast = issue.code === 'too_small';
      const bound = Number(isLeast ? issue.minimum : issue.maximum);
      const unit = issue.origin === 'string' ? 'character' : issue.origin === 'array' ? 'item' : undefined;
      const wanted = `at ${isLeast ? 'least' : 'most'} ${bound}`;
      return {
        code: 'invalid-value',
        message:
          unit === undefined
            ? `${name} must be ${wanted}, not ${shown(value)}`
            : `${name} must have ${wanted} ${unit}${bound === 1 ? '' : 's'}, not ${shown(value)}`,
      };
    }
    case 'invalid_key':
      return {
        code: 'invalid-id',
        message: `${shown(name)} cannot name a branch`,
        hint: 'Letters, digits and _, beginning with a letter or _, at most 64.',
      };
    default: {
      const shapes = UNIONS[name] ?? 'something else';
      return typeof value === 'string'
        ? {
            code: 'invalid-value',
            message: `${name} cannot be ${shown(value)}`,
            hint: `Possible values: ${shapes}.`,
          }
        : { code: 'wrong-type', message: `${name} must be ${shapes}, not ${typeName(value)}` };
    }
  }
}

function typeProblem(
  { expected, path }: z.core.$ZodIssueInvalidType,
  name: string,
  value: unknown,
): Omit<Problem, 'pointer'> {
  const isInput = path[0] === 'inputs' && path.length === 2;
  const isComputed = typeof value === 'string' && value.includes('{{');
  const hint = isComputed
    ? 'It is fixed when the workflow is saved, so it cannot be an expression.'
    : isInput
      ? 'An input is declared by an object: {"type": "string"}.'
      : undefined;
  return {
    code: 'wrong-type',
    message: `${name} must be ${expectedType(expected)}, not ${typeName(value)}`,
    ...(hint !== undefined && { hint }),
  };
}

function expectedType(expected: string): string {
  if (expected === 'int') return 'a whole number';
  if (expected === 'record') return 'an object';
  return `${/^[aio]/.test(expected) ? 'an' : 'a'} ${expected}`;
}

/** Where an object is given, and only one of several shapes is an object with its keys: the issues within that shape. */
function ofItsShape(issue: Issue, raw: unknown): Issue[] {
  if (issue.code !== 'invalid_union' || !isObject(valueIn(raw, issue.path))) return [issue];
  const ofObjects = issue.errors.filter((issues) =>
    issues.every(({ code, path }) => code !== 'invalid_type' || path.length > 0),
  );
  const has = (path: readonly PropertyKey[]) => valueIn(raw, [...issue.path, ...path]) !== undefined;
  const withItsKeys = ofObjects.filter((issues) =>
    issues.every(({ path }) => path.length === 0 || has(path)),
  );
  const [only, another] = ofObjects.length === 1 ? ofObjects : withItsKeys;
  if (!only || another) return [issue];
  return only.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

export function reportMissing(name: string, pointer: string, report: Report): void {
  report({ code: 'missing-key', pointer, message: `"${name}" is missing here` });
}

function valueIn(raw: unknown, path: readonly PropertyKey[]): unknown {
  let at = raw;
  for (const key of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  return at;
}

/** `a list`, `an object`, `null`: what a JSON value is, in words. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return `${/^[aeio]/.test(typeof value) ? 'an' : 'a'} ${typeof value} (${shown(value)})`;
}
