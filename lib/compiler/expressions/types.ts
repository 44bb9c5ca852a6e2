// What is known of a value before a run, followed along JSONata paths.

export type ScalarName = 'string' | 'number' | 'integer' | 'boolean' | 'null';

export type Type =
  | { readonly kind: 'unknown' }
  /** `values`: the only texts that it can be, where they are known. */
  | { readonly kind: 'scalar'; readonly name: ScalarName; readonly values?: ReadonlySet<string> }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Known>; readonly open: boolean }
  | { readonly kind: 'array'; readonly items: Type }
  /** The value of a path through an array: missing, one item, or an array of items. */
  | { readonly kind: 'many'; readonly items: Type }
  | { readonly kind: 'union'; readonly options: readonly Type[] };

/** A value's type, and whether there certainly is a value (in JSONata it can be missing). */
export interface Known {
  readonly type: Type;
  readonly certain: boolean;
}

/** There is no field of that name; `fields` are those that exist. */
export interface Missing {
  readonly missing: true;
  readonly fields: readonly string[];
  readonly on: string;
}

export const unknown: Type = { kind: 'unknown' };
export const anything: Known = { type: unknown, certain: false };

export function scalar(name: ScalarName): Type & { kind: 'scalar' } {
  return { kind: 'scalar', name };
}

/** A union of more alternatives becomes unknown. */
const MAX_OPTIONS = 16;

export function union(options: readonly Type[]): Type {
  const different = new Map<unknown, Type>();
  for (const option of options) {
    for (const flat of option.kind === 'union' ? option.options : [option]) {
      if (flat.kind === 'unknown') return unknown;
      if (flat.kind === 'scalar') different.set(flat.name, eitherOf(different.get(flat.name), flat));
      else different.set(flat, flat);
      if (different.size > MAX_OPTIONS) return unknown;
    }
  }
  const flat = [...different.values()];
  const [only] = flat;
  return flat.length === 1 && only ? only : { kind: 'union', options: flat };
}

function eitherOf(before: Type | undefined, type: Type & { kind: 'scalar' }): Type {
  if (before?.kind !== 'scalar') return type;
  if (!before.values || !type.values) return scalar(type.name);
  if (before.values.size + type.values.size > MAX_VALUES) return scalar(type.name);
  return { ...type, values: new Set([...before.values, ...type.values]) };
}

/** Of a text that can be one of more values nothing else is known. */
export const MAX_VALUES = 256;

export const MAX_TYPE_SIZE = 4096;

/**
 * The type, or `unknown` where it is so large that following it would take long: types are trees that share parts,
 * and each step's can hold an earlier step's more than once.
 */
export function bounded(type: Type): Type {
  return sizeOf(type) > MAX_TYPE_SIZE ? unknown : type;
}

/** Types never change, so that each is counted once, in however many others it is. */
const sizes = new WeakMap<Type, number>();

/** How many types there are in it, with itself. */
function sizeOf(type: Type): number {
  const known = sizes.get(type);
  if (known !== undefined) return known;
  let size = 1;
  for (const inner of partsOf(type)) {
    size += sizeOf(inner);
    if (size > MAX_TYPE_SIZE) break;
  }
  sizes.set(type, size);
  return size;
}

function* partsOf(type: Type): Generator<Type> {
  if (type.kind === 'union') yield* type.options;
  else if (type.kind === 'array' || type.kind === 'many') yield type.items;
  else if (type.kind === 'object') for (const field of type.fields.values()) yield field.type;
}

export function nullable(type: Type): Type {
  return union([type, scalar('null')]);
}

/** Paths flatten: many of many, and many arrays, are many. */
export function many(type: Type): Type {
  if (type.kind === 'many') return type;
  if (type.kind === 'array') return { kind: 'many', items: type.items };
  return type.kind === 'unknown' ? type : { kind: 'many', items: type };
}

/** The type of a JSON value. */
export function fromLiteral(value: unknown): Type {
  if (value === null) return scalar('null');
  if (Array.isArray(value))
    return { kind: 'array', items: value.length ? union(value.map(fromLiteral)) : unknown };
  switch (typeof value) {
    case 'string':
      return scalar('string');
    case 'boolean':
      return scalar('boolean');
    case 'number':
      return scalar(Number.isInteger(value) ? 'integer' : 'number');
    case 'object': {
      const fields = Object.entries(value).map(([name, field]): [string, Known] => [
        name,
        { type: fromLiteral(field), certain: true },
      ]);
      return { kind: 'object', fields: new Map(fields), open: false };
    }
    default:
      return unknown;
  }
}

