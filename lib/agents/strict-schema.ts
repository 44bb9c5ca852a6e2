// What OpenAI accepts of JSON Schema: for a function's parameters, and in strict mode.
import { isObject } from '../json.ts';

type Schema = Readonly<Record<string, unknown>>;

/** https://platform.openai.com/docs/guides/structured-outputs, "Supported schemas". */
const STRICT_KEYWORDS = new Set([
  'type',
  'title',
  'description',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'const',
  'anyOf',
  '$ref',
  '$defs',
  'pattern',
  'format',
  'multipleOf',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minItems',
  'maxItems',
]);
const STRICT_FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'];
const MAX_STRICT_DEPTH = 10;

/** Not allowed at the top level of a function's parameters, strict or not. */
const NOT_AT_THE_TOP = ['oneOf', 'anyOf', 'allOf', 'enum', 'not', '$schema'];

/** The schema as a function's parameters: keywords that are left out here are checked when the model has made the call. */
export function functionParameters(schema: Schema): Record<string, unknown> {
  const kept = Object.entries(schema).filter(([keyword]) => !NOT_AT_THE_TOP.includes(keyword));
  return { type: 'object', properties: {}, ...Object.fromEntries(kept) };
}

/** Whether strict mode, which guarantees that the model's JSON fits, accepts the schema. */
export function isStrict(schema: Schema): boolean {
  return schema['type'] === 'object' && isSupported(schema, 0);
}

function isSupported(schema: unknown, depth: number): boolean {
  if (!isObject(schema) || depth > MAX_STRICT_DEPTH) return false;
  if (!Object.keys(schema).every((keyword) => STRICT_KEYWORDS.has(keyword))) return false;
  const { type, properties, items, anyOf, $defs, format } = schema;
  if (![type, schema['$ref'], anyOf, schema['enum'], schema['const']].some((given) => given !== undefined))
    return false;
  if (format !== undefined && !STRICT_FORMATS.includes(String(format))) return false;
  const types = Array.isArray(type) ? type : [type];
  if (types.includes('object') && !isClosed(schema)) return false;
  if (types.includes('array') && items === undefined) return false;
  const inner = [
    ...Object.values(isObject(properties) ? properties : {}),
    ...(Array.isArray(anyOf) ? anyOf : []),
    ...(items === undefined ? [] : [items]),
  ];
  const definitions = Object.values(isObject($defs) ? $defs : {});
  return (
    inner.every((part) => isSupported(part, depth + 1)) &&
    definitions.every((part) => isSupported(part, depth))
  );
}

/** Whether all properties are required and no others are allowed. */
function isClosed({ properties, required, additionalProperties }: Schema): boolean {
  const names = Object.keys(isObject(properties) ? properties : {});
  return (
    additionalProperties === false &&
    names.every((name) => Array.isArray(required) && required.includes(name))
  );
}
