// An action's params against its input schema: literal values by ajv, expressions by what is known of their type.

import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { CatalogueAction, JsonSchema } from '../../actions/catalogue.ts';
import { closest } from '../../did-you-mean.ts';
import { isObject } from '../../json.ts';
import { keysOf, pointerTo } from '../../json-pointer.ts';
import { ajvWords } from '../../plain-words.ts';
import { nullProblem } from '../expressions/nullable.ts';
import { dereference, fromSchema } from '../expressions/schema-types.ts';
import { describe, mayFit, scalar } from '../expressions/types.ts';
import type { Value } from '../expressions/value.ts';
import type { Problem, Report } from '../problems/problem.ts';
import { shown } from '../problems/suggestions.ts';
import type { ParsedStep } from '../tree/parsed.ts';
import { CHOICES, choiceProblem, meantBranch, requiredOfEach, shapesOf } from './choices.ts';

/** Keywords about an object's or a list's own members: what is wrong there is wrong whatever its expressions give. */
const OF_KEYS = new Set([
  'required',
  'additionalProperties',
  'type',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'propertyNames',
]);

/** Checks the params that an action is called with. */
export type ParamsCheck = (action: CatalogueAction, params: Value, step: Written) => void;

/** Where params are written. */
type Written = Pick<ParsedStep, 'valuesPointer'>;

/** Compiles each action's schema once a compilation. */
export function paramsChecker(report: Report): ParamsCheck {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    validateSchema: false,
    validateFormats: false,
    logger: false,
    verbose: true,
    // Most validators run once or twice: making them fast costs more than it saves.
    code: { optimize: false },
    meta: false,
  });
  const validators = new Map<JsonSchema, ValidateFunction>();
  return (action, params, step) => {
    const validate = validators.get(action.input) ?? ajv.compile(closed(action.input));
    validators.set(action.input, validate);
    const expressions: Place[] = [];
    const literal = withoutNulls(withoutExpressions(params, '', expressions), action.input, expressions);
    if (!validate(literal)) {
      for (const error of independentErrors(validate.errors ?? [], expressions))
        reportError(error, action, step, report);
    }
    for (const { pointer, value } of expressions) {
      checkType(action, pointer, value, step, report);
      checkNull(action, pointer, value, step, report);
    }
  };
}

/** The schema of an action's params names them all. */
function closed(schema: JsonSchema): JsonSchema {
  return schema.additionalProperties === undefined ? { ...schema, additionalProperties: false } : schema;
}

interface Place {
  readonly pointer: string;
  readonly value: Extract<Value, { kind: 'expression' }>;
}

/** The value with null in place of each expression, and the places of these. */
function withoutExpressions(value: Value, pointer: string, places: Place[]): unknown {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'expression':
      places.push({ pointer, value });
      return null;
    case 'array':
      return value.items.map((item, index) => withoutExpressions(item, pointerTo(pointer, index), places));
    case 'object':
      return Object.fromEntries(
        value.entries.map(([key, child]) => [
          key,
          withoutExpressions(child, pointerTo(pointer, key), places),
        ]),
      );
  }
}

/** The action leaves out an optional parameter that is null. */
function withoutNulls(params: unknown, schema: JsonSchema, expressions: readonly Place[]): unknown {
  if (!isObject(params)) return params;
  const required = new Set(schema.required);
  const computed = new Set(expressions.map(({ pointer }) => pointer));
  const kept = Object.entries(params).filter(
    ([name, value]) =>
      value !== null ||
      required.has(name) ||
      schema.properties?.[name] === undefined ||
      computed.has(pointerTo('', name)),
  );
  return Object.fromEntries(kept);
}

