// What is wrong with an agent's output_schema.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { valueAt } from '../../../json-pointer.ts';
import { shown } from '../../problems/suggestions.ts';
import { withoutDialect } from './schema.ts';

/** How schemas are read. */
const AJV_OPTIONS = { strict: false, validateFormats: false, logger: false, allErrors: true } as const;

/** What is wrong with a schema, and where in it. */
export function schemaProblem(
  schema: Readonly<Record<string, unknown>>,
): { at: string; message: string } | undefined {
  const plain = withoutDialect(schema);
  const ajv = new Ajv2020(AJV_OPTIONS);
  if (!ajv.validateSchema(plain)) {
    const [{ instancePath: at, message } = { instancePath: '', message: undefined }] = ajv.errors ?? [];
    return { at, message: `${shown(valueAt(plain, at))} ${message}` };
  }
  if (schema['type'] !== 'object') return { at: '', message: 'its "type" must be "object"' };
  try {
    ajv.compile(plain);
    return undefined;
  } catch (error) {
    return { at: '', message: error instanceof Error ? error.message : String(error) };
  }
}
