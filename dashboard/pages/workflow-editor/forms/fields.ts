// Which control a field gets: by its JSON Schema, and by the value that it has.
import { isObject } from '../../../../lib/json.ts';
import { valueAt } from '../../../../lib/json-pointer.ts';
import type { FieldSchema } from '../check/field-schema.ts';

export type Control =
  | { readonly kind: 'expression' | 'text' | 'number' | 'boolean' | 'json' }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'object'; readonly schema: FieldSchema };

/** Whether a value is computed when the workflow runs. */
export const isExpression = (value: unknown): boolean => typeof value === 'string' && value.includes('{{');

/** @param root of the schema, in which its `$ref`s lead */
export function controlOf(schema: FieldSchema, value: unknown, root: unknown): Control {
  const known = alternative(dereferenced(schema, root), root);
  if (isExpression(value)) return { kind: 'expression' };
  const options = known.enum ?? (known.const === undefined ? undefined : [known.const]);
  if (options?.every((one) => typeof one === 'string') && isAbsentOr(value, 'string'))
    return { kind: 'choice', options };
  if (known.properties && (value === undefined || isObject(value))) return { kind: 'object', schema: known };
  const types = [known.type ?? []].flat().filter((type) => type !== 'null');
  const [type] = types.length === 1 ? types : [];
  if (type === 'string' && isAbsentOr(value, 'string')) return { kind: 'text' };
  if ((type === 'integer' || type === 'number') && isAbsentOr(value, 'number')) return { kind: 'number' };
  if (type === 'boolean' && isAbsentOr(value, 'boolean')) return { kind: 'boolean' };
  // Anything may be there, as in a transform: a text is written as it is.
  return { kind: typeof value === 'string' ? 'text' : 'json' };
}

/** A new step has empty texts for what it needs, whatever they are to become. */
function isAbsentOr(value: unknown, type: string): boolean {
  return value === undefined || value === null || value === '' || typeof value === type;
}

export function dereferenced(schema: FieldSchema, root: unknown): FieldSchema {
  const { $ref = onlyOf(schema)?.$ref, ...beside } = schema;
  if ($ref === undefined) return schema;
  const target = valueAt(root, $ref.replace(/^#/, ''));
  return isObject(target) ? { ...target, ...beside } : beside;
}

/** Beside other keywords a `$ref` stands in `allOf`, in the draft that editors know. */
function onlyOf({ allOf }: FieldSchema): FieldSchema | undefined {
  return allOf?.length === 1 ? allOf[0] : undefined;
}

/** Where one of several may be there, the one that is no expression and not null. */
function alternative(schema: FieldSchema, root: unknown): FieldSchema {
  const all = (schema.anyOf ?? schema.oneOf ?? []).map((one) => dereferenced(one, root));
  const plain = all.filter((one) => one.type !== 'null' && !isOfExpressions(one));
  const [only] = plain;
  return only && plain.length === 1 ? { ...only, ...schemaWords(schema) } : schema;
}

const isOfExpressions = ({ description }: FieldSchema): boolean =>
  description?.startsWith('An expression') ?? false;

/** Whether the schema itself lets an expression stand for the value. */
export function allowsExpression(schema: FieldSchema, root: unknown): boolean {
  const { anyOf, oneOf } = dereferenced(schema, root);
  return (anyOf ?? oneOf ?? []).some((one) => isOfExpressions(dereferenced(one, root)));
}

function schemaWords({ description }: FieldSchema): FieldSchema {
  return description === undefined ? {} : { description };
}

/** `whole number · required` */
export function noteOf(schema: FieldSchema, isRequired: boolean, root: unknown): string {
  const known = alternative(dereferenced(schema, root), root);
  const words: Readonly<Record<string, string>> = {
    ...{ string: 'text', integer: 'whole number', number: 'number', boolean: 'yes or no' },
    ...{ array: 'list', object: 'object' },
  };
  const types = [known.type ?? []].flat().filter((type) => type !== 'null');
  const type = types.map((one) => words[one] ?? one).join(' or ');
  return [type, isRequired && 'required'].filter(Boolean).join(' · ');
}
