// The types of values that JSON Schemas describe.
import type { JsonSchema } from '../../actions/catalogue.ts';
import { keysOf } from '../../json-pointer.ts';
import {
  fromLiteral,
  type Known,
  MAX_TYPE_SIZE,
  MAX_VALUES,
  scalar,
  type Type,
  union,
  unknown,
} from './types.ts';

/** A recursive schema is followed this far; no reference in a workflow goes deeper. */
const MAX_SCHEMA_DEPTH = 16;

/** @param root where `$ref`s of the schema begin */
export function fromSchema(schema: unknown, root: unknown = schema): Type {
  // References can make a short schema describe a type without end.
  const follow = { root, left: MAX_TYPE_SIZE };
  const type = partFromSchema(schema, follow, 0);
  return follow.left < 0 ? unknown : type;
}

interface Followed {
  readonly root: unknown;
  /** How many more parts are read. */
  left: number;
}

function partFromSchema(schema: unknown, followed: Followed, depth: number): Type {
  followed.left--;
  if (!isSchema(schema) || depth > MAX_SCHEMA_DEPTH || followed.left < 0) return unknown;
  const follow = (part: unknown): Type => partFromSchema(part, followed, depth + 1);
  if (typeof schema['$ref'] === 'string') return follow(dereference(schema['$ref'], followed.root));
  if (schema.allOf) return unknown;
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return union(options.map(follow));
  if (schema.const !== undefined) return oneOf([schema.const]);
  if (schema.enum) return oneOf(schema.enum);
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => follow({ ...schema, type })));
  switch (schema.type) {
    case 'string':
    case 'number':
    case 'integer':
    case 'boolean':
    case 'null':
      return scalar(schema.type);
    case 'array':
      return { kind: 'array', items: schema.items ? follow(schema.items) : unknown };
    case 'object': {
      const required = new Set(schema.required);
      const fields = new Map<string, Known>();
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        fields.set(name, { type: follow(field), certain: required.has(name) });
      }
      // Actions return exactly what their schema names (zod strips the rest), so only a schema that says so is open.
      const { additionalProperties } = schema;
      const open = additionalProperties === undefined ? fields.size === 0 : additionalProperties !== false;
      return { kind: 'object', fields, open };
    }
    default:
      return unknown;
  }
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The part of a schema that a local `$ref` (`#/$defs/x`) names; undefined for any other reference. */
export function dereference(reference: string, root: unknown): unknown {
  if (!reference.startsWith('#')) return undefined;
  let at: unknown = root;
  for (const key of keysOf(reference)) {
    if (!isSchema(at)) return undefined;
    at = at[key];
  }
  return at;
}

/** One of some values: of texts it is known which. */
function oneOf(values: readonly unknown[]): Type {
  const texts = values.filter((value) => typeof value === 'string');
  const others = values.filter((value) => typeof value !== 'string').map(fromLiteral);
  if (texts.length === 0) return union(others);
  const text = texts.length > MAX_VALUES ? scalar('string') : { ...scalar('string'), values: new Set(texts) };
  return union([text, ...others]);
}
