// The JSON Schemas that are written in a workflow, each read once and all together as many as can be read quickly.
import { utf8Bytes } from '../../utf8.ts';
import { isReadable, type SchemaProblem, schemaProblem } from '../expressions/schema-problem.ts';
import { Refused } from '../problems/refused.ts';

type Schema = Readonly<Record<string, unknown>>;

/** What is wrong with a schema; of one that is too large to be read nothing is said. @param pointer its place */
export type SchemaCheck = (schema: Schema, pointer: string) => SchemaProblem | undefined;

/** Reading as much takes about a second. */
const MAX_BYTES = 200_000;
/** A short schema takes as long as one of so many bytes. */
const LEAST_BYTES = 400;

/** @throws Refused when there are too many */
export function schemaChecker(): SchemaCheck {
  const known = new Map<string, SchemaProblem | undefined>();
  let bytes = 0;
  return (schema, pointer) => {
    if (!isReadable(schema)) return undefined;
    const text = JSON.stringify(schema);
    if (known.has(text)) return known.get(text);
    bytes += Math.max(LEAST_BYTES, utf8Bytes(text));
    if (bytes > MAX_BYTES) throw tooManySchemas(pointer);
    const problem = schemaProblem(schema);
    known.set(text, problem);
    return problem;
  };
}

function tooManySchemas(pointer: string): Refused {
  return new Refused({
    code: 'too-many',
    pointer,
    message: `The different JSON Schemas of a workflow can have ${MAX_BYTES} bytes in all, each counted as ${LEAST_BYTES} at least, and these have more`,
    hint: 'Use the same schema in several steps, make some smaller, or split the workflow.',
  });
}
