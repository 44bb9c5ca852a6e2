// Checks a part of a request against its schema and words what is wrong with it.
import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { ApiProblem, type RequestProblem } from './problem.ts';

/**
 * The value as the schema makes it.
 * @param part `body`, or where parameters come from: their pointers begin with it
 * @throws ApiProblem invalid-body for the body, invalid-request for anything else
 */
export function validated<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  part: 'body' | 'path' | 'query' | 'headers',
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const base = part === 'body' ? '' : `/${part}`;
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, value, schema, base));
  const first = problems[0]?.message ?? 'It does not fit the schema';
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new ApiProblem(part === 'body' ? 'invalid-body' : 'invalid-request', `${first}${more}`, { problems });
}

/** RFC 6901. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** `did you mean …?` when one of the names is near enough to be what was meant. */
export function didYouMean(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const nearest = closest(name, names);
  const allowed = Math.max(1, Math.floor(name.length / 3));
  return distance(name, nearest) <= allowed ? `did you mean \`${nearest}\`?` : undefined;
}

function problemsOf(
  issue: z.core.$ZodIssue,
  value: unknown,
  schema: z.ZodType,
  base: string,
): RequestProblem[] {
  const pointer = base + pointerTo(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path.length === 0 && schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
    return issue.keys.map((key) => ({
      code: 'unknown_key',
      pointer: pointer + pointerTo([key]),
      message: `\`${key}\` is not known here`,
      ...hintOf(didYouMean(key, known) ?? (known.length > 0 ? `known: ${known.join(', ')}` : undefined)),
    }));
  }
  if (issue.code === 'invalid_type' && valueAt(value, issue.path) === undefined) {
    const name = issue.path.at(-1);
    const what = name === undefined ? 'A JSON body' : `\`${String(name)}\``;
    return [
      {
        code: 'missing',
        pointer,
        message: `${what} is missing`,
        hint: `it must be of type ${issue.expected}`,
      },
    ];
  }
  const name = issue.path.length > 0 ? `\`${issue.path.map(String).join('.')}\`: ` : '';
  return [{ code: issue.code, pointer, message: `${name}${issue.message}` }];
}

function hintOf(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}
