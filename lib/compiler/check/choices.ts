// Params that may be one of several: which names each alternative needs, and what the alternatives look like.
import type { ErrorObject } from 'ajv';
import { isObject } from '../../json.ts';
import type { Problem } from '../problems/problem.ts';

export const CHOICES: ReadonlySet<string> = new Set(['anyOf', 'oneOf']);

/**
 * The parameters of a choice whose alternatives say only which are required, or of which only one may be given: that
 * depends on no expression.
 */
export function requiredOfEach({ keyword, schema }: ErrorObject): string[][] | undefined {
  if (keyword === 'not') return exclusiveNames(schema)?.map((name) => [name]);
  if (!CHOICES.has(keyword) || !Array.isArray(schema)) return undefined;
  const names = schema.map((option: unknown): unknown =>
    isObject(option) && Object.keys(option).length === 1 ? option['required'] : undefined,
  );
  return names.every(isNames) ? names : undefined;
}

/** The names that must not be given together, by what stands under `not`. */
export function exclusiveNames(schema: unknown): string[] | undefined {
  if (!isObject(schema) || Object.keys(schema).length !== 1) return undefined;
  return isNames(schema['required']) ? schema['required'] : undefined;
}

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

/** None of the alternatives is given whole, or several are where one may be. */
export function choiceProblem(
  what: string,
  alternatives: readonly (readonly string[])[],
  { keyword, data }: ErrorObject,
): Pick<Problem, 'code' | 'message'> {
  if (keyword === 'not')
    return {
      code: 'invalid-parameter',
      message: `${what} takes only one of ${alternatives.map(joined).join(' and ')}`,
    };
  const isGiven = (name: string) => isObject(data) && Object.hasOwn(data, name);
  const begun = alternatives.find((names) => names.some(isGiven) && !names.every(isGiven));
  const whole = alternatives.filter((names) => names.every(isGiven)).map(joined);
  if (begun && whole.length === 0) {
    const missing = begun.filter((name) => !isGiven(name));
    const message = `${what} needs ${missing.join(' and ')} beside ${begun.filter(isGiven).join(' and ')}`;
    return { code: 'missing-parameter', message };
  }
  const needs = `${what} needs ${keyword === 'oneOf' ? 'exactly' : 'at least'} one of ${alternatives.map(joined).join(' and ')}`;
  return whole.length === 0
    ? { code: 'missing-parameter', message: `${needs}, and has none` }
    : { code: 'invalid-parameter', message: `${needs}, not ${whole.join(' and ')}` };
}

const joined = (names: readonly string[]): string => names.join(' with ');

/**
 * Of objects that a key with a text of its own tells apart, the one that the value names.
 * @returns the beginning of the schema paths of its errors
 */
export function meantBranch({ keyword, schema, schemaPath, data }: ErrorObject): string | undefined {
  if (!CHOICES.has(keyword) || !Array.isArray(schema) || !isObject(data)) return undefined;
  const index = schema.findIndex((option: unknown) => {
    const properties = isObject(option) && isObject(option['properties']) ? option['properties'] : {};
    return Object.entries(properties).some(
      ([key, value]) => isObject(value) && typeof value['const'] === 'string' && value['const'] === data[key],
    );
  });
  return index === -1 ? undefined : `${schemaPath}/${index}/`;
}

/** What the alternatives look like, as the hint of a problem: `One of {"type": "text", "text": "…"}, {"type": "none"}.` */
export function shapesOf(alternatives: unknown): Pick<Problem, 'hint'> {
  const shapes = (Array.isArray(alternatives) ? alternatives : [])
    .filter((one) => isObject(one) && isObject(one['properties']))
    .map((one) => shapeOf(one, 1));
  return shapes.length === 0 ? {} : { hint: `One of ${shapes.join(' or ')}.` };
}

const EXAMPLES: Readonly<Record<string, string>> = {
  ...{ string: '"…"', number: '0', integer: '0', boolean: 'true', array: '[…]', object: '{…}' },
};

/** @param depth how many objects within are written out */
function shapeOf(schema: unknown, depth: number): string {
  if (!isObject(schema)) return '…';
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  const { properties, required } = schema;
  if (!isObject(properties) || !isNames(required) || depth < 0)
    return EXAMPLES[String(schema['type'])] ?? '…';
  const members = required.map((name) => `"${name}": ${shapeOf(properties[name], depth - 1)}`);
  return `{${members.join(', ')}}`;
}
