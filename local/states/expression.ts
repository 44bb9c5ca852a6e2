// One JSONata expression of a definition: compiled once, evaluated often.
import jsonata from 'jsonata';
import { EvaluationFailure } from './errors.ts';
import { addFunctions, type Sources } from './functions.ts';
import { isObject, type Json, jsonType } from './json.ts';

/** What an expression sees: `$states` and the variables, by their names without the dollar sign. */
export type Bindings = Readonly<Record<string, unknown>>;

/** An expression that jsonata cannot read. */
export class ExpressionSyntaxError extends Error {
  override readonly name = 'ExpressionSyntaxError';
}

const OPEN = '{%';
const CLOSE = '%}';

/** Whether a text of a definition is an expression: no blank may stand outside of `{% … %}`. */
export function isExpression(text: string): boolean {
  return text.startsWith(OPEN) && text.endsWith(CLOSE) && text.length >= OPEN.length + CLOSE.length;
}

export class Expression {
  readonly #source: string;
  /** The field's path in the state, as `Arguments/Payload/id`. */
  readonly #field: string;
  readonly #compiled: jsonata.Expression;

  /** Throws ExpressionSyntaxError. `text` includes its delimiters. */
  constructor(text: string, field: string, sources: Sources) {
    this.#source = text.slice(OPEN.length, -CLOSE.length).trim();
    this.#field = field;
    try {
      this.#compiled = jsonata(this.#source);
    } catch (error) {
      throw new ExpressionSyntaxError(errorText(error));
    }
    addFunctions(this.#compiled, sources);
  }

  /** Throws EvaluationFailure when the expression fails or gives nothing or something that is not JSON. */
  async evaluate(bindings: Bindings): Promise<Json> {
    let value: unknown;
    try {
      value = await this.#compiled.evaluate(undefined, bindings);
    } catch (error) {
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
      `returned an unexpected result type. Expected '${expected}', but was '${jsonType(value)}' for value: ${JSON.stringify(value)}`,
    );
  }

  #failure(what: string): EvaluationFailure {
    return new EvaluationFailure(
      `The JSONata expression '${this.#source}' specified for the field '${this.#field}' ${what}`,
      this.#field,
    );
  }
}

/** jsonata throws plain objects with a code; JavaScript's own errors come from functions. */
function errorText(error: unknown): string {
  if (!isObject(error)) return String(error);
  const message = String(error['message'] ?? error);
  return typeof error['code'] === 'string' ? `${error['code']}: ${message}` : message;
}

/**
 * A plain JSON copy. jsonata marks its arrays (sequence, cons, keepSingleton): carried into the next
 * expression, the marks would change what it gives. Undefined when a function or a regular expression is in it.
 */
function toJson(value: unknown): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? arrayToJson(value) : objectToJson(value);
    default:
      return undefined;
  }
}

function arrayToJson(values: readonly unknown[]): Json | undefined {
  const copy: Json[] = [];
  for (const value of values) {
    const json = toJson(value);
    if (json === undefined) return undefined;
    copy.push(json);
  }
  return copy;
}

function objectToJson(value: object): Json | undefined {
  if ('_jsonata_lambda' in value || '_jsonata_function' in value || value instanceof RegExp) return undefined;
  const copy: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const json = toJson(item);
    if (json === undefined) return undefined;
    if (key === '__proto__') define(copy, key, json);
    else copy[key] = json;
  }
  return copy;
}

/** Sets a key that an assignment would take for something else. */
function define(object: object, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}
