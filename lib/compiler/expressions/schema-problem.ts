// What is wrong with a JSON Schema that is written in a workflow.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { valueAt } from '../../json-pointer.ts';
import { shown } from '../problems/suggestions.ts';
import { withoutDialect } from './schema.ts';

/** How schemas are read. */
const AJV_OPTIONS = { strict: false, validateFormats: false, logger: false, allErrors: true } as const;

/** What a schema looks like. */
export const SCHEMA_HINT =
  'It looks like {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"], "additionalProperties": false}.';

/** What is wrong with a schema, and where in it. */
export interface SchemaProblem {
  readonly at: string;
  readonly message: string;
}

export function schemaProblem(schema: Readonly<Record<string, unknown>>): SchemaProblem | undefined {
  const plain = withoutDialect(schema);
  const ajv = new Ajv2020(AJV_OPTIONS);
  if (!ajv.validateSchema(plain)) {
    const [{ instancePath: at, message } = { instancePath: '', message: undefined }] = ajv.errors ?? [];
    return { at, message: `${shown(valueAt(plain, at))} ${message}` };
  }
  try {
    ajv.compile(plain);
    return undefined;
  } catch (error) {
    return { at: '', message: error instanceof Error ? error.message : String(error) };
  }
}

/** That of a schema which has to be one of an object. */
export function objectSchemaProblem(schema: Readonly<Record<string, unknown>>): SchemaProblem | undefined {
  const isObject = schema['type'] === 'object';
  return schemaProblem(schema) ?? (isObject ? undefined : { at: '', message: 'its "type" must be "object"' });
}
