// jsonata's interpreter for one expression: in the engine's thread for cheap ones, in a process of its own for others.
import jsonata from 'jsonata';
import { isObject, type Json, MAX_NESTING } from '../model/json.ts';
import { calculateWithDoubles, largeLiterals } from './calculations.ts';
import {
  isStackOverflow,
  LimitExceeded,
  MAX_ITEMS,
  tooDeep,
  tooLarge,
  watched,
} from './expression-limits.ts';
import { FunctionError } from './function-error.ts';
import { addFunctions, type Sources } from './functions.ts';
import { LargeIntegers } from './large-integers.ts';
import { readOwnFields } from './own-fields.ts';
import type { Bindings } from './plain/compile.ts';
import { writeTexts } from './text.ts';

/** An expression that jsonata cannot read. */
class ExpressionSyntaxError extends Error {
  override readonly name = 'ExpressionSyntaxError';
}

/** The value of an expression, or, as the end of a sentence, what it did instead of giving one. */
export type Evaluated = { readonly value: Json } | Failed;

export interface Failed {
  readonly failure: string;
}

export const NOTHING: Failed = { failure: 'returned nothing (undefined).' };

export function limitFailure(text: string): Failed {
  return { failure: `threw an error during evaluation: ${text}` };
}

/** Throws ExpressionSyntaxError. */
export function parseExpression(source: string): jsonata.Expression {
  try {
    return jsonata(source);
  } catch (error) {
    throw new ExpressionSyntaxError(errorText(error));
  }
}

export class Interpreter {
  readonly #compiled: jsonata.Expression;
  readonly #literals: readonly number[];
  /** Adds the watch over one evaluation to its variables. */
  readonly #watched: (bindings: Bindings) => Bindings;

  /** Makes it its own: changes the syntax tree. `watch`: has its evaluations fail at their limits. */
  constructor(parsed: jsonata.Expression, sources: Sources, { watch }: { readonly watch: boolean }) {
    this.#compiled = parsed;
    addFunctions(parsed, sources);
    readOwnFields(parsed);
    this.#literals = largeLiterals(parsed.ast());
    calculateWithDoubles(parsed);
    this.#watched = watch ? watched(parsed) : (bindings) => bindings;
    writeTexts(parsed);
  }

  async evaluate(bindings: Bindings): Promise<Evaluated> {
    try {
      const integers = new LargeIntegers(this.#literals);
      const given = this.#watched(integers.bind(bindings));
      const value: unknown = await this.#compiled.evaluate(undefined, given);
      if (value === undefined) return NOTHING;
      const json = toJson(value, { left: MAX_ITEMS }, 0);
      if (json === undefined) return { failure: 'returned an unsupported result type.' };
      return { value: integers.restored(json) };
    } catch (error) {
      if (error instanceof LimitExceeded) return limitFailure(error.message);
      if (isStackOverflow(error)) return limitFailure(tooDeep);
      return { failure: `threw an error during evaluation. ${errorText(error)}` };
    }
  }
}

/** jsonata throws plain objects with a code; functions throw JavaScript's errors. */
function errorText(error: unknown): string {
  if (!isObject(error)) return String(error);
  const said = error instanceof FunctionError && error.said;
  const message = said || String(error['message'] ?? error);
  return typeof error['code'] === 'string' ? `${error['code']}: ${message}` : message;
}

/** How many values a result may still have; one that a list holds twice counts twice. */
interface Budget {
  left: number;
}

function spend(budget: Budget, value: unknown): void {
  budget.left -= typeof value === 'string' ? 1 + value.length / 8 : 1;
  if (budget.left < 0) throw new LimitExceeded(tooLarge);
}

/**
 * A plain JSON copy: jsonata marks its arrays (sequence, cons, keepSingleton), and the marks would change the value of
 * the next expression. Undefined for a value with a function or a regular expression in it, or nested too deep.
 */
function toJson(value: unknown, budget: Budget, depth: number): Json | undefined {
  spend(budget, value);
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
      return Array.isArray(value)
        ? arrayToJson(value, budget, depth + 1)
        : objectToJson(value, budget, depth + 1);
    default:
      return undefined;
  }
}

function arrayToJson(values: readonly unknown[], budget: Budget, depth: number): Json | undefined {
  const copy: Json[] = [];
  for (const value of values) {
    const json = toJson(value, budget, depth);
    if (json === undefined) return undefined;
    copy.push(json);
  }
  return copy;
}

function objectToJson(value: object, budget: Budget, depth: number): Json | undefined {
  // Functions of jsonata are objects that hold one of JavaScript; data may have keys of the same names.
  if ('implementation' in value && typeof value.implementation === 'function') return undefined;
  if ('apply' in value && typeof value.apply === 'function') return undefined;
  if (value instanceof RegExp) return undefined;
  const copy: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const json = toJson(item, budget, depth);
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
