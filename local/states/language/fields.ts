// Fields with values or expressions in them (Arguments, Output, Assign, Items, Seconds, …): compiled, then evaluated.
import { EvaluationFailure } from '../model/errors.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonText, jsonType } from '../model/json.ts';
import { type Bindings, type Evaluators, Expression, isExpression } from './expression.ts';
import { andThen, type MaybePromise } from './maybe-promise.ts';

export type Template =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'array'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] };

/** How the fields of one state are compiled. */
export interface Language {
  /** Whether strings may be expressions. In a JSONPath state, which has no paths here, every string is itself. */
  readonly jsonata: boolean;
  readonly evaluators: Evaluators;
}

/** `field` is the path of the value, `Output/total`, for messages. */
export function compileTemplate(value: Json, field: string, language: Language): Template {
  if (typeof value === 'string' && language.jsonata && isExpression(value)) {
    return { kind: 'expression', expression: new Expression(value, field, language.evaluators) };
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

export function evaluate(template: Template, bindings: Bindings): MaybePromise<Json> {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'expression':
      return template.expression.evaluate(bindings);
    case 'array':
      return evaluateAll(template.items, bindings);
    case 'object':
      return evaluateEntries(template.entries, bindings);
  }
}

/** One after the other. */
function evaluateAll(templates: readonly Template[], bindings: Bindings): MaybePromise<Json[]> {
  const values: Json[] = [];
  for (const [index, template] of templates.entries()) {
    const value = evaluate(template, bindings);
    if (value instanceof Promise) return evaluateRest(values, value, templates.slice(index + 1), bindings);
    values.push(value);
  }
  return values;
}

async function evaluateRest(
  values: Json[],
  next: Promise<Json>,
  others: readonly Template[],
  bindings: Bindings,
): Promise<Json[]> {
  values.push(await next);
  for (const template of others) values.push(await evaluate(template, bindings));
  return values;
}

function evaluateEntries(
  entries: readonly (readonly [string, Template])[],
  bindings: Bindings,
): MaybePromise<JsonObject> {
  const values = evaluateAll(
    entries.map(([, template]) => template),
    bindings,
  );
  // Unlike assignment, this keeps a key named `__proto__` an ordinary one.
  return andThen(values, (all) =>
    Object.fromEntries(entries.map(([key], index) => [key, all[index] ?? null])),
  );
}

/** A field whose value must be of one type. */
export interface Typed<T extends Json> {
  readonly field: string;
  readonly template: Template;
  readonly expected: string;
  readonly accepts: (value: Json) => value is T;
  readonly range?: Range | undefined;
}

/** What a number must be between, both included. */
export interface Range {
  readonly min: number;
  readonly max?: number;
}

const isBoolean = (value: Json): value is boolean => typeof value === 'boolean';
const isString = (value: Json): value is string => typeof value === 'string';
const isInteger = (value: Json): value is number => Number.isInteger(value);

function typed<T extends Json>(expected: string, accepts: (value: Json) => value is T) {
  return (value: Json | undefined, field: string, language: Language, range?: Range): Typed<T> | undefined =>
    value === undefined
      ? undefined
      : { field, template: compileTemplate(value, field, language), expected, accepts, range };
}

export const compileBoolean = typed('boolean', isBoolean);
export const compileString = typed('string', isString);
export const compileInteger = typed('integer', isInteger);
export const compileNumber = typed('number', (value): value is number => typeof value === 'number');
export const compileArray = typed('array', isJsonArray);
/** The items of a distributed Map. */
export const compileItems = typed(
  'array',
  (value): value is readonly Json[] | JsonObject => isJsonArray(value) || isJsonObject(value),
);

export function evaluateTyped<T extends Json>(field: Typed<T>, bindings: Bindings): MaybePromise<T> {
  return andThen(evaluate(field.template, bindings), (value) => ofType(field, value));
}

function ofType<T extends Json>(typed: Typed<T>, given: Json): T {
  const { field, template, expected, accepts, range } = typed;
  const value = typeof given === 'bigint' ? Number(given) : given;
  if (accepts(value)) {
    if (range && typeof value === 'number') checkRange(field, value, range);
    return value;
  }
  if (template.kind === 'expression') throw template.expression.unexpectedType(expected, value);
  throw new EvaluationFailure(
    `The field '${field}' must be of type '${expected}', but was '${jsonType(value)}' for value: ${jsonText(value)}`,
    field,
  );
}

function checkRange(field: string, value: number, { min, max }: Range): void {
  if (value >= min && value <= (max ?? value)) return;
  const allowed = max === undefined ? `at least ${min}` : `between ${min} and ${max}`;
  throw new EvaluationFailure(`The ${field} field must be ${allowed} but was: ${value}`, field);
}

/** The variables that Assign sets; all of its expressions see the values from before it. */
export type Assign = readonly (readonly [string, Template])[];

export function compileAssign(value: JsonObject | undefined, language: Language, field = 'Assign'): Assign {
  return Object.entries(value ?? {}).map(([name, item]) => [
    name,
    compileTemplate(item, `${field}/${name}`, language),
  ]);
}

export function evaluateAssign(assign: Assign, bindings: Bindings): MaybePromise<JsonObject> {
  return evaluateEntries(assign, bindings);
}