/** What is known of `value.name` in JSONata, where `value` is of this type. */
export function member(type: Type, name: string): Known | Missing {
  switch (type.kind) {
    case 'unknown':
      return anything;
    case 'scalar':
      return { missing: true, fields: [], on: describe(type) };
    case 'object': {
      const field = type.fields.get(name);
      if (field) return field;
      return type.open ? anything : { missing: true, fields: [...type.fields.keys()], on: 'an object' };
    }
    case 'array':
    case 'many': {
      const field = member(type.items, name);
      return 'missing' in field ? field : { type: many(field.type), certain: false };
    }
    case 'union': {
      // A field of null is missing, which is no error in JSONata.
      const options = type.options.filter((option) => !(option.kind === 'scalar' && option.name === 'null'));
      if (options.length === 0) return anything;
      const found = options.map((option) => member(option, name));
      const known = found.filter((field): field is Known => !('missing' in field));
      if (known.length === 0) {
        const missing = found.filter((field): field is Missing => 'missing' in field);
        return { missing: true, fields: [...new Set(missing.flatMap((m) => m.fields))], on: describe(type) };
      }
      return {
        type: union(known.map((field) => field.type)),
        certain: known.length === type.options.length && known.every((field) => field.certain),
      };
    }
  }
}

/** The type of one item, where JSONata iterates over arrays by itself. */
export function itemOf(type: Type): Type {
  return type.kind === 'array' || type.kind === 'many' ? itemOf(type.items) : type;
}

/** The type of one item of a list, or of the value itself as a list of one. Nested lists stay lists. */
export function oneItem(type: Type): Type {
  if (type.kind === 'union') return union(type.options.filter((option) => !isNull(option)).map(oneItem));
  return isMany(type) && 'items' in type ? type.items : type;
}

export function isMany(type: Type): boolean {
  return type.kind === 'array' || type.kind === 'many';
}

type JsonType = ScalarName | 'object' | 'array';

/** The JSON types that a value of this type can have; undefined when nothing is known. */
function jsonTypes(type: Type): ReadonlySet<JsonType> | undefined {
  switch (type.kind) {
    case 'unknown':
      return undefined;
    case 'scalar':
      return new Set([type.name]);
    case 'object':
    case 'array':
      return new Set([type.kind]);
    case 'many': {
      const items = jsonTypes(type.items);
      return items && new Set([...items, 'array' as const]);
    }
    case 'union': {
      const all = new Set<JsonType>();
      for (const option of type.options) {
        const types = jsonTypes(option);
        if (!types) return undefined;
        for (const name of types) all.add(name);
      }
      return all;
    }
  }
}

/** False only when no value of type `given` can ever be one of type `wanted`. */
export function mayFit(given: Type, wanted: Type): boolean {
  const have = jsonTypes(given);
  const want = jsonTypes(wanted);
  if (!have || !want) return true;
  for (const name of have) {
    if (want.has(name)) return true;
    // A number may be whole, and every whole number is a number.
    if ((name === 'integer' && want.has('number')) || (name === 'number' && want.has('integer'))) return true;
  }
  return false;
}

/** Whether a value of the one type can equal one of the other; a comparison with null is always fine. */
export function mayEqual(left: Type, right: Type): boolean {
  if (!mayFit(left, right)) return isNull(left) || isNull(right);
  const texts = textsOf(left);
  const others = textsOf(right);
  if (!texts || !others) return true;
  return [...texts].some((text) => others.has(text));
}

export function isNull(type: Type): boolean {
  return type.kind === 'scalar' && type.name === 'null';
}

/** Of a type that is sometimes null. */
export function withoutNull(type: Type): Type {
  return type.kind === 'union' ? union(type.options.filter((option) => !isNull(option))) : type;
}

/** The only values of a text that may also be null; undefined for any other type. */
export function textsOf(type: Type): ReadonlySet<string> | undefined {
  if (type.kind === 'scalar') return type.values;
  const options = type.kind === 'union' ? type.options.filter((option) => !isNull(option)) : [];
  const [only, another] = options;
  return another === undefined && only?.kind === 'scalar' ? only.values : undefined;
}

/** Whether every value of the type is a boolean. */
export function isBoolean(type: Type): boolean {
  return type.kind === 'scalar' && type.name === 'boolean';
}

/** `a string`, `an array or null`: for messages. */
export function describe(type: Type): string {
  const names = jsonTypes(type);
  if (!names) return 'a value';
  return [...names]
    .map((name) => (name === 'null' ? name : `${/^[aio]/.test(name) ? 'an' : 'a'} ${name}`))
    .join(' or ');
}
