// Validates a part of a request against its schema, and words the problems.
import * as z from 'zod';
import { didYouMean } from '../../did-you-mean.ts';
import { digitsOf } from '../../exact-json.ts';
import { isObject } from '../../json.ts';
import { pointerTo } from '../../json-pointer.ts';
import { ApiProblem, type RequestProblem } from '../../problem.ts';

/** More are of no use. */
const MAX_PROBLEMS = 1000;

/**
 * The parsed value.
 * @param part `body`, or where the parameters come from, with which their pointers begin
 * @throws ApiProblem invalid-body for the body, invalid-request for anything else
 */
export function validated<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  part: 'body' | 'path' | 'query' | 'headers',
): z.output<Schema> {
  const result = schema.safeParse(value);
  const base = part === 'body' ? '' : `/${part}`;
  const dropped = part === 'body' && result.success ? droppedKeys(value, result.data, base) : [];
  if (result.success && dropped.length === 0) return result.data;
  const issues = result.error?.issues.slice(0, MAX_PROBLEMS) ?? [];
  const found = issues.flatMap((issue) => problemsOf(issue, value, schema, base));
  const problems = [...dropped, ...found].slice(0, MAX_PROBLEMS);
  const first = problems[0]?.message ?? 'It does not fit the schema';
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new ApiProblem(part === 'body' ? 'invalid-body' : 'invalid-request', `${first}${more}`, { problems });
}

/** zod leaves out a key that would set an object's prototype, without an issue. */
function droppedKeys(given: unknown, kept: unknown, pointer: string): RequestProblem[] {
  if (typeof given !== 'object' || given === null || given === kept) return [];
  return Object.entries(given).flatMap(([key, value]) => {
    const at = pointerTo(pointer, key);
    const own =
      isObject(kept) || Array.isArray(kept) ? Object.getOwnPropertyDescriptor(kept, key)?.value : kept;
    if (key === '__proto__' && own === undefined)
      return [
        { code: 'unknown-key', pointer: at, message: `\`${key}\` is not known here`, hint: 'leave it out' },
      ];
    return own === undefined ? [] : droppedKeys(value, own, at);
  });
}

function problemsOf(
  issue: z.core.$ZodIssue,
  value: unknown,
  schema: z.ZodType,
  base: string,
): RequestProblem[] {
  const pointer = pointerTo(base, ...issue.path);
  if (issue.code === 'unrecognized_keys') {
    const whole = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
    const known = issue.path.length === 0 && whole instanceof z.ZodObject ? Object.keys(whole.shape) : [];
    const isBody = base === '';
    return issue.keys.slice(0, MAX_PROBLEMS).map((key) => ({
      code: isBody ? 'unknown-key' : 'unknown-parameter',
      pointer: pointerTo(pointer, key),
      message: isBody ? `\`${key}\` is not known here` : `There is no parameter \`${key}\` here`,
      hint: calledHere(key, known) ?? didYouMean(key, known) ?? whatThereIs(known, isBody),
    }));
  }
  if (issue.code === 'invalid_union') {
    // The alternative whose type fits the value is the one that was meant.
    const meant = issue.errors.filter(
      (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
    );
    if (meant.length === 1)
      return (meant[0] ?? []).flatMap((inner) =>
        problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, value, schema, base),
      );
  }
  const found = valueAt(value, issue.path);
  const name = issue.path.length > 0 ? `\`${issue.path.map(String).join('.')}\`` : '';
  if (found === undefined && isAboutType(issue)) {
    const last = issue.path.at(-1);
    return [
      {
        code: 'missing',
        pointer,
        message: `${last === undefined ? 'A JSON body' : `\`${String(last)}\``} is missing`,
        hint: `it must be ${expected(issue)}`,
      },
    ];
  }
  const { code, must } = mistake(issue);
  const message =
    must === undefined ? issue.message : `must be ${must}, but it is ${shown(found, base === '')}`;
  if (must === undefined) return [{ code, pointer, message: name === '' ? message : `${name}: ${message}` }];
  return [{ code, pointer, message: `${name === '' ? 'The body' : name} ${message}` }];
}

/** The two operations that start executions have different names for the input. */
const otherNames: Readonly<Record<string, string>> = { input: 'variables', variables: 'input' };

function calledHere(key: string, known: readonly string[]): string | undefined {
  const name = otherNames[key];
  return name !== undefined && known.includes(name) ? `here it is called \`${name}\`` : undefined;
}

function whatThereIs(known: readonly string[], isBody: boolean): string {
  if (known.length > 0) return `known: ${known.join(', ')}`;
  return isBody ? 'leave it out' : 'there are no parameters here';
}

function isAboutType({ code }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union';
}

/** The code for an issue of zod; `must` is undefined where the schema has its own message. */
function mistake(issue: z.core.$ZodIssue): { readonly code: string; readonly must?: string } {
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_union':
      return { code: 'wrong-type', must: expected(issue) };
    case 'invalid_value':
      return { code: 'invalid-value', must: expected(issue) };
    case 'too_small':
      return { code: 'too-small', must: bounded('at least', Number(issue.minimum), issue.origin) };
    case 'too_big':
      return { code: 'too-large', must: bounded('at most', Number(issue.maximum), issue.origin) };
    case 'invalid_format':
      return { code: 'invalid-format' };
    case 'invalid_key':
      return { code: 'invalid-key' };
    default:
      return { code: 'invalid-value' };
  }
}

function expected(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return typeNames[issue.expected] ?? `of type ${issue.expected}`;
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((value) => `\`${String(value)}\``);
    return values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`;
  }
  if (issue.code !== 'invalid_union') return 'another value';
  return [...new Set(issue.errors.flatMap(([first]) => (first ? [expected(first)] : [])))].join(' or ');
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function bounded(bound: string, limit: number, origin: string): string {
  const count = `${bound} ${limit}`;
  if (origin === 'string') return `${count} ${limit === 1 ? 'character' : 'characters'} long`;
  return origin === 'array' ? `a list of ${count}` : count;
}

/** A value as a message shows it. A string of a body is not repeated: it may be a misplaced secret. */
function shown(value: unknown, inBody: boolean): string {
  if (Array.isArray(value)) return 'a list';
  const digits = digitsOf(value);
  if (digits !== undefined) return digits;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string' || value === '') return JSON.stringify(value) ?? 'not there';
  if (value.length > 60) return `a string of ${value.length} characters`;
  return inBody ? 'a string' : JSON.stringify(value);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}
