// Documents made to keep the compiler busy: the time that it takes grows with their length only.
import { expect, test } from 'vitest';
import { result } from './testing/compile.ts';

/** Steps that each hold the one before them more than once, in the ways that types can. */
const chains: Readonly<Record<string, (before: string) => object>> = {
  'a condition': (s) => ({ transform: `{{ inputs.x ? ${s} : ${s} }}` }),
  'a variable': () => ({ set: { v: '{{ inputs.x ? vars.v : vars.v & "." }}' } }),
  'lists of lists': (s) => ({ transform: [[`{{ ${s} }}`], [`{{ ${s} }}`], { a: `{{ ${s} }}` }] }),
  'lists and objects': (s) => ({ transform: `{{ inputs.x ? {"a": ${s}} : [{"a": ${s}}] }}` }),
  'fields of lists': (s) => ({ transform: `{{ inputs.x ? [${s}, {"a": ${s}}] : ${s}.a }}` }),
};

test.each(Object.entries(chains))('work does not grow with what types share: %s', (_, next) => {
  const list = Array.from({ length: 60 }, (_, n) => ({
    id: `s${n}`,
    ...(n === 0 ? { set: { v: 'ok', a: { b: 1 } } } : next(`steps.s${n - 1}`)),
  }));
  const began = performance.now();
  result({ id: 'w', inputs: { x: {} }, steps: list, output: '{{ steps.s59.a.a.a.a }}' });
  expect(performance.now() - began).toBeLessThan(2000);
});

test.each([
  ['escaped quotes', [`{{ "${'\\"'.repeat(40_000)}{%" }}`]],
  ['many braces in strings', Array.from({ length: 1500 }, () => `{{"${'}} '.repeat(63)}"}}`)],
  ['many braces in one string', [`{{ "${`${'x'.repeat(1000)}}} `.repeat(200)}" }}`]],
])('reading takes time as the text is long: %s', (_, transform) => {
  const began = performance.now();
  const { ok } = result({ id: 'w', steps: [{ id: 'a', transform }] });
  expect({ ok, slow: performance.now() - began > 3000 }).toEqual({ ok: true, slow: false });
});
