// The functions that an expression can call: JSONata's, and those that Step Functions adds (developer guide, "JSONata
// functions provided by Step Functions").
import { createHash, randomUUID } from 'node:crypto';
import jsonata from 'jsonata';
import type { Clock } from '../model/clock.ts';

/** Between 0 and 1, 1 left out. */
export type Random = () => number;

/** What the value of an expression can depend on besides its input. */
export interface Sources {
  readonly random: Random;
  /** The time of `$now` and `$millis`. */
  readonly clock: Pick<Clock, 'now'>;
}

const MAX_ITEMS = 1000;
const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function partition(array: readonly unknown[] | undefined, size: number): unknown[][] | undefined {
  if (array === undefined) return undefined;
  const length = Math.round(size);
  if (!(length > 0)) throw new Error('$partition: the chunk size must be a positive integer');
  const chunks: unknown[][] = [];
  for (let at = 0; at < array.length; at += length) chunks.push(array.slice(at, at + length));
  return chunks;
}

function range(first: number, last: number, step: number): number[] {
  const [start, end, delta] = [first, last, step].map(Math.round) as [number, number, number];
  if (delta === 0) throw new Error('$range: the step must not be zero');
  const length = Math.floor((end - start) / delta) + 1;
  if (length > MAX_ITEMS) throw new Error(`$range: more than ${MAX_ITEMS} items`);
  return Array.from({ length: Math.max(0, length) }, (_, index) => start + index * delta);
}

function hash(data: string, algorithm: string): string {
  const name = ALGORITHMS[algorithm];
  if (!name) throw new Error(`$hash: ${algorithm} is none of ${Object.keys(ALGORITHMS).join(', ')}`);
  return createHash(name).update(data).digest('hex');
}

/** The same number for the same seed (mulberry32). AWS does not say which generator it uses. */
function seeded(seed: number): number {
  let t = (seed + 0x6d2b79f5) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

/** Replaces jsonata's own `$now`, which goes by the machine's time. */
const formatted = jsonata('$fromMillis($t, $picture, $timezone)');

type Implementation = Parameters<jsonata.Expression['registerFunction']>[1];

/** Each with its signature. */
const ADDED: Readonly<
  Record<string, readonly [create: (sources: Sources) => Implementation, signature: string]>
> = {
  partition: [() => partition, '<an:a>'],
  range: [() => range, '<nnn:a>'],
  hash: [() => hash, '<ss:s>'],
  random: [
    ({ random }) =>
      (seed?: number) =>
        seed === undefined ? random() : seeded(seed),
    '<n?:n>',
  ],
  uuid: [() => () => randomUUID(), '<:s>'],
  parse: [() => (text: string | undefined) => (text === undefined ? undefined : JSON.parse(text)), '<s:x>'],
  millis: [
    ({ clock }) =>
      () =>
        clock.now(),
    '<:n>',
  ],
  now: [
    ({ clock }) =>
      (picture?: string, timezone?: string) =>
        formatted.evaluate(undefined, { t: clock.now(), picture, timezone }),
    '<s?s?:s>',
  ],
};

/** Gives an expression Step Functions' own functions and takes `$eval` from it, as AWS does. */
export function addFunctions(expression: jsonata.Expression, sources: Sources): void {
  for (const [name, [create, signature]] of Object.entries(ADDED)) {
    expression.registerFunction(name, create(sources), signature);
  }
  expression.assign('eval', undefined);
}

/** Those of jsonata 2.0.6, without `$eval`. */
const BUILT_IN = [
  ...['sum', 'count', 'max', 'min', 'average', 'string', 'substring', 'substringBefore', 'substringAfter'],
  ...['lowercase', 'uppercase', 'length', 'trim', 'pad', 'match', 'contains', 'replace', 'split', 'join'],
  ...[
    'formatNumber',
    'formatBase',
    'formatInteger',
    'parseInteger',
    'number',
    'floor',
    'ceil',
    'round',
    'abs',
  ],
  ...[
    'sqrt',
    'power',
    'random',
    'boolean',
    'not',
    'map',
    'zip',
    'filter',
    'single',
    'reduce',
    'sift',
    'keys',
  ],
  ...['lookup', 'append', 'exists', 'spread', 'merge', 'reverse', 'each', 'error', 'assert', 'type', 'sort'],
  ...['shuffle', 'distinct', 'base64encode', 'base64decode', 'encodeUrlComponent', 'encodeUrl'],
  ...['decodeUrlComponent', 'decodeUrl', 'toMillis', 'fromMillis', 'clone'],
];

export const functionNames: ReadonlySet<string> = new Set([...BUILT_IN, ...Object.keys(ADDED)]);
