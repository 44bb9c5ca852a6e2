// Which control a field gets: by its JSON Schema, and by the value that it has.
import { isObject } from '../../../../lib/json.ts';
import { valueAt } from '../../../../lib/json-pointer.ts';
import type { FieldSchema } from '../check/field-schema.ts';

export type Control =
  | { readonly kind: 'expression' | 'text' | 'number' | 'boolean' | 'condition' | 'json' }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'object'; readonly schema: FieldSchema }
  | { readonly kind: 'list'; readonly items: FieldSchema }
  | { readonly kind: 'variants'; readonly key: string; readonly variants: readonly Variant[] };

/** One of several objects that may be there, told from the others by what its key has to be. */
export interface Variant {
  readonly is: string;
  readonly schema: FieldSchema;
}

/** Whether a value is computed when the workflow runs. */
export const isExpression = (value: unknown): boolean => typeof value === 'string' && value.includes('{{');

/** @param root of the schema, in which its `$ref`s lead */
export function controlOf(schema: FieldSchema, value: unknown, root: unknown): Control {
  const known = alternative(dereferenced(schema, root), root, value);
  if (isCondition(known) && ['boolean', 'string', 'undefined'].includes(typeof value))
    return { kind: 'condition' };
  if (isExpression(value)) return { kind: 'expression' };
  const options = known.enum ?? (known.const === undefined ? undefined : [known.const]);
  if (options?.every((one) => typeof one === 'string') && isAbsentOr(value, 'string'))
    return { kind: 'choice', options };
  if (known.properties && (value === undefined || isObject(value))) return { kind: 'object', schema: known };
  const among = variantsOf(known, root);
  if (among && (value === undefined || variantIn(among, value))) return { kind: 'variants', ...among };
  const [type] = typesOf(known).length === 1 ? typesOf(known) : [];
  if (
    type === 'array' &&
    Object.keys(known.items ?? {}).length > 0 &&
    (value === undefined || Array.isArray(value))
  )
    return { kind: 'list', items: known.items ?? {} };
  if (type === 'string' && isAbsentOr(value, 'string')) return { kind: 'text' };
  // What is no number is written too, so that it is marked like every other mistake.
  if ((type === 'integer' || type === 'number') && (typeof value === 'string' || isAbsentOr(value, 'number')))
    return { kind: 'number' };
  if (type === 'boolean' && isAbsentOr(value, 'boolean')) return { kind: 'boolean' };
  const isText = typeof value === 'string' && mayBeText(known, root) && !isJsonBegun(value);
  return { kind: isText ? 'text' : 'json' };
}

const typesOf = ({ type }: FieldSchema): readonly string[] =>
  [type ?? []].flat().filter((one) => one !== 'null');

/** Yes, no, or an expression that says which: a text is meant as an expression. */
function isCondition(schema: FieldSchema): boolean {
  const types = typesOf(schema);
  return types.length === 2 && types.includes('boolean') && types.includes('string');
}

/** Anything may be there, as in a transform, or a text among others: it is written as it is. */
function mayBeText(schema: FieldSchema, root: unknown): boolean {
  const among = schema.anyOf ?? schema.oneOf;
  if (among) return among.some((one) => mayBeText(dereferenced(one, root), root));
  const types = typesOf(schema);
  return types.length === 0 ? schema.properties === undefined : types.includes('string');
}

