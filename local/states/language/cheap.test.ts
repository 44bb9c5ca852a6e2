// Which expressions are evaluated in the engine's own thread.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { isCheap } from './cheap.ts';

/** A text that is doubled so many times. */
const doubled = (times: number) =>
  `($v0 := $x & $x; ${Array.from({ length: times }, (_, n) => `$v${n + 1} := $v${n} & $v${n}`).join('; ')})`;
const sum = (terms: number) => Array(terms).fill('$x').join(' + ');

test.each([
  '$states.input.a.b',
  'a[0]',
  'a[-1].b',
  '[1, {"a": $x}]',
  '-$x',
  '$x = 1 and $y ? "a" : "b"',
  '$x ? 1',
  '$count($x) > 0',
  '$join($x, ", ")',
  `$join($x, "${'-'.repeat(20)}")`,
  '$now()',
  '$fromMillis(1)',
  '$toMillis($x)',
  '($a := $x; $a)',
  sum(90),
  doubled(4),
])('in the thread: %s', (code) => {
  expect(isCheap(jsonata(code).ast())).toBe(true);
});

test.each([
  'a[b = 1]',
  'a[$x]',
  'a.(b + 1)',
  'a.$sum(b)',
  'a{b: c}',
  'a@$b.c',
  'a#$i',
  'a^(b)',
  'a.*',
  'a.**',
  '[1..9]',
  '$map($x, $string)',
  'function($x) { $x }',
  '($f := $sum; $f($x))',
  '$own($x)',
  '$contains($x, /a/)',
  '$replace($x, "a", "b")',
  '$sort($x)',
  '$pad($x, 9)',
  '$eval($x)',
  '$join($x, $y)',
  `$join($x, "${'-'.repeat(21)}")`,
  '$now("[Y]")',
  '$fromMillis(1, "[Y]")',
  '$toMillis($x, "[Y]")',
  doubled(9),
  // A block's own variables end with it, and the name is that of the outer one again.
  '($a := $x; ($a := $map($x, $y)); $a)',
])('in a process of its own: %s', (code) => {
  expect(isCheap(jsonata(code).ast())).toBe(false);
});
