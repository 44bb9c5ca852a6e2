// Documents made to keep the compiler busy: the time that it takes grows with their length only.
import { expect, test } from 'vitest';
import { growthOfEight } from '../../test/support/growth.ts';
import { result } from './testing/compile.ts';

/** Steps that each hold the one before them more than once, in the ways that types can. */
const chains: Readonly<Record<string, (before: string) => object>> = {
  'a condition': (s) => ({ transform: `{{ inputs.x ? ${s} : ${s} }}` }),
  'a variable': () => ({ set: { v: '{{ inputs.x ? vars.v : vars.v & "." }}' } }),
  'lists of lists': (s) => ({ transform: [[`{{ ${s} }}`], [`{{ ${s} }}`], { a: `{{ ${s} }}` }] }),
  'lists and objects': (s) => ({ transform: `{{ inputs.x ? {"a": ${s}} : [{"a": ${s}}] }}` }),
  'fields of lists': (s) => ({ transform: `{{ inputs.x ? [${s}, {"a": ${s}}] : ${s}.a }}` }),
};

test.each(Object.entries(chains))('work does not grow with what types share: %s', async (_, next) => {
  const compile = (length: number) => {
    const list = Array.from({ length }, (_, n) => ({
      id: `s${n}`,
      ...(n === 0 ? { set: { v: 'ok', a: { b: 1 } } } : next(`steps.s${n - 1}`)),
    }));
    return result({ id: 'w', inputs: { x: {} }, steps: list, output: `{{ steps.s${length - 1}.a.a.a.a }}` });
  };
  // What doubles with each step would be 2^56 times as much.
  expect(await growthOfEight(compile, 8)).toBeLessThan(64);
});

test.each([
  ['escaped quotes', 5000, (n: number) => [`{{ "${'\\"'.repeat(n)}{%" }}`]],
  [
    'many braces in strings',
    188,
    (n: number) => Array.from({ length: n }, () => `{{"${'}} '.repeat(63)}"}}`),
  ],
  ['many braces in one string', 25, (n: number) => [`{{ "${`${'x'.repeat(1000)}}} `.repeat(n)}" }}`]],
])('reading takes time as the text is long: %s', async (_, length, transform) => {
  const compile = (n: number) => result({ id: 'w', steps: [{ id: 'a', transform: transform(n) }] });
  expect(compile(length * 8).ok).toBe(true);
  expect(await growthOfEight(compile, length)).toBeLessThan(32);
});
