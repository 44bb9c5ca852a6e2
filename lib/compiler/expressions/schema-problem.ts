// What is wrong with a JSON Schema that is written in a workflow.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { valueAt } from '../../json-pointer.ts';
import { shown } from '../problems/suggestions.ts';
import { withoutDialect } from './schema.ts';

type Schema = Readonly<Record<string, unknown>>;

/** How schemas are read. */
const AJV_OPTIONS = { strict: false, validateFormats: false, logger: false, allErrors: true } as const;

/** Compares schemas with that of schemas, which takes it a while to read; it keeps none of them. */
let metaSchema: Ajv2020 | undefined;

/** Larger schemas would take long to read; nothing is known of what they describe. */
const MAX_SCHEMA_BYTES = 40_000;

export function isReadable(schema: Schema): boolean {
  return JSON.stringify(schema).length <= MAX_SCHEMA_BYTES;
}

/** What a schema looks like. */
export const SCHEMA_HINT =
  'It looks like {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"], "additionalProperties": false}.';

/** What is wrong with a schema, and where in it. */
export interface SchemaProblem {
  readonly at: string;
  readonly message: string;
}

/** What is wrong with a schema that is readable, as far as the schema of schemas tells. */
export function formProblem(schema: Schema): SchemaProblem | undefined {
  const plain = withoutDialect(schema);
  metaSchema ??= new Ajv2020({ ...AJV_OPTIONS, allErrors: false });
  if (metaSchema.validateSchema(plain)) return undefined;
  const [{ instancePath: at, message } = { instancePath: '', message: undefined }] = metaSchema.errors ?? [];
  return { at, message: `${shown(valueAt(plain, at))} ${message}` };
}

/** All that is wrong with it, also references that lead nowhere. */
export function schemaProblem(schema: Schema): SchemaProblem | undefined {
  const problem = formProblem(schema);
  if (problem) return problem;
  try {
    // Where each `$ref` had a copy of what it refers to, a short schema could become very long.
    const ajv = new Ajv2020({ ...AJV_OPTIONS, meta: false, validateSchema: false, inlineRefs: false });
    ajv.compile(withoutDialect(schema));
    return undefined;
  } catch (error) {
    return { at: '', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Of a schema that has to be one of an object. */
export function objectProblem(schema: Schema): SchemaProblem | undefined {
  return schema['type'] === 'object' ? undefined : { at: '', message: 'its "type" must be "object"' };
}