/** The errors that do not depend on what an expression gives, of each choice one only. */
function independentErrors(errors: readonly ErrorObject[], expressions: readonly Place[]): ErrorObject[] {
  const computed = new Set(expressions.map(({ pointer }) => pointer));
  const holding = new Set(expressions.flatMap(({ pointer }) => outerPointers(pointer)));
  const choices = Map.groupBy(
    errors.filter(({ keyword }) => CHOICES.has(keyword)),
    ({ instancePath }) => instancePath,
  );
  return errors.filter((error) => {
    const around = outerPointers(error.instancePath);
    if (around.some((pointer) => computed.has(pointer))) return false;
    // Where it is plain which one is meant, what is wrong with that one is said, and nothing of the others.
    if (CHOICES.has(error.keyword) && meantBranch(error) !== undefined) return false;
    const isOfChoice = (choice: ErrorObject): boolean => {
      if (choice === error || !isBranchOf(error, choice)) return false;
      const meant = meantBranch(choice);
      // Behind a `$ref` it is not plain whose error it is: better one too many than none.
      const isOwn = error.schemaPath.startsWith(`${choice.schemaPath}/`);
      return meant === undefined || (isOwn && !error.schemaPath.startsWith(meant));
    };
    if (around.some((pointer) => choices.get(pointer)?.some(isOfChoice))) return false;
    if (requiredOfEach(error)) return true;
    return OF_KEYS.has(error.keyword) || !holding.has(error.instancePath);
  });
}

/** Whether an error within what is chosen says why one alternative of the choice did not fit. */
function isBranchOf(error: ErrorObject, choice: ErrorObject): boolean {
  // The path of an error behind a `$ref` begins at the definition.
  return error.schemaPath.startsWith(`${choice.schemaPath}/`) || error.schemaPath.startsWith('#/$defs/');
}

/** The pointer, and those of all that it is within. */
function outerPointers(pointer: string): string[] {
  const outer = [pointer];
  for (let at = pointer.lastIndexOf('/'); at !== -1; at = pointer.lastIndexOf('/', at - 1)) {
    outer.push(pointer.slice(0, at));
    if (at === 0) break;
  }
  return outer;
}

