// Plain expressions against the interpreter: both give the same value, for random expressions and values.
import fc from 'fast-check';
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { type Json, jsonText, jsonValue } from '../../model/json.ts';
import { LargeIntegers } from '../large-integers.ts';
import { writeTexts } from '../text.ts';
import { type Bindings, compilePlain } from './compile.ts';
import { NotPlain } from './values.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 5000);
const NOT_PLAIN = Symbol('not plain');

function plainly(source: string, bindings: Bindings): unknown {
  const plain = compilePlain(treeOf(source));
  if (!plain) return NOT_PLAIN;
  try {
    return plain(bindings);
  } catch (error) {
    if (error instanceof NotPlain) return NOT_PLAIN;
    throw error;
  }
}

/** Undefined when the expression cannot be parsed. */
function treeOf(source: string): unknown {
  try {
    return jsonata(source).ast();
  } catch {
    return undefined;
  }
}

/** The interpreter's result without the marks of its arrays. */
const interpreted = async (source: string, bindings: Bindings): Promise<unknown> => {
  const expression = jsonata(source);
  writeTexts(expression);
  const integers = new LargeIntegers();
  const value = stripped(await expression.evaluate(undefined, integers.bind(bindings)));
  return value === undefined ? undefined : integers.restored(value as Json);
};

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, stripped(item)]));
}

/** Mostly ordinary nodes, as with many unusual ones hardly an expression is plain as a whole. */
const mostly = <T>(ordinary: readonly T[], hostile: readonly T[]) =>
  fc.oneof(
    { weight: 19, arbitrary: fc.constantFrom(...ordinary) },
    { weight: 1, arbitrary: fc.constantFrom(...hostile) },
  );

const key = mostly(
  ['a', 'b', 'Payload'],
  ['then', 'sequence', 'length', 'toString', '__proto__', '_jsonata_lambda', '_jsonata_function'],
);
const number = fc.oneof(
  fc.constantFrom<Json>(0, -0, 1, -1, 2.5, 1e21, 0.1, 1e-7, 1e308, 5890840712243077, 123456789012345680),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
/** Neighbours have the same double. */
const large = fc.constantFrom(
  ...['8202522731445525542', '8202522731445525543', '-9223372036854775807', '9007199254740993'].map(
    jsonValue,
  ),
);
const literal: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, '', 'a', 'b', '0', '[', '1'),
  number,
  fc.string(),
);
const scalar = fc.oneof({ weight: 4, arbitrary: literal }, { weight: 1, arbitrary: large });
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json; array: Json[]; object: Json }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('array'), tie('object')),
  array: fc.array(tie('value'), { maxLength: 3 }),
  object: fc
    .uniqueArray(fc.tuple(key, tie('value')), { selector: ([name]) => name, maxLength: 4 })
    // As JSON text, so that `__proto__` is a key like others.
    .map((entries) => jsonValue(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${jsonText(v)}`)}}`)),
})).value;

const rarely = fc.oneof({ weight: 49, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const bindings = fc
  .record({
    x: value,
    y: value,
    // A variable with a function's name, and names of JavaScript's own properties.
    ...{ count: rarely, hasOwnProperty: rarely },
    states: fc.record({ input: value, result: value }),
  })
  // JSON has no undefined.
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, item]) => item !== undefined)));

const index = mostly(['', '', '[0]', '[1]', '[-1]', '[0][0]', '[-2][1]', '[1.5]'], ['[]', '[a]']);
const anything = fc.constantFrom('&', '=', '!=', 'and', 'or', 'in');
const arithmetic = fc.constantFrom('+', '-', '*', '/', '%', '<', '<=', '>', '>=');
const call = mostly(['exists', 'count', 'boolean', 'not', 'string', 'type'], ['sum', 'absent']);
const source: fc.Arbitrary<string> = fc.letrec<Record<'any' | 'number' | 'path' | 'root' | 'block', string>>(
  (tie) => ({
    any: fc.oneof(
      { maxDepth: 3, depthSize: 'medium' },
      literal.map((item) => JSON.stringify(item)),
      tie('path'),
      tie('number'),
      fc.tuple(tie('any'), anything, tie('any')).map(([l, o, r]) => `(${l} ${o} ${r})`),
      fc.tuple(tie('path'), anything, tie('path')).map((parts) => parts.join(' ')),
      fc.array(tie('any'), { maxLength: 3 }).map((items) => `[${items}]`),
      fc
        .array(fc.tuple(key, tie('any')), { maxLength: 3 })
        .map((entries) => `{${entries.map(([k, v]) => `${JSON.stringify(k)}: ${v}`)}}`),
      fc.tuple(tie('any'), tie('any'), tie('any')).map(([c, t, e]) => `(${c} ? ${t} : ${e})`),
      fc.tuple(tie('any'), tie('any')).map(([c, t]) => `(${c} ? ${t})`),
      fc.tuple(call, tie('any')).map(([name, argument]) => `$${name}(${argument})`),
      tie('block'),
    ),
    number: fc.oneof(
      { maxDepth: 3, depthSize: 'medium' },
      number.map(String),
      tie('any').map((argument) => `$count(${argument})`),
      fc.tuple(tie('number'), arithmetic, tie('number')).map(([l, o, r]) => `(${l} ${o} ${r})`),
      fc.tuple(tie('path'), arithmetic, tie('path')).map(([l, o, r]) => `(${l} ${o} ${r})`),
      tie('number').map((operand) => `-(${operand})`),
    ),
    root: fc.oneof(
      { weight: 19, arbitrary: fc.constantFrom('$x', '$y', '$states.input', '$states.result') },
      { weight: 5, arbitrary: tie('block') },
      {
        weight: 1,
        arbitrary: fc.constantFrom('$', '$$', 'a', '$states', '$constructor', '$absent', '$count'),
      },
    ),
    path: fc
      .tuple(tie('root'), index, fc.array(fc.tuple(key, index), { maxLength: 3 }))
      .map(([root, first, steps]) => root + first + steps.map(([k, i]) => `.\`${k}\`${i}`).join('')),
    block: fc
      .tuple(fc.array(fc.tuple(mostly(['x', 'local'], ['count']), tie('any')), { maxLength: 2 }), tie('any'))
      .map(
        ([binds, last]) => `(${[...binds.map(([name, bound]) => `$${name} := ${bound}`), last].join('; ')})`,
      ),
  }),
).any;