/** Whoever writes this goes on to a list or an object. */
const isJsonBegun = (text: string): boolean => /^\s*[[{]/.test(text);

interface Among {
  readonly key: string;
  readonly variants: readonly Variant[];
}

/** The objects of which one may be there, where all of them have one key with a text of its own for each. */
function variantsOf(schema: FieldSchema, root: unknown): Among | undefined {
  const all = (schema.oneOf ?? schema.anyOf ?? []).map((one) => dereferenced(one, root));
  const key = Object.entries(all[0]?.properties ?? {}).find(
    ([, { const: is }]) => typeof is === 'string',
  )?.[0];
  if (key === undefined || all.length < 2) return undefined;
  const variants = all.map((one) => ({ is: one.properties?.[key]?.const, schema: one }));
  return variants.every(isVariant) ? { key, variants } : undefined;
}

function isVariant(one: { readonly is: unknown; readonly schema: FieldSchema }): one is Variant {
  return typeof one.is === 'string';
}

/** The one that the value is meant to be. */
export function variantIn({ key, variants }: Among, value: unknown): Variant | undefined {
  return isObject(value) ? variants.find(({ is }) => is === value[key]) : undefined;
}

/** @param isWhole nothing more is written: a text without braces becomes the expression that it is meant as */
export function conditionOf(text: string, isRequired: boolean, isWhole: boolean): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return isRequired ? '' : undefined;
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  return isWhole && !text.includes('{{') ? `{{ ${trimmed} }}` : text;
}

/** What a new item, or an object that was just chosen, has before anything is filled in: the texts that it needs. */
export function emptyValue(schema: FieldSchema, root: unknown): unknown {
  const known = alternative(dereferenced(schema, root), root);
  if (known.default !== undefined) return known.default;
  if (known.const !== undefined) return known.const;
  const [type] = typesOf(known);
  if (type === 'array') return [];
  if (!known.properties) return type === 'object' ? {} : '';
  return Object.fromEntries(
    (known.required ?? []).map((name) => [name, emptyValue(known.properties?.[name] ?? {}, root)]),
  );
}

/**
 * The fields of which the object needs some: none is chosen yet, so all are to be seen.
 * @returns none once one of the alternatives is given whole
 */
export function neededChoice(
  { oneOf, anyOf }: FieldSchema,
  given: Readonly<Record<string, unknown>>,
): readonly string[] {
  const alternatives = (oneOf ?? anyOf ?? []).flatMap(({ required }) => (required ? [required] : []));
  const isMade = alternatives.some((names) => names.every((name) => given[name] !== undefined));
  return isMade ? [] : alternatives.flat();
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

/** Where one of several may be there, the one that is no expression and not null, or of these the one of the value's type. */
function alternative(schema: FieldSchema, root: unknown, value?: unknown): FieldSchema {
  const plain = alternativesOf(schema, root).filter((one) => one.type !== 'null' && !isOfExpressions(one));
  const [only, ...others] = plain.length === 1 ? plain : plain.filter((one) => isOfType(one, value));
  return only && others.length === 0 ? { ...only, ...schemaWords(schema) } : schema;
}

const alternativesOf = ({ anyOf, oneOf }: FieldSchema, root: unknown): readonly FieldSchema[] =>
  (anyOf ?? oneOf ?? []).map((one) => dereferenced(one, root));

/** Of a text that is one of some, or of an object with keys of its own. */
function isOfType({ enum: options, properties }: FieldSchema, value: unknown): boolean {
  return typeof value === 'string' ? options !== undefined : isObject(value) && properties !== undefined;
}

/** The object that may stand in place of a text and has that text as the one key that it needs. */
export function widerThan(schema: FieldSchema, text: unknown, root: unknown): unknown {
  if (typeof text !== 'string' || text === '' || isExpression(text)) return undefined;
  const objects = alternativesOf(dereferenced(schema, root), root).filter(({ properties }) => properties);
  const [key, ...others] = objects.length === 1 ? (objects[0]?.required ?? []) : [];
  return key !== undefined && others.length === 0 ? { [key]: text } : undefined;
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

/** `The most mails to give. 10 when left out.` */
export function hintOf({ description = '', default: otherwise }: FieldSchema): string | undefined {
  if (otherwise === undefined || otherwise === null) return description || undefined;
  const isEmpty = otherwise === '' || (Array.isArray(otherwise) && otherwise.length === 0);
  const whenLeftOut = `${isEmpty ? 'Empty' : JSON.stringify(otherwise)} when left out.`;
  return description === '' ? whenLeftOut : `${description.replace(/[.\s]*$/, '')}. ${whenLeftOut}`;
}

/** `whole number · required` */
export function noteOf(schema: FieldSchema, isRequired: boolean, root: unknown): string {
  const known = alternative(dereferenced(schema, root), root);
  if (isCondition(known)) return ['condition', isRequired && 'required'].filter(Boolean).join(' · ');
  const words: Readonly<Record<string, string>> = {
    ...{ string: 'text', integer: 'whole number', number: 'number', boolean: 'yes or no' },
    ...{ array: 'list', object: 'object' },
  };
  const type = typesOf(known)
    .map((one) => words[one] ?? one)
    .join(' or ');
  return [type, isRequired && 'required'].filter(Boolean).join(' · ');
}
