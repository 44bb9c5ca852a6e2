// What OpenAI takes of functions and schemas: their names, their keywords.
import * as z from 'zod';

export const NAME = /^[a-zA-Z0-9_-]+$/;
export const MAX_NAME = 64;
const FORBIDDEN_AT_TOP_LEVEL = ['oneOf', 'anyOf', 'allOf', 'enum', 'not'];
/** https://platform.openai.com/docs/guides/structured-outputs, "Supported schemas". */
const FORBIDDEN_IN_STRICT_MODE = [
  'default',
  'minLength',
  'maxLength',
  'patternProperties',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'uniqueItems',
  'oneOf',
  'allOf',
  'not',
  'if',
];

export function parametersProblem(
  schema: Readonly<Record<string, unknown>>,
  strict: boolean,
): string | undefined {
  const isCombined = FORBIDDEN_AT_TOP_LEVEL.some((keyword) => keyword in schema);
  if (isCombined || (Object.keys(schema).length > 0 && schema['type'] !== 'object'))
    return "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.";
  return strict ? strictSchemaProblem(schema, []) : undefined;
}

export function strictSchemaProblem(given: unknown, context: readonly string[]): string | undefined {
  const parsed = z.record(z.string(), z.unknown()).safeParse(given);
  if (!parsed.success) return undefined;
  const schema = parsed.data;
  const where = `In context=(${context.map((key) => `'${key}'`).join(', ')})`;
  const refused = FORBIDDEN_IN_STRICT_MODE.find((keyword) => keyword in schema);
  if (refused !== undefined) return `${where}, '${refused}' is not permitted.`;
  const properties = z.record(z.string(), z.unknown()).catch({}).parse(schema['properties']);
  if (schema['type'] === 'object') {
    if (schema['additionalProperties'] !== false)
      return `${where}, 'additionalProperties' is required to be supplied and to be false.`;
    const required = z.array(z.string()).catch([]).parse(schema['required']);
    const missing = Object.keys(properties).find((name) => !required.includes(name));
    if (missing !== undefined)
      return `${where}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
  }
  const options = z.array(z.unknown()).catch([]).parse(schema['anyOf']);
  const parts: [unknown, string[]][] = [
    ...Object.entries(properties).map(([name, part]): [unknown, string[]] => [part, ['properties', name]]),
    ...options.map((part, index): [unknown, string[]] => [part, ['anyOf', `${index}`]]),
    [schema['items'], ['items']],
  ];
  return parts
    .map(([part, keys]) => strictSchemaProblem(part, [...context, ...keys]))
    .find((found) => found !== undefined);
}
