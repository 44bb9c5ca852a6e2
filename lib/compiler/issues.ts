// What zod finds wrong with a document, as problems in words.
import type * as z from 'zod';
import {
  callingStepKeys,
  inputDeclaration,
  retryPolicy,
  STEP_ID,
  WORKFLOW_ID,
} from '../workflow/workflow.ts';
import { closest, list, type Report, shown } from './problems.ts';

/** The keys at the top that have issues are left out. */
export function without(
  raw: Record<string, unknown>,
  issues: readonly z.core.$ZodIssue[],
): Record<string, unknown> {
  const bad = new Set<PropertyKey>(
    issues.flatMap((issue) => {
      const [first] = issue.path;
      if (first !== undefined) return [first];
      return issue.code === 'unrecognized_keys' ? issue.keys : [];
    }),
  );
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !bad.has(key)));
}

/** What a reader is told instead of a regular expression. */
const PATTERNS: Readonly<Record<string, string>> = {
  [String(WORKFLOW_ID)]: 'Lower-case letters, digits, _ and -, beginning with a letter, at most 48.',
  [String(STEP_ID)]: 'Letters, digits and _, beginning with a letter or _, at most 64.',
};

export function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  raw: unknown,
  at: (path: readonly PropertyKey[]) => string,
  keys: readonly string[],
  report: Report,
): void {
  for (const issue of issues) {
    const pointer = at(issue.path);
    const name = issue.path.findLast((key) => typeof key === 'string') ?? 'the document';
    const value = valueAt(raw, issue.path);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        reportUnknownKey(key, at(issue.path.concat(key)), issue.path, keys, report);
    } else if (value === undefined && issue.path.length > 0) {
      reportMissing(String(name), at(issue.path.slice(0, -1)), report);
    } else if (issue.code === 'invalid_format') {
      const hint =
        PATTERNS[String('pattern' in issue ? issue.pattern : '')] ?? 'Letters, digits, _ and -, at most 64.';
      report({
        code: 'invalid-id',
        pointer,
        message: `${shown(value)} cannot be ${name === 'id' ? 'an id' : `a ${name}`}`,
        hint,
      });
    } else if (issue.code === 'invalid_type') {
      const article = /^[aio]/.test(issue.expected) ? 'an' : 'a';
      const expected =
        issue.expected === 'int'
          ? 'a whole number'
          : issue.expected === 'record'
            ? 'an object'
            : `${article} ${issue.expected}`;
      report({ code: 'wrong-type', pointer, message: `${name} is ${expected}, not ${typeName(value)}` });
    } else if (issue.code === 'invalid_value') {
      report({
        code: 'invalid-value',
        pointer,
        message: `${name} cannot be ${shown(value)}`,
        hint: `What it can be: ${list(issue.values.map((v) => JSON.stringify(v)))}.`,
      });
    } else if (issue.code === 'too_small' || issue.code === 'too_big') {
      const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      const of = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' items' : '';
      report({
        code: 'invalid-value',
        pointer,
        message: `${name} has to be ${bound}${of}, not ${shown(value)}`,
      });
    } else {
      // Only `when` is a union: true, false or an expression.
      report({
        code: 'wrong-type',
        pointer,
        message: `${name} is a boolean or a string, not ${typeName(value)}`,
      });
    }
  }
}

export function reportMissing(name: string, pointer: string, report: Report): void {
  report({ code: 'missing-key', pointer, message: `"${name}" is missing here` });
}

function reportUnknownKey(
  key: string,
  pointer: string,
  path: readonly PropertyKey[],
  keys: readonly string[],
  report: Report,
): void {
  if (path.length === 0 && callingStepKeys.includes(key)) {
    report({
      code: 'key-not-applicable',
      pointer,
      message: `${key} says how an action is called; this step calls none`,
      hint: 'Leave it out here.',
    });
    return;
  }
  const known =
    path[0] === 'inputs'
      ? Object.keys(inputDeclaration.shape)
      : path[0] === 'retry'
        ? Object.keys(retryPolicy.shape)
        : keys;
  const meant = closest(key, known);
  report({
    code: 'unknown-key',
    pointer,
    message: `There is no key ${shown(key)} here`,
    hint: `${meant ? `Did you mean ${meant}? ` : ''}Keys: ${known.filter((name) => name !== '$schema').join(', ')}.`,
  });
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
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
