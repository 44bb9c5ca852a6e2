// The JSON Schema of the workflow format, for editors: its keys, the kinds of steps, each action's parameters.
import * as z from 'zod';
import type { Catalogue, CatalogueAction, JsonSchema } from '../actions/catalogue.ts';
import { INPUT_NAME, STEP_ID } from '../workflow-format/names.ts';
import { stepKinds, stepSchemaName } from '../workflow-format/steps.ts';
import { workflow } from '../workflow-format/workflow.ts';
import { exclusiveNames } from './check/choices.ts';

/** The newest draft that VS Code supports completely. */
const DRAFT = 'http://json-schema.org/draft-07/schema#';

type Schemas = Readonly<Record<string, JsonSchema>>;

/**
 * It accepts every workflow in the current format that the compiler accepts, and finds mistakes that do not depend on
 * the values of expressions; `POST /workflows/validate` finds the rest.
 */
export function workflowJsonSchema(catalogue: Catalogue): JsonSchema {
  const schema: JsonSchema = JSON.parse(JSON.stringify(made(catalogue)), (_, value) => withoutTruisms(value));
  return schema;
}

function made(catalogue: Catalogue): JsonSchema {
  const { definitions, ...root } = formatSchema();
  const { [stepSchemaName('set')]: set = {}, ...others } = definitions;
  const format = titled({
    ...others,
    Step: stepOfItsKind(definitions),
    ActionId: ofActions(definitions['ActionId'], catalogue),
    [stepSchemaName('set')]: withNames(set, 'set', STEP_ID),
  });
  return {
    $schema: DRAFT,
    title: 'Workflow',
    description: 'A workflow of AI-Orchestra: JSON that compiles into an AWS Step Functions state machine',
    ...withNames(root, 'inputs', INPUT_NAME),
    definitions: {
      ...Object.fromEntries(
        Object.entries(format).map(([name, schema]) => [name, withParameters(name, schema, catalogue)]),
      ),
      ...expressions,
      ...Object.assign({}, ...catalogue.map(parameters)),
    },
  };
}

