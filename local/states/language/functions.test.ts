// The list of functions against jsonata itself.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { addFunctions, functionNames } from './functions.ts';

test('every function of jsonata is in the list, but for $eval', () => {
  const source = readFileSync(createRequire(import.meta.url).resolve('jsonata'), 'utf8');
  const bound = Array.from(source.matchAll(/staticFrame\.bind\('(\w+)'/g), ([, name = '']) => name);
  expect(bound.length).toBeGreaterThan(50);
  expect(bound.filter((name) => name !== 'eval' && !functionNames.has(name))).toEqual([]);
  expect(functionNames).not.toContain('eval');
});

test('every function in the list can be called', async () => {
  const missing: string[] = [];
  for (const name of functionNames) {
    const expression = jsonata(`$${name}`);
    addFunctions(expression, { random: () => 0.5, clock: { now: () => 0 } });
    if ((await expression.evaluate({})) === undefined) missing.push(name);
  }
  expect(missing).toEqual([]);
});

test('$now and $millis stand still within an evaluation, and not between two', async () => {
  let now = 0;
  const sources = { random: () => 0.5, clock: { now: () => ++now } };
  const expression = jsonata('[$millis(), $toMillis($now()), $map([1, 2], function() { $millis() })]');
  addFunctions(expression, sources);
  expect([...(await expression.evaluate({}))]).toEqual([1, 1, 1, 1]);
  expect([...(await expression.evaluate({}))]).toEqual([2, 2, 2, 2]);
});
