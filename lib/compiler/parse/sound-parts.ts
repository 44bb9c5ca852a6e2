// The parts of a document without mistakes are still checked, so that one mistake does not hide others.
import type * as z from 'zod';
import { isObject } from '../../json.ts';
import { pointerTo } from '../../json-pointer.ts';
import type { Report } from '../problems/problem.ts';
import { reportIssues } from './zod-issues.ts';

/**
 * The value as the schema makes it, without the keys that have problems, which are reported.
 * @param keys the known keys, for suggestions
 * @returns undefined when not enough of it is sound
 */
export function parseSound<Schema extends z.ZodObject>(
  schema: Schema,
  raw: Record<string, unknown>,
  pointer: string,
  report: Report,
  keys: readonly string[] = Object.keys(schema.shape),
): z.output<Schema> | undefined {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  reportIssues(issues, raw, (path) => pointerTo(pointer, ...path), keys, report);
  return schema.safeParse(without(raw, issues)).data;
}

/** Leaves out the keys at the top that have issues. */
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

/** The step with the sound part of its agent: where one key is wrong, the others are still checked. */
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
