// Fields that hold values or expressions (Arguments, Output, Assign, Items, Seconds, …): compiled, then evaluated.
import { EvaluationFailure } from './errors.ts';
import { type Bindings, Expression, isExpression } from './expression.ts';
import type { Sources } from './functions.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonType } from './json.ts';

export type Template =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'array'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] };

/** How the fields of one state are compiled. */
export interface Language {
  /** In a JSONPath state without JSONPath's own fields every text is itself. */
  readonly jsonata: boolean;
  readonly sources: Sources;
}

/** A template; `field` is its path, `Output/total`, for the texts of errors. */
export function compileTemplate(value: Json, field: string, language: Language): Template {
  if (typeof value === 'string' && language.jsonata && isExpression(value)) {
    return { kind: 'expression', expression: new Expression(value, field, language.sources) };
  }
  if (isJsonArray(value)) {
    const items = value.map((item, index) => compileTemplate(item, `${field}[${index}]`, language));
    return items.every((item) => item.kind === 'literal')
      ? { kind: 'literal', value }
      : { kind: 'array', items };
  }
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, compileTemplate(item, `${field}/${key}`, language)] as const,
    );
    return entries.every(([, item]) => item.kind === 'literal')
      ? { kind: 'literal', value }
      : { kind: 'object', entries };
  }
  return { kind: 'literal', value };
}

async function evaluateEntries(
  entries: readonly (readonly [string, Template])[],
  bindings: Bindings,
): Promise<JsonObject> {
  const values: [string, Json][] = [];
  for (const [key, item] of entries) values.push([key, await evaluate(item, bindings)]);
  // Unlike assignment, this keeps a key named `__proto__` an ordinary one.
  return Object.fromEntries(values);
}

export async function evaluate(template: Template, bindings: Bindings): Promise<Json> {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'expression':
      return template.expression.evaluate(bindings);
    case 'array': {
      const items: Json[] = [];
      for (const item of template.items) items.push(await evaluate(item, bindings));
      return items;
    }
    case 'object': {
      return evaluateEntries(template.entries, bindings);
    }
  }
}

/** A field that must give a value of one type. */
export interface Typed<T extends Json> {
  readonly field: string;
  readonly template: Template;
  readonly expected: string;
  readonly accepts: (value: Json) => value is T;
}

const isBoolean = (value: Json): value is boolean => typeof value === 'boolean';
const isString = (value: Json): value is string => typeof value === 'string';
const isInteger = (value: Json): value is number => Number.isInteger(value);

function typed<T extends Json>(expected: string, accepts: (value: Json) => value is T) {
  return (value: Json | undefined, field: string, language: Language): Typed<T> | undefined =>
    value === undefined
      ? undefined
      : { field, template: compileTemplate(value, field, language), expected, accepts };
}

export const compileBoolean = typed('boolean', isBoolean);
export const compileString = typed('string', isString);
export const compileInteger = typed('integer', isInteger);
export const compileNumber = typed('number', (value): value is number => typeof value === 'number');
export const compileArray = typed('array', isJsonArray);

export async function evaluateTyped<T extends Json>(field: Typed<T>, bindings: Bindings): Promise<T> {
  const value = await evaluate(field.template, bindings);
  if (field.accepts(value)) return value;
  if (field.template.kind === 'expression')
    throw field.template.expression.unexpectedType(field.expected, value);
  throw new EvaluationFailure(
    `The field '${field.field}' must be of type '${field.expected}', but was '${jsonType(value)}' for value: ${JSON.stringify(value)}`,
    field.field,
  );
}

/** The variables that Assign sets; all of its expressions see the values from before. */
export type Assign = readonly (readonly [string, Template])[];

export function compileAssign(value: JsonObject | undefined, language: Language, field = 'Assign'): Assign {
  return Object.entries(value ?? {}).map(([name, item]) => [
    name,
    compileTemplate(item, `${field}/${name}`, language),
  ]);
}

export function evaluateAssign(assign: Assign, bindings: Bindings): Promise<JsonObject> {
  return evaluateEntries(assign, bindings);
}