/** Nested arrays of objects, where the rules for paths are complicated. */
const nested: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'large' },
    fc.constantFrom<Json>(1, 'x', null),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.record({ a: tie('value'), b: tie('value') }, { requiredKeys: [], noNullPrototype: true }),
  ),
})).value;
const nestedPath = fc
  .tuple(
    fc.constantFrom('', '[0]', '[-1]'),
    fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('', '', '[0]', '[1]', '[-1][0]')), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([first, steps]) => `$x${first}${steps.map(([name, at]) => `.${name}${at}`).join('')}`);

test('paths through nested arrays give what the interpreter gives', async () => {
  await fc.assert(
    fc.asyncProperty(nestedPath, nested, async (path, x) => {
      expect(plainly(path, { x })).toStrictEqual(await interpreted(path, { x }));
    }),
    { numRuns: RUNS },
  );
});

test('what is evaluated without the interpreter is what the interpreter gives', async () => {
  let plain = 0;
  let total = 0;
  await fc.assert(
    fc.asyncProperty(source, bindings, async (text, values) => {
      total += 1;
      const before = jsonText(values);
      const result = plainly(text, values);
      expect(jsonText(values)).toBe(before);
      if (result === NOT_PLAIN) return;
      plain += 1;
      expect(result).toStrictEqual(await interpreted(text, values));
    }),
    { numRuns: RUNS },
  );
  // With fewer, this test would show little.
  expect(plain).toBeGreaterThan(total / 4);
});

test.each([
  ['$states.input.n + 1', 2],
  ['$step.messages[0].subject', 'Hello'],
  ['$step.messages.subject', ['Hello', 'Bye']],
  ['[$step.messages.subject]', ['Hello', 'Bye']],
  ['"Unread: " & $step.messages[-1].subject & "!"', 'Unread: Bye!'],
  ['$count($step.messages) > 0 and $not($exists($step.none))', true],
  ['($value := $step.none; $exists($value) ? $value : null)', null],
  ['{"mail": $step.messages[0], "n": -$states.input.n}', { mail: { subject: 'Hello' }, n: -1 }],
  [
    '$type($step.messages) = "array" ? $step.messages : [$step.messages]',
    [{ subject: 'Hello' }, { subject: 'Bye' }],
  ],
  ['$step.one.subject', 'Single'],
  ['$step.one', [{ subject: 'Single' }]],
  ['$step.empty', []],
  ['$step.empty.subject', undefined],
  ['$step.none', undefined],
])('%s is plain', async (text, expected) => {
  const values = {
    states: { input: { n: 1 } },
    step: { messages: [{ subject: 'Hello' }, { subject: 'Bye' }], one: [{ subject: 'Single' }], empty: [] },
  };
  expect(plainly(text, values)).toStrictEqual(expected);
  expect(await interpreted(text, values)).toStrictEqual(expected);
});

test.each([
  '$sum($x)',
  '$x[a = 1]',
  '$x.a[]',
  '$x^(a)',
  '$x.*',
  '$x ~> $count()',
  '$x{a: b}',
  'a.b',
  '$',
  '$$',
  '$states',
  '$now()',
  'function($a) { $a }',
  '[1..3]',
  '$x.toString',
  '$x.`__proto__`',
  '{"a": 1, "a": 2}',
  '$count(1, 2)',
  '$count := 1',
  '(1; $x[].a)',
])('%s is left to the interpreter', (text) => {
  expect(plainly(text, { x: { a: 1 }, states: {} })).toBe(NOT_PLAIN);
});

test.each([
  ['$x.a', { a: 1, _jsonata_function: true }],
  ['$type($x)', { _jsonata_lambda: true }],
  ['$x.a', [{ a: 1 }, { _jsonata_function: true }]],
  ['"" & $x', {}],
  ['$x / 0', 1],
  ['$x + "1"', 1],
  ['$x < "1"', 1],
  ['$x = {}', []],
])('%s of %j is left to the interpreter', (text, x) => {
  expect(plainly(text, { x })).toBe(NOT_PLAIN);
});
