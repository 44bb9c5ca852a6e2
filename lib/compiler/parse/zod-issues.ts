// What zod finds wrong with a document, as problems in words.
import type * as z from 'zod';
import { isObject } from '../../json.ts';
import {
  agent,
  agentTool,
  approvalRequest,
  callingStepKeys,
  concurrency,
  failingStepKeys,
  inputDeclaration,
  retryPolicy,
  STEP_ID,
  type StepKind,
  timedStepKeys,
  WORKFLOW_ID,
} from '../../workflow-format/workflow.ts';
import type { Report } from '../problems/problem.ts';
import { closest, list, shown } from '../problems/suggestions.ts';

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

/** The step with what is sound of its agent: where one key is wrong, the others can still be looked at. */
export function soundAgent(
  raw: Record<string, unknown>,
  issues: readonly z.core.$ZodIssue[],
): Record<string, unknown> {
  const given = raw['agent'];
  if (!isObject(given)) return raw;
  const inner = issues.filter(({ path }) => path[0] === 'agent');
  const rest = without(
    given,
    inner.map((issue) => ({ ...issue, path: issue.path.slice(1) })).filter(({ path }) => path[0] !== 'tools'),
  );
  const tools = given['tools'];
  if (Array.isArray(tools))
    rest['tools'] = tools.map((tool: unknown, index) =>
      isObject(tool) && inner.some(({ path }) => path[1] === 'tools' && path[2] === index)
        ? tool['action']
        : tool,
    );
  return { ...raw, agent: rest };
}

/** What a reader is told instead of a regular expression. */
const PATTERNS: Readonly<Record<string, string>> = {
  [String(WORKFLOW_ID)]: 'Lower-case letters, digits, _ and -, beginning with a letter, at most 48.',
  [String(STEP_ID)]: 'Letters, digits and _, beginning with a letter or _, at most 64.',
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

/** @param kind the kind of the step that the issues are of; undefined for what is not in a step */
export function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  raw: unknown,
  at: (path: readonly PropertyKey[]) => string,
  keys: readonly string[],
  report: Report,
  kind?: StepKind,
): void {
  for (const issue of issues.flatMap((found) => ofItsShape(found, raw))) {
    const pointer = at(issue.path);
    const name = issue.path.findLast((key) => typeof key === 'string') ?? 'the document';
    const value = valueAt(raw, issue.path);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys)
        reportUnknownKey(key, at(issue.path.concat(key)), issue.path, keys, report, kind);
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
      const isComputed = typeof value === 'string' && value.includes('{{');
      const isInput = issue.path[0] === 'inputs' && issue.path.length === 2;
      report({
        code: 'wrong-type',
        pointer,
        message: `${name} is ${expected}, not ${typeName(value)}`,
        ...(isInput ? { hint: 'An input is declared by an object: {"type": "string"}.' } : {}),
        ...(isComputed
          ? { hint: 'It is fixed when the workflow is saved: no expression can stand here.' }
          : {}),
      });
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
    } else if (issue.code === 'invalid_key') {
      report({
        code: 'invalid-id',
        pointer,
        message: `${shown(String(name))} cannot name a branch`,
        hint: 'Letters, digits and _, beginning with a letter or _, at most 64.',
      });
    } else {
      const shapes = UNIONS[String(name)] ?? 'something else';
      if (typeof value === 'string')
        report({
          code: 'invalid-value',
          pointer,
          message: `${name} cannot be ${shown(value)}`,
          hint: `What it can be: ${shapes}.`,
        });
      else report({ code: 'wrong-type', pointer, message: `${name} is ${shapes}, not ${typeName(value)}` });
    }
  }
}

/** Where only one of several shapes is an object, and one is given, what is wrong within that. */
function ofItsShape(issue: z.core.$ZodIssue, raw: unknown): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || !isObject(valueAt(raw, issue.path))) return [issue];
  const ofObjects = issue.errors.filter((issues) =>
    issues.every(({ code, path }) => code !== 'invalid_type' || path.length > 0),
  );
  const [only, another] = ofObjects;
  if (!only || another) return [issue];
  return only.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

export function reportMissing(name: string, pointer: string, report: Report): void {
  report({ code: 'missing-key', pointer, message: `"${name}" is missing here` });
}

/** What other workflow languages call a key. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['if', 'when'],
  ['condition', 'when'],
  ['with', 'params'],
  ['args', 'params'],
  ['arguments', 'params'],
  ['parameters', 'params'],
  ['timeout', 'timeout_seconds'],
  ['catch', 'on_error'],
]);

function reportUnknownKey(
  key: string,
  pointer: string,
  path: readonly PropertyKey[],
  keys: readonly string[],
  report: Report,
  kind: StepKind | undefined,
): void {
  if (path.length === 0 && kind !== undefined && failingStepKeys.includes(key)) {
    report({
      code: 'key-not-applicable',
      pointer,
      message: `${key} is for steps that can fail; ${kind} ends the run`,
      hint: 'Leave it out here.',
    });
    return;
  }
  if (path.length === 0 && kind !== undefined && timedStepKeys.includes(key)) {
    report({
      code: 'key-not-applicable',
      pointer,
      message: `${key} is for steps that take time by what they call or hold; ${kind} steps do not`,
      hint: 'Leave it out here.',
    });
    return;
  }
  if (path.length === 0 && kind !== undefined && callingStepKeys.includes(key)) {
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
      : path[0] === 'concurrency'
        ? Object.keys(concurrency.shape)
        : path[0] === 'retry'
          ? Object.keys(retryPolicy.shape)
          : path[0] === 'switch'
            ? ['when', 'steps']
            : path[0] === 'fail'
              ? ['error', 'cause']
              : path[0] === 'approval'
                ? Object.keys(
                    (path[1] === 'notify' ? approvalRequest.shape.notify.unwrap() : approvalRequest).shape,
                  )
                : path[0] === 'agent'
                  ? Object.keys((path.length === 1 ? agent : agentTool).shape)
                  : keys;
  const habit = OTHER_NAMES.get(key);
  const meant = habit !== undefined && known.includes(habit) ? habit : closest(key, known);
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
