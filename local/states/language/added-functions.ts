// The functions that Step Functions adds to JSONata (developer guide, "JSONata functions provided by Step Functions"), as
// measured on AWS in https://github.com/floci-io/floci/issues/2662 and https://github.com/floci-io/floci/pull/2676: what
// fails, what gives nothing, and that numbers are rounded towards zero.
import { createHash } from 'node:crypto';
import type jsonata from 'jsonata';
import { isObject, type Json, parseJson } from '../model/json.ts';
import { LimitExceeded, tooLarge } from './expression-limits.ts';
import { FunctionError } from './function-error.ts';
import { firstDouble } from './java-random.ts';
import { LargeIntegers } from './large-integers.ts';

const ALGORITHMS: Readonly<Record<string, string>> = {
  'SHA-1': 'sha1',
  'SHA-384': 'sha384',
  'SHA-256': 'sha256',
  'SHA-512': 'sha512',
  MD5: 'md5',
};

/** The most items of `$range`: fewer than a range in brackets may have. */
const MAX_RANGE = 360_145;

/** Of Java's long. */
const MAX_LONG = 2 ** 63;

/** A number as Java casts it to a long: NaN is 0. */
function toLong(value: number): number {
  const whole = Math.trunc(Math.min(Math.max(value, -MAX_LONG), MAX_LONG));
  return Number.isNaN(whole) ? 0 : whole;
}

/** Error codes and texts are AWS's. */
const failure = (message: string) => new FunctionError('D3137', {}, message);
const wrongArgument = (index: number) => new FunctionError('T0410', { index });

/** As jsonata's, with the message as it is. */
export function error(message?: string): never {
  throw failure(message || '$error() function evaluated');
}

export function assert(condition: boolean, message?: string): void {
  if (!condition) throw new FunctionError('D3141', {}, message || '$assert() statement failed');
}

export function partition(array: unknown, size?: number): unknown[][] | undefined {
  if (array === undefined) return undefined;
  if (!Array.isArray(array)) throw new FunctionError('T0412', { index: 1 });
  if (array.length === 0) return undefined;
  if (size === undefined) return [array];
  const length = toLong(size);
  if (length < 0) throw failure('Second argument must be zero or greater');
  if (length === 0) return undefined;
  const chunks: unknown[][] = [];
  for (let at = 0; at < array.length; at += length) chunks.push(array.slice(at, at + length));
  return chunks;
}

/** One number by itself is no list. */
export function range(
  first: number | undefined,
  last: number | undefined,
  step?: number,
): number | number[] | undefined {
  if (first === undefined) throw wrongArgument(1);
  if (last === undefined) throw wrongArgument(2);
  if (step === undefined) return undefined;
  const [start, end, delta] = [toLong(first), toLong(last), toLong(step)];
  if (delta === 0 || (end - start) * delta < 0) return undefined;
  if (start === end) return start;
  const length = Math.floor((end - start) / delta) + 1;
  if (length > MAX_RANGE) throw new LimitExceeded(tooLarge);
  return Array.from({ length }, (_, index) => start + index * delta);
}

export function hash(data: string | undefined, algorithm?: string): string | undefined {
  if (data === undefined) throw wrongArgument(1);
  if (algorithm === undefined) return undefined;
  const name = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
  if (name === undefined) {
    const names = Object.keys(ALGORITHMS).join(', ');
    throw failure(`Hash algorithm '${algorithm}' must be one of ${names}`);
  }
  return createHash(name).update(data).digest('hex');
}

export function seeded(seed: number): number {
  return firstDouble(BigInt(toLong(seed)));
}

export function parse(this: jsonata.Focus, text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  let value: Json;
  try {
    value = parseJson(text);
  } catch {
    throw failure('Invalid JSON');
  }
  if (hasRepeatedKey(text, value)) throw failure('Invalid JSON');
  return LargeIntegers.of(this).asDoubles(value);
}

/** Whether the text has more members than the value: of two with one key the value has the second. */
function hasRepeatedKey(text: string, value: Json): boolean {
  const members = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '').split(':').length - 1;
  return members > countMembers(value);
}

function countMembers(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner: readonly Json[] = Object.values(value);
  const own = isObject(value) ? inner.length : 0;
  return inner.reduce((count: number, item) => count + countMembers(item), own);
}