/** What zod says of the format. */
function formatSchema(): JsonSchema & { readonly definitions: Schemas } {
  const schema = z.toJSONSchema(workflow, {
    target: 'draft-07',
    io: 'input',
    // A value that may be anything has no keyword.
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // zod's own way to check what `format` says.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  // The copy is without what zod adds for its Standard Schema interface, which is not enumerable.
  return JSON.parse(JSON.stringify(schema));
}

/** Drops what goes without saying: keys are strings, and integers are those of JavaScript. */
function withoutTruisms(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(
      ([keyword, its]) =>
        !(keyword === 'propertyNames' && JSON.stringify(its) === '{"type":"string"}') &&
        !(keyword === 'maximum' && its === Number.MAX_SAFE_INTEGER) &&
        !(keyword === 'minimum' && its === Number.MIN_SAFE_INTEGER),
    ),
  );
}

/** The keys of one of an object's properties must match a pattern, which the parser checks by itself. */
function withNames(schema: JsonSchema, property: string, pattern: RegExp): JsonSchema {
  const { [property]: named, ...properties } = schema.properties ?? {};
  const propertyNames = { pattern: pattern.source };
  return { ...schema, properties: { ...properties, [property]: { ...named, propertyNames } } };
}

/** `ForEachStep` has the title `for_each step`, which editors show for an alternative. */
function titled(definitions: Schemas): Schemas {
  const titles = Object.keys(stepKinds).map((kind) => {
    const name = stepSchemaName(kind);
    return [name, { title: `${kind} step`, ...definitions[name] }];
  });
  return { ...definitions, ...Object.fromEntries(titles) };
}

/** A step is checked as one of the kind whose key it has, so that what is wrong is said of that kind only. */
function stepOfItsKind(definitions: Schemas): JsonSchema {
  const kinds = Object.keys(stepKinds).map((kind) => ({
    has: { required: [kind] },
    schema: { $ref: `#/definitions/${stepSchemaName(kind)}` },
  }));
  return {
    type: 'object',
    if: { anyOf: kinds.map(({ has }) => has) },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema.
    then: { allOf: kinds.map(({ has, schema }) => ({ if: has, then: schema })) },
    // While a step has no kind yet, editors offer the keys of every kind.
    else: { anyOf: kinds.map(({ schema }) => schema) },
    defaultSnippets: snippets(definitions),
  };
}

/** VS Code's own keyword: what it offers for a whole step. `$1` is where the cursor goes, `^` means no quotes. */
function snippets(definitions: Schemas): unknown[] {
  return Object.keys(stepKinds).map((kind) => {
    const { properties = {}, required = [] } = definitions[stepSchemaName(kind)] ?? {};
    const keys = required.includes(kind) ? required : [...required, kind];
    const body = Object.fromEntries(keys.map((key, index) => [key, placeholder(properties[key], index + 1)]));
    return { label: `${kind} step`, description: properties[kind]?.description, body };
  });
}

function placeholder({ type }: JsonSchema = {}, cursor: number): string {
  if (type === 'array') return `^[$${cursor}]`;
  return type === 'object' ? `^{$${cursor}}` : `$${cursor}`;
}

/** The actions that there are. */
function ofActions(schema: JsonSchema | undefined, catalogue: Catalogue): JsonSchema {
  return {
    ...schema,
    enum: catalogue.map(({ id }) => id),
    // VS Code's own keyword.
    enumDescriptions: catalogue.map(({ title, summary }) => `${title}: ${summary}`),
  };
}

/** Where an object names an action and has `params`, they are those of that action. */
function withParameters(name: string, schema: JsonSchema, catalogue: Catalogue): JsonSchema {
  const { properties } = schema;
  if (!properties) return schema;
  if (!properties['action'] || !properties['params']) {
    const inner = Object.entries(properties).map(([key, value]) => [
      key,
      withParameters(name, value, catalogue),
    ]);
    return { ...schema, properties: Object.fromEntries(inner) };
  }
  const ofAction = name === 'AgentTool' ? fixedParameters : allParameters;
  return {
    ...schema,
    allOf: catalogue.map((one) => ({
      if: { properties: { action: { const: one.id } }, required: ['action'] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema.
      then: ofAction(one),
    })),
  };
}

function allParameters({ id, input }: CatalogueAction): JsonSchema {
  return {
    properties: { params: { $ref: `#/definitions/${id}` } },
    ...(input.required?.length ? { required: ['params'] } : {}),
  };
}

/** A tool fixes some of the parameters; the model gives the others. */
function fixedParameters({ id, input }: CatalogueAction): JsonSchema {
  const names = Object.keys(input.properties ?? {});
  const properties = Object.fromEntries(
    names.map((name) => [name, { $ref: `#/definitions/${id}/properties/${name}` }]),
  );
  return { properties: { params: { properties, additionalProperties: false } } };
}

const EXPRESSION = { pattern: '\\{\\{', description: 'An expression in JSONata: {{ … }}' };
/** What may replace any value. */
const expressions: Schemas = {
  Expression: { type: 'string', ...EXPRESSION },
  ExpressionOrNull: { type: ['string', 'null'], ...EXPRESSION },
};

/** The schema of an action's params under the action's id, and those that it refers to. */
function parameters({ id, title, summary, input }: CatalogueAction): Schemas {
  const { $defs, properties = {}, ...rest } = input;
  const { required = [] } = input;
  const params = Object.entries(properties).map(([name, schema]) => [
    name,
    // null stands for an optional parameter that is left out.
    orExpression(schema, id, required.includes(name) ? 'Expression' : 'ExpressionOrNull'),
  ]);
  return {
    [id]: {
      title,
      description: summary,
      additionalProperties: false,
      ...converted(rest, id),
      properties: Object.fromEntries(params),
    },
    ...Object.fromEntries(
      Object.entries(isSchemas($defs) ? $defs : {}).map(([name, schema]) => [
        `${id}.${name}`,
        converted(schema, id),
      ]),
    ),
  };
}

function isSchemas(value: unknown): value is Schemas {
  return typeof value === 'object' && value !== null;
}

/** The schema, or in place of its value an expression that gives one. */
function orExpression(schema: JsonSchema, id: string, expression = 'Expression'): JsonSchema {
  const keywords = Object.entries(converted(schema, id));
  const about = Object.fromEntries(keywords.filter(([keyword]) => ABOUT.has(keyword)));
  const rest = Object.fromEntries(keywords.filter(([keyword]) => !ABOUT.has(keyword)));
  const isText = Object.keys(rest).join() === 'type' && rest['type'] === 'string';
  if (Object.keys(rest).length === 0 || (isText && expression === 'Expression')) return { ...about, ...rest };
  return { ...about, anyOf: [rest, { $ref: `#/definitions/${expression}` }] };
}

/** What editors show of a value, whatever stands there. */
const ABOUT: ReadonlySet<string> = new Set(['title', 'description', 'default']);

/** Keywords whose value is one schema of a value within. */
const INNER = ['items', 'additionalProperties'] as const;

/** A schema of draft 2020-12 as zod writes it for an action, in draft-07 and with expressions within. */
function converted(schema: JsonSchema, id: string): JsonSchema {
  // `x-fixed-with` is for the compiler (steps/agent/check.ts).
  const { $schema: _, 'x-fixed-with': __, $ref, properties, oneOf, anyOf, allOf, not, ...rest } = schema;
  const inner = INNER.flatMap((keyword) => {
    const value = rest[keyword];
    return typeof value === 'object' ? [[keyword, orExpression(value, id)] as const] : [];
  });
  const choices = anyOf ?? oneOf;
  return {
    ...rest,
    ...(not !== undefined && { not: unlessNull(not) }),
    ...(typeof $ref === 'string' && { $ref: $ref.replace('#/$defs/', `#/definitions/${id}.`) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [name, orExpression(value, id)]),
      ),
    }),
    ...Object.fromEntries(inner),
    ...(allOf && { allOf: allOf.map((part) => converted(part, id)) }),
    // An expression fits several alternatives of values; of those that only require keys exactly one must fit.
    ...(choices && {
      [oneOf?.every(asksForKeys) ? 'oneOf' : 'anyOf']: choices.map((choice) => converted(choice, id)),
    }),
  };
}

/** Names that exclude each other: null leaves a parameter out. */
function unlessNull(not: unknown): unknown {
  const names = exclusiveNames(not);
  const properties = Object.fromEntries((names ?? []).map((name) => [name, { not: { type: 'null' } }]));
  return names ? { required: names, properties } : not;
}

function asksForKeys(schema: JsonSchema): boolean {
  return Object.keys(schema).join() === 'required';
}
