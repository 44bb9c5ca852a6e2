// The functions that an expression can call: JSONata's, those that Step Functions adds, and those that it has otherwise.
import { randomUUID } from 'node:crypto';
import jsonata from 'jsonata';
import type { Clock } from '../model/clock.ts';
import { assert, error, hash, parse, partition, range, seeded } from './added-functions.ts';

/** Between 0 and 1, 1 left out. */
export type Random = () => number;

/** What the value of an expression can depend on besides its input. */
export interface Sources {
  readonly random: Random;
  /** The time of `$now` and `$millis`. */
  readonly clock: Pick<Clock, 'now'>;
}

/** By the object that jsonata makes for each evaluation: `$now` and `$millis` stand still within one. */
const times = new WeakMap<Date, number>();

function timeOf({ environment: { timestamp } }: jsonata.Focus, clock: Sources['clock']): number {
  const known = times.get(timestamp);
  const time = known ?? clock.now();
  if (known === undefined) times.set(timestamp, time);
  return time;
}

/** Replaces jsonata's own `$now`, which goes by the machine's time. */
const formatted = jsonata('$fromMillis($t, $picture, $timezone)');

type Implementation = Parameters<jsonata.Expression['registerFunction']>[1];

/** Each with its signature. */
const ADDED: Readonly<
  Record<string, readonly [create: (sources: Sources) => Implementation, signature: string]>
> = {
  partition: [() => partition, '<x?n?:a>'],
  range: [() => range, '<nnn?:a>'],
  hash: [() => hash, '<ss?:s>'],
  random: [
    ({ random }) =>
      (seed?: number) =>
        seed === undefined ? random() : seeded(seed),
    '<n?:n>',
  ],
  uuid: [() => () => randomUUID(), '<:s>'],
  parse: [() => parse, '<s?:x>'],
  error: [() => error, '<s?:x>'],
  assert: [() => assert, '<bs?:x>'],
  millis: [
    ({ clock }) =>
      function () {
        return timeOf(this, clock);
      },
    '<:n>',
  ],
  now: [
    ({ clock }) =>
      function (picture?: string, timezone?: string) {
        return formatted.evaluate(undefined, { t: timeOf(this, clock), picture, timezone });
      },
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