function reportError(error: ErrorObject, action: CatalogueAction, step: Written, report: Report): void {
  const pointer = `${step.valuesPointer}${error.instancePath}`;
  const alternatives = requiredOfEach(error);
  const known = Object.keys(
    error.instancePath === '' ? (action.input.properties ?? {}) : propertiesOf(error.parentSchema),
  );
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params['additionalProperty']);
    const meant = closest(name, known);
    const at = pointerTo(pointer, name);
    report({
      code: 'unknown-parameter',
      pointer: at,
      message: `${action.id} has no parameter ${shown(name)}`,
      hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}Parameters: ${known.join(', ') || 'none'}.`,
      ...(meant !== undefined && { fix: { replaces: 'key', pointer: at, with: meant } }),
    });
  } else if (error.keyword === 'required') {
    const name = String(error.params['missingProperty']);
    report({
      code: 'missing-parameter',
      pointer,
      message: `${action.id} needs the parameter ${name}`,
      hint: about(name, error.parentSchema) ?? `Parameters: ${known.join(', ')}.`,
      ...onlyValue(propertiesOf(error.parentSchema)[name], pointerTo(pointer, name)),
    });
  } else if (alternatives) {
    const what = error.instancePath === '' ? action.id : written(error.instancePath);
    report({
      pointer,
      ...choiceProblem(what, alternatives, error),
      hint: alternatives
        .flat()
        .map((name) => about(name, error.parentSchema) ?? name)
        .join('. '),
    });
  } else if (error.keyword === 'pattern' && isDescribed(error.parentSchema)) {
    report({
      code: 'invalid-parameter',
      pointer,
      message: `${written(error.instancePath)} cannot be ${shown(error.data)}`,
      hint: `What it is: ${error.parentSchema.description}`,
    });
  } else {
    report({
      code: 'invalid-parameter',
      pointer,
      message: `${written(error.instancePath)} ${requirement(error)}, not ${shown(error.data)}`,
      ...(CHOICES.has(error.keyword) && shapesOf(error.schema)),
    });
  }
}

/** What is to be added where only one value is possible. */
function onlyValue(schema: unknown, adds: string): Pick<Problem, 'fix'> {
  if (!isObject(schema)) return {};
  const { const: one, enum: values = one === undefined ? [] : [one] } = schema;
  if (!Array.isArray(values) || values.length !== 1) return {};
  return { fix: { adds, value: values[0] } };
}

function about(name: string, parent: unknown): string | undefined {
  const schema = propertiesOf(parent)[name];
  return isDescribed(schema) ? `${name}: ${schema.description}` : undefined;
}

function requirement(error: ErrorObject): string {
  if (error.keyword === 'enum')
    return `must be one of ${error.params['allowedValues'].map(shown).join(', ')}`;
  if (error.keyword === 'const') return `must be ${shown(error.params['allowedValue'])}`;
  if (error.keyword === 'type') return `must be ${describe(fromSchema({ type: error.params['type'] }))}`;
  if (CHOICES.has(error.keyword))
    return `must be ${describe(fromSchema(error.parentSchema))} as the action describes it`;
  return ajvWords(error);
}

function propertiesOf(schema: unknown): Readonly<Record<string, unknown>> {
  const properties =
    typeof schema === 'object' && schema !== null && 'properties' in schema ? schema.properties : {};
  return typeof properties === 'object' && properties !== null ? (properties as Record<string, unknown>) : {};
}

function isDescribed(schema: unknown): schema is { description: string } {
  return (
    typeof schema === 'object' &&
    schema !== null &&
    'description' in schema &&
    typeof schema.description === 'string'
  );
}

/** `/labels/1` as people write it: `labels[1]`. */
function written(pointer: string): string {
  const [first = 'params', ...rest] = keysOf(pointer);
  return rest.reduce((text, key) => (/^\d+$/.test(key) ? `${text}[${key}]` : `${text}.${key}`), first);
}

function checkType(
  action: CatalogueAction,
  pointer: string,
  value: Place['value'],
  step: Written,
  report: Report,
): void {
  const schema = schemaAt(action.input, keysOf(pointer), action.input);
  const wanted = fromSchema(schema, action.input);
  if (schema === undefined || mayFit(value.known.type, wanted)) return;
  report({
    code: 'type-mismatch',
    pointer: `${step.valuesPointer}${pointer}`,
    message: `${written(pointer)} must be ${describe(wanted)}; this expression gives ${describe(value.known.type)}`,
    hint:
      describe(wanted) === 'a string'
        ? '$string(…) makes text of a value.'
        : 'Use a field of it, or convert it.',
  });
}

/** A required parameter that gets null fails the action. */
function checkNull(
  action: CatalogueAction,
  pointer: string,
  { mayBeNull, known }: Place['value'],
  step: Written,
  report: Report,
): void {
  const [name = '', ...deeper] = keysOf(pointer);
  const schema = action.input.properties?.[name];
  if (!mayBeNull || deeper.length > 0 || !action.input.required?.includes(name) || !schema) return;
  const wanted = fromSchema(schema, action.input);
  // What never fits has been reported.
  if (mayFit(scalar('null'), wanted) || !mayFit(known.type, wanted)) return;
  report({
    ...nullProblem(mayBeNull, `${action.id} then fails, since it needs ${name}`),
    pointer: `${step.valuesPointer}${pointer}`,
  });
}

/** The schema of one place; undefined where it depends on a choice. */
function schemaAt(schema: JsonSchema, keys: readonly string[], root: JsonSchema): JsonSchema | undefined {
  const target =
    typeof schema['$ref'] === 'string'
      ? (dereference(schema['$ref'], root) as JsonSchema | undefined)
      : schema;
  const [name, ...rest] = keys;
  if (name === undefined || !target) return target;
  const { additionalProperties } = target;
  const next =
    target.items ??
    target.properties?.[name] ??
    (typeof additionalProperties === 'object' ? additionalProperties : undefined);
  return next && schemaAt(next, rest, root);
}
