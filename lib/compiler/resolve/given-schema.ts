// Fields of an action's output whose JSON Schema stands in the step's own params: `json` of openai.chat.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import { isObject } from '../../json.ts';
import { keysOf } from '../../json-pointer.ts';
import { formProblem, isReadable } from '../expressions/schema-problem.ts';
import { fromSchema } from '../expressions/schema-types.ts';
import { type Known, unknown } from '../expressions/types.ts';
import type { Value } from '../expressions/value.ts';

/** In the output's schema: a JSON pointer into the params, to the schema of the field. */
export const SCHEMA_FROM = 'x-schema-from';

interface GivenSchema {
  readonly field: string;
  /** Where it stands in the params. */
  readonly pointer: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** The schemas that the params give as literals; one that is made by an expression is not known before the run. */
export function givenSchemas(action: CatalogueAction | undefined, params: Value): readonly GivenSchema[] {
  return Object.entries(action?.output.properties ?? {}).flatMap(([field, property]) => {
    const pointer = property[SCHEMA_FROM];
    const schema = typeof pointer === 'string' ? literalAt(params, keysOf(pointer)) : undefined;
    return typeof pointer === 'string' && isObject(schema) ? [{ field, pointer, schema }] : [];
  });
}

/** What the action gives, with the fields that the params describe. */
export function withGivenSchemas(known: Known, action: CatalogueAction | undefined, params: Value): Known {
  const given = givenSchemas(action, params);
  if (given.length === 0 || known.type.kind !== 'object') return known;
  const fields = new Map(known.type.fields);
  // Of what is no schema nothing is known; the check reports it.
  for (const { field, schema } of given)
    fields.set(field, {
      type: isReadable(schema) && !formProblem(schema) ? fromSchema(schema) : unknown,
      certain: true,
    });
  return { ...known, type: { ...known.type, fields } };
}

function literalAt(value: Value, [key, ...rest]: readonly string[]): unknown {
  if (value.kind === 'literal') {
    if (key === undefined) return value.value;
    return isObject(value.value) ? literalAt({ kind: 'literal', value: value.value[key] }, rest) : undefined;
  }
  const entry = value.kind === 'object' ? value.entries.find(([name]) => name === key) : undefined;
  return entry && literalAt(entry[1], rest);
}
