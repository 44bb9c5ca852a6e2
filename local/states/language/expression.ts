// One JSONata expression of a definition: compiled once, evaluated often; a plain one without jsonata's interpreter.
import jsonata from 'jsonata';
import { EvaluationFailure } from '../model/errors.ts';
import { isObject, type Json, jsonText, jsonType, MAX_NESTING } from '../model/json.ts';
import { isDeep, LimitExceeded, watched } from './expression-limits.ts';
import { addFunctions, type Sources } from './functions.ts';
import { readOwnFields } from './own-fields.ts';
import { type Bindings, compilePlain, type PlainExpression } from './plain/compile.ts';
import { NotPlain } from './plain/values.ts';
import { writeTexts } from './text.ts';

export type { Bindings } from './plain/compile.ts';

/** An expression that jsonata cannot read. */
export class ExpressionSyntaxError extends Error {
  override readonly name = 'ExpressionSyntaxError';
}

const OPEN = '{%';
const CLOSE = '%}';

/** Whether a string of a definition is an expression: `{% … %}`, with nothing around it. */
export function isExpression(text: string): boolean {
  return text.startsWith(OPEN) && text.endsWith(CLOSE) && text.length >= OPEN.length + CLOSE.length;
}

/** The expression without its delimiters. */
export const sourceOf = (text: string): string => text.slice(OPEN.length, -CLOSE.length).trim();

export class Expression {
  readonly #source: string;
  /** The field's path in the state, as `Arguments/Payload/id`. */
  readonly #field: string;
  readonly #compiled: jsonata.Expression;
  readonly #plain: PlainExpression | undefined;
  /** Adds the watch over one evaluation by the interpreter to its variables. */
  readonly #watched: (bindings: Bindings) => Bindings;

  /** Throws ExpressionSyntaxError. `text` includes its delimiters. */
  constructor(text: string, field: string, sources: Sources) {
    this.#source = sourceOf(text);
    this.#field = field;
    try {
      this.#compiled = jsonata(this.#source);
    } catch (error) {
      throw new ExpressionSyntaxError(errorText(error));
    }
    addFunctions(this.#compiled, sources);
    readOwnFields(this.#compiled);
    this.#watched = watched(this.#compiled);
    this.#plain = isDeep(this.#compiled.ast()) ? undefined : compilePlain(this.#compiled.ast());
    writeTexts(this.#compiled);
  }

  /**
   * Gives the value, or, where jsonata's interpreter is needed, a promise of it. Throws, or rejects with,
   * EvaluationFailure when the expression fails, or when its value is undefined or a function.
   */
  evaluate(bindings: Bindings): Json | Promise<Json> {
    if (!this.#plain) return this.#interpret(bindings);
    try {
      const value = this.#plain(bindings);
      if (value !== undefined) return value;
    } catch (error) {
      if (error instanceof NotPlain) return this.#interpret(bindings);
      throw error;
    }
    throw this.#failure('returned nothing (undefined).');
  }

  async #interpret(bindings: Bindings): Promise<Json> {
    let value: unknown;
    try {
      // Grouping (`$list{key: value}`) adds an item to an empty list, which other states must not see: it gets a copy.
      const given = this.#source.includes('{') ? structuredClone(bindings) : bindings;
      value = await this.#compiled.evaluate(undefined, this.#watched(given));
    } catch (error) {
      if (error instanceof LimitExceeded) {
        throw this.#failure(`threw an error during evaluation: ${error.message}`);
      }
      throw this.#failure(`threw an error during evaluation. ${errorText(error)}`);
    }
    if (value === undefined) throw this.#failure('returned nothing (undefined).');
    const json = toJson(value);
    if (json === undefined) throw this.#failure('returned an unsupported result type.');
    return json;
  }

  /** Throws EvaluationFailure saying that a value of another type was expected. */
  unexpectedType(expected: string, value: Json): EvaluationFailure {
    return this.#failure(
      `returned an unexpected result type. Expected '${expected}', but was '${jsonType(value)}' for value: ${jsonText(value)}`,
    );
  }

  #failure(what: string): EvaluationFailure {
    return new EvaluationFailure(
      `The JSONata expression '${this.#source}' specified for the field '${this.#field}' ${what}`,
      this.#field,
    );
  }
}

/** jsonata throws plain objects with a code; functions throw JavaScript's errors. */
function errorText(error: unknown): string {
  if (!isObject(error)) return String(error);
  const message = String(error['message'] ?? error);
  return typeof error['code'] === 'string' ? `${error['code']}: ${message}` : message;
}

/**
 * A plain JSON copy: jsonata marks its arrays (sequence, cons, keepSingleton), and the marks would change the value of
 * the next expression. Undefined for a value with a function or a regular expression in it, or nested too deep.
 */
function toJson(value: unknown, depth = 0): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // JSON has no such numbers; AWS gives their names as texts (https://github.com/floci-io/floci/issues/2737).
      return Number.isFinite(value) ? value : String(value);
    case 'object':
      if (value === null) return null;
      if (depth >= MAX_NESTING) return undefined;
      return Array.isArray(value) ? arrayToJson(value, depth + 1) : objectToJson(value, depth + 1);
    default:
      return undefined;
  }
}

function arrayToJson(values: readonly unknown[], depth: number): Json | undefined {
  const copy: Json[] = [];
  for (const value of values) {
    const json = toJson(value, depth);
    if (json === undefined) return undefined;
    copy.push(json);
  }
  return copy;
}

function objectToJson(value: object, depth: number): Json | undefined {
  // Functions of jsonata are objects that hold one of JavaScript; data may have keys of the same names.
  if ('implementation' in value && typeof value.implementation === 'function') return undefined;
  if ('apply' in value && typeof value.apply === 'function') return undefined;
  if (value instanceof RegExp) return undefined;
  const copy: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const json = toJson(item, depth);
    if (json === undefined) return undefined;
    if (key === '__proto__') define(copy, key, json);
    else copy[key] = json;
  }
  return copy;
}

/** Sets a key that an assignment would not make an ordinary property. */
function define(object: object, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}
