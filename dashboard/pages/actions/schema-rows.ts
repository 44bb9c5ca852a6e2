// The fields of a JSON Schema as a list: what each is called, its type in words, what is said of it.

export interface SchemaRow {
  /** `messages[].subject` */
  readonly name: string;
  /** `list of objects`, `text or null` */
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  /** As JSON; undefined where there is none. */
  readonly default: string | undefined;
}

type Schema = Readonly<Record<string, unknown>>;

/** Schemas may hold themselves. */
const MAX_DEPTH = 4;

export function schemaRows(schema: Schema): readonly SchemaRow[] {
  return rowsOf(schema, schema, '', 0);
}

function rowsOf(whole: Schema, given: Schema, prefix: string, depth: number): SchemaRow[] {
  const schema = objectIn(whole, given);
  const properties = schema && isSchema(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema?.['required']) ? schema['required'] : [];
  if (depth >= MAX_DEPTH) return [];
  return Object.entries(properties).flatMap(([key, value]) => {
    if (!isSchema(value)) return [];
    const name = prefix + key;
    const row: SchemaRow = {
      name,
      type: typeOf(whole, value),
      required: required.includes(key),
      description: String(resolved(whole, value)['description'] ?? value['description'] ?? ''),
      default: value['default'] === undefined ? undefined : JSON.stringify(value['default']),
    };
    const items = listIn(whole, value);
    const inner = items
      ? rowsOf(whole, items, `${name}[].`, depth + 1)
      : rowsOf(whole, value, `${name}.`, depth + 1);
    return [row, ...inner];
  });
}

function typeOf(whole: Schema, given: Schema): string {
  const schema = resolved(whole, given);
  const { type, const: fixed, enum: values, anyOf, oneOf } = schema;
  if (fixed !== undefined) return JSON.stringify(fixed);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' or ');
  const options = Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : undefined;
  if (options) return unique(options.map((one) => (isSchema(one) ? typeOf(whole, one) : 'anything')));
  if (Array.isArray(type)) return unique(type.map((one) => typeOf(whole, { ...schema, type: one })));
  if (type === 'array') {
    const { items } = schema;
    return `list of ${isSchema(items) ? plural(typeOf(whole, items)) : 'anything'}`;
  }
  return words[String(type)] ?? 'anything';
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
};

const plurals: Readonly<Record<string, string>> = {
  text: 'texts',
  object: 'objects',
  number: 'numbers',
  'whole number': 'whole numbers',
};

const plural = (type: string) => plurals[type] ?? type;
const unique = (types: readonly string[]) => [...new Set(types)].join(' or ');

function resolved(whole: Schema, schema: Schema): Schema {
  const { $ref: reference } = schema;
  if (typeof reference !== 'string' || !reference.startsWith('#')) return schema;
  const found = reference
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (isSchema(at) ? at[key] : undefined), whole);
  return isSchema(found) ? found : schema;
}

/** The schema, or the only one of its alternatives, that is of an object. */
function objectIn(whole: Schema, given: Schema): Schema | undefined {
  return alternatives(whole, given).find(({ properties }) => properties !== undefined);
}

function listIn(whole: Schema, given: Schema): Schema | undefined {
  const found = alternatives(whole, given).find(({ items }) => isSchema(items));
  return found && isSchema(found['items']) ? found['items'] : undefined;
}

function alternatives(whole: Schema, given: Schema): readonly Schema[] {
  const schema = resolved(whole, given);
  const { anyOf, oneOf } = schema;
  const options = [anyOf, oneOf].flatMap((some) => (Array.isArray(some) ? some : []));
  return [schema, ...options.filter(isSchema).map((one) => resolved(whole, one))];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
