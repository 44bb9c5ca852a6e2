// What is wrong with an agent's output_schema.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { valueAt } from '../../../json-pointer.ts';
import { shown } from '../../problems/suggestions.ts';
import { withoutDialect } from './schema.ts';

/** How schemas are read. */
const AJV_OPTIONS = { strict: false, validateFormats: false, logger: false, allErrors: true } as const;

/** Compares schemas with that of schemas, which takes it a while to read; it keeps none of them. */
let metaSchema: Ajv2020 | undefined;

/**
 * The most bytes of JSON that tools and output_schema have together. Each turn's Task holds them with the
 * conversation (lib/agents/conversation.ts) and the results of the last calls, at most 256 KiB in all.
 */
export const MAX_TOOLS_BYTES = 40_000;

export function bytesOf(schema: Readonly<Record<string, unknown>>): number {
  return Buffer.byteLength(JSON.stringify(schema));
}

type SchemaProblem = { readonly at: string; readonly message: string };

/** What is wrong with a schema, and where in it, as far as the schema of schemas tells. */
export function formProblem(schema: Readonly<Record<string, unknown>>): SchemaProblem | undefined {
  const plain = withoutDialect(schema);
  metaSchema ??= new Ajv2020({ ...AJV_OPTIONS, allErrors: false });
  if (!metaSchema.validateSchema(plain)) {
    const [{ instancePath: at, message } = { instancePath: '', message: undefined }] =
      metaSchema.errors ?? [];
    return { at, message: `${shown(valueAt(plain, at))} ${message}` };
  }
  return schema['type'] === 'object' ? undefined : { at: '', message: 'its "type" must be "object"' };
}

/** All that is wrong with it, also references that lead nowhere. */
export function schemaProblem(schema: Readonly<Record<string, unknown>>): SchemaProblem | undefined {
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
