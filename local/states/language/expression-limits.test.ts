// Expressions that do not end, or take too much memory, fail their state; the engine goes on.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestEngine } from '../testing/engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start();
});
afterAll(() => engine.close());

const evaluate = (expression: string, input: unknown = {}) =>
  engine.run({ P: { Type: 'Pass', Output: { r: `{% ${expression} %}` }, End: true } }, input);

const cause = (expression: string, text: string) =>
  `An error occurred while executing the state 'P' (entered at the event id #2). The JSONata expression '${expression}' specified for the field 'Output/r' threw an error during evaluation: ${text}`;

const TOO_DEEP =
  'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.';
const TOO_LONG = 'Expression evaluation timeout: Check for infinite loop';
const TOO_LARGE = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';

const sum = (terms: number) => Array(terms).fill('1').join('+');

test.each([
  ['a function that calls itself last, for ever', '($f := function($x){ $f($x + 1) }; $f(1))', TOO_LONG],
  ['a function that calls itself for ever', '($f := function($x){ 1 + $f($x) }; $f(1))', TOO_DEEP],
  ['a sum of 101 terms', sum(101), TOO_DEEP],
  ['Roman numerals of a large number', '$formatInteger(1e12, "I")', TOO_DEEP],
  ['words of more than any number', '$formatInteger(1/0, "w")', TOO_DEEP],
  ['letters of more than any number', '$formatInteger(1/0, "A")', TOO_LONG],
  [
    'a text that doubles',
    '($p := function($s, $n){ $n = 0 ? $s : $p($s & $s, $n - 1) }; $p("x", 23))',
    TOO_LARGE,
  ],
  ['a range of 873,783 numbers', '$count([1..873783])', TOO_LARGE],
  ['lists in lists', '$count([1..10000].[1..10000])', TOO_LARGE],
  ['the items of a list by those of others', '$count([1..3000][$ in [1..3000][$ in [1..3000]]])', TOO_LONG],
  ['a text of 100 million characters', '$length($pad("", 100000000))', TOO_LARGE],
])('%s', async (_, expression, text) => {
  const { execution } = await evaluate(expression);
  expect(execution).toMatchObject({
    status: 'FAILED',
    error: 'States.QueryEvaluationError',
    cause: cause(expression, text),
  });
});

test('an endless recursion through a higher-order function', async () => {
  const { execution } = await evaluate('($f := function($x){ $map([$x], $f) }; $f(1))');
  expect(execution.error).toBe('States.QueryEvaluationError');
  expect([TOO_LONG, TOO_LARGE].some((text) => execution.cause?.endsWith(text))).toBe(true);
});

test.each([
  ['a sum of 100 terms', sum(100), 100],
  ['a range of 873,782 numbers', '$count([1..873782])', 873_782],
  [
    'a text of 4 million characters',
    '($p := function($s, $n){ $n = 0 ? $s : $p($s & $s, $n - 1) }; $length($p("x", 22)))',
    4_194_304,
  ],
  ['a loop of 10,000 rounds', '($f := function($n){ $n = 0 ? "done" : $f($n - 1) }; $f(10000))', 'done'],
  ['a recursion 12 deep', '($f := function($n){ $n = 0 ? 0 : 1 + $f($n - 1) }; $f(12))', 12],
  ['a function over 10,000 items', '$sum($map([1..10000], function($n){ $n * 2 }))', 100_010_000],
])('within the limits: %s', async (_, expression, result) => {
  expect((await evaluate(expression)).output).toEqual({ r: result });
});

test('a regular expression with exponential backtracking', async () => {
  const { output } = await evaluate('$contains($states.input, /^(a+)+$/)', `${'a'.repeat(60)}b`);
  expect(output).toEqual({ r: false });
});

test('the failure can be caught, and other executions go on meanwhile', async () => {
  const endless = '{% ($f := function($x){ $f($x) }; $f(1)) %}';
  const caught = {
    Try: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'P', States: { P: { Type: 'Pass', Output: endless, End: true } } }],
      Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Output: 'caught', Next: 'Done' }],
      End: true,
    },
    Done: { Type: 'Succeed' },
  };
  const others = Array.from({ length: 20 }, (_, n) =>
    evaluate('$f($states.input)'.replace('$f', '$string'), n),
  );
  expect((await engine.run(caught)).output).toBe('caught');
  expect((await Promise.all(others)).map(({ output }) => output)).toEqual(
    Array.from({ length: 20 }, (_, n) => ({ r: String(n) })),
  );
});

test('two evaluations of one expression at the same time are watched separately', async () => {
  const deep = '{% ($f := function($n){ $n = 0 ? 0 : 1 + $f($n - 1) }; $f(12)) %}';
  const states = {
    Each: {
      Type: 'Map',
      Items: '{% [1..40] %}',
      ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', Output: deep, End: true } } },
      End: true,
    },
  };
  expect((await engine.run(states)).output).toEqual(Array(40).fill(12));
});

test.each([
  ['$pad("foo", 5)', 'foo  '],
  ['$pad("foo", -5, "#")', '##foo'],
  ['$pad("foo", 8, "-+")', 'foo-+-+-'],
  ['$pad("foo", 3)', 'foo'],
  ['$pad("😂", 3, "😂")', '😂😂😂'],
  ['$pad("x", 4, "")', 'x   '],
])('%s', async (expression, result) => {
  expect((await evaluate(expression)).output).toEqual({ r: result });
});

test.each([
  ['1e300', '1e+300'],
  ['1e300, "[Y]"', '1e+300'],
  ['8640000000000001', '8640000000000001'],
  ['-1e17', '-100000000000000000'],
  ['1/0', 'Infinity'],
  ['0/0', 'NaN'],
])('$fromMillis(%s) is no time', async (time, shown) => {
  const { execution } = await evaluate(`$fromMillis(${time})`);
  expect(execution.error).toBe('States.QueryEvaluationError');
  expect(execution.cause).toMatch(
    new RegExp(`${shown.replace('+', '\\+')} milliseconds from 1970 are no time$`),
  );
});

test('$fromMillis gives the last time that there is', async () => {
  const { execution } = await evaluate('$fromMillis(8640000000000000, "[Y000001]-[M01]-[D01]")');
  expect(execution.output).toBe('{"r":"275760-09-13"}');
});
