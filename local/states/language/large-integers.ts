// Whole numbers that no double has (bigints), in jsonata's interpreter, which knows doubles only.
//
// Each is given to an evaluation as a double near it, distinct numbers as distinct doubles in the same order. Wherever
// such a double comes out, as a value or in a text, it is the whole number again: what is passed on keeps its digits.
// calculations.ts calculates with what it stands for instead.
import type jsonata from 'jsonata';
import { isJsonArray, isJsonObject, type Json, mayHoldBigInt } from '../model/json.ts';
import type { Bindings } from './plain/compile.ts';

/** The key of this evaluation's numbers among its variables: no variable of an expression can have such a name. */
const KEY = '\0integers';

export class LargeIntegers {
  readonly #byDouble = new Map<number, number | bigint>();
  readonly #doubles = new Map<number | bigint, number>();

  /** @param literals doubles that stay themselves, whatever else comes to stand near them */
  constructor(literals: readonly number[] = []) {
    for (const literal of literals) this.#byDouble.set(literal, literal);
  }

  /** Those of the evaluation that calls a function. */
  static of({ environment }: jsonata.Focus): LargeIntegers {
    const found: unknown = environment.lookup(KEY);
    return found instanceof LargeIntegers ? found : new LargeIntegers();
  }

  bind(bindings: Bindings): Bindings {
    return { ...(mayHoldBigInt() ? this.#fieldsAsDoubles(bindings) : bindings), [KEY]: this };
  }

  /** A value that came to be within the evaluation. */
  asDoubles(value: Json): Json {
    return mayHoldBigInt() ? this.#asDoubles(value) : value;
  }

  /** What a double stands for. */
  exact(double: number): number | bigint {
    return this.#byDouble.get(double) ?? double;
  }

  /** What is calculated with, for a number or those of a list: the double next to what it stands for. */
  nearest(value: number): number;
  nearest(value: unknown): unknown;
  nearest(value: unknown): unknown {
    if (this.#byDouble.size === 0) return value;
    if (typeof value === 'number') return Number(this.exact(value));
    return Array.isArray(value) ? value.map((item) => this.nearest(item)) : value;
  }

  /** What stands for a calculated number: another double, if one of the whole numbers has its own. */
  calculated(value: number): number;
  calculated(value: unknown): unknown;
  calculated(value: unknown): unknown {
    if (typeof value !== 'number' || this.#byDouble.size === 0) return value;
    return Math.abs(value) > Number.MAX_SAFE_INTEGER && Number.isFinite(value) ? this.#double(value) : value;
  }

  restored(value: Json): Json {
    return this.#doubles.size > 0
      ? mapNumbers(value, (number) => (typeof number === 'number' ? this.exact(number) : number))
      : value;
  }

  #fieldsAsDoubles(bindings: Bindings): Bindings {
    return this.#asDoubles(bindings as Record<string, Json>) as Record<string, Json>; // JSON all of it
  }

  #asDoubles(value: Json): Json {
    const doubles = new Set<number>();
    const integers = new Set<bigint>();
    collect(value, doubles, integers);
    if (integers.size === 0) return value;
    // Those that are doubles stay themselves.
    for (const double of doubles) if (!this.#byDouble.has(double)) this.#byDouble.set(double, double);
    for (const integer of [...integers].sort((a, b) => (a < b ? -1 : 1))) this.#double(integer);
    return mapNumbers(value, (number) => (typeof number === 'bigint' ? this.#double(number) : number));
  }

  #double(number: number | bigint): number {
    const known = this.#doubles.get(number);
    if (known !== undefined) return known;
    let double = Number(number);
    const taken = this.#byDouble.get(double);
    if (taken === number) return double;
    const step = taken !== undefined && number < taken ? -spacing(double) : spacing(double);
    while (this.#byDouble.has(double)) double += step;
    this.#byDouble.set(double, number);
    this.#doubles.set(number, double);
    return double;
  }
}

/** From a large double to the next one. */
const spacing = (double: number): number => 2 ** (Math.floor(Math.log2(Math.abs(double))) - 52);

/** Adds the numbers of a value that bigints could be taken for, and its bigints. */
function collect(value: Json, doubles: Set<number>, integers: Set<bigint>): void {
  if (typeof value === 'bigint') integers.add(value);
  else if (typeof value === 'number') {
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) doubles.add(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) collect(item, doubles, integers);
  }
}

/** What has no number that changes is kept as it is. */
function mapNumbers(value: Json, change: (number: number | bigint) => Json): Json {
  if (typeof value === 'number' || typeof value === 'bigint') return change(value);
  if (isJsonArray(value)) {
    const items = value.map((item) => mapNumbers(item, change));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, mapNumbers(item, change)] as const);
  return entries.every(([key, item]) => item === value[key]) ? value : Object.fromEntries(entries);
}
