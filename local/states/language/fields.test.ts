// JSONata in states: bindings, values and error messages of expressions.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestEngine, types } from '../testing/engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start({ random: () => 0.25 });
});
afterAll(() => engine.close());

const evaluate = (Output: unknown, input: unknown = {}) =>
  engine.run({ S: { Type: 'Pass', Output, End: true } }, input);
const cause = (text: string) =>
  `An error occurred while executing the state 'S' (entered at the event id #2). ${text}`;

test.each([
  ['{% $partition([1,2,3,4,5], 2) %}', [[1, 2], [3, 4], [5]]],
  ['{% $range(0, 10, 3) %}', [0, 3, 6, 9]],
  ['{% $range(3, 1, -1) %}', [3, 2, 1]],
  ["{% $hash('abc', 'SHA-256') %}", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ["{% $hash('a', 'MD5') %}", '0cc175b9c0f1b6a831c399e269772661'],
  ['{% $random() %}', 0.25],
  ['{% $random(7) = $random(7) and $random(7) != $random(8) %}', true],
  ['{% $length($uuid()) %}', 36],
  ['{% $parse(\'{"a": [1]}\') %}', { a: [1] }],
  [' {% 1 %}', ' {% 1 %}'],
  [
    { a: ['{% 1 + 1 %}', 'x'], b: null },
    { a: [2, 'x'], b: null },
  ],
])('%j gives %j', async (template, value) => {
  expect((await evaluate(template)).output).toEqual(value);
});

test.each([
  [
    '{% $gone %}',
    "The JSONata expression '$gone' specified for the field 'Output' returned nothing (undefined).",
  ],
  [
    "{% 1 + 'a' %}",
    `The JSONata expression '1 + 'a'' specified for the field 'Output' threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number`,
  ],
  [
    "{% $eval('1') %}",
    "The JSONata expression '$eval('1')' specified for the field 'Output' threw an error during evaluation. T1006: Attempted to invoke a non-function",
  ],
  [
    '{% $sum %}',
    "The JSONata expression '$sum' specified for the field 'Output' returned an unsupported result type.",
  ],
])('%s fails as AWS says it', async (expression, text) => {
  const { execution, events } = await evaluate(expression);
  expect(execution).toMatchObject({
    status: 'FAILED',
    error: 'States.QueryEvaluationError',
    cause: cause(text),
  });
  expect(types(events)).toEqual([
    'ExecutionStarted',
    'PassStateEntered',
    'EvaluationFailed',
    'ExecutionFailed',
  ]);
  expect(events[2]?.evaluationFailedEventDetails).toEqual({
    error: 'States.QueryEvaluationError',
    cause: cause(text),
    location: 'Output',
    state: 'S',
  });
});

test('a value of the wrong type is reported with the expected type', async () => {
  const { execution } = await engine.run({
    S: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'T' }], Default: 'T' },
    T: { Type: 'Succeed' },
  });
  expect(execution.cause).toBe(
    cause(
      "The JSONata expression '1' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1",
    ),
  );
});

test('all expressions of Assign see the variables from before', async () => {
  const { output } = await engine.run({
    A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
    B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% $x %}', Next: 'C' },
    C: { Type: 'Pass', Output: '{% [$x, $y, $states.input] %}', End: true },
  });
  expect(output).toEqual([2, 1, 1]);
});

test('a sequence of one stays one value, an array of one stays an array, in the next state too', async () => {
  const { output } = await engine.run(
    {
      A: {
        Type: 'Pass',
        Output: {
          one: '{% $states.input.items[id = 1].id %}',
          list: '{% [$states.input.items[id = 1].id] %}',
        },
        Next: 'B',
      },
      B: { Type: 'Pass', Output: '{% {"one": $states.input.one, "list": $states.input.list} %}', End: true },
    },
    { items: [{ id: 1 }, { id: 2 }] },
  );
  expect(output).toEqual({ one: 1, list: [1] });
});

test('input that looks like an expression is not evaluated, whatever its keys', async () => {
  const input = '{"text":"{% 1 %}","__proto__":{"polluted":true}}';
  const { execution } = await evaluate('{% $states.input %}', JSON.parse(input));
  expect(execution.output).toBe(input);
  const { execution: named } = await evaluate(JSON.parse('{"__proto__": "{% 1 %}"}'));
  expect(named.output).toBe('{"__proto__":1}');
});

test('an expression does not change the values that it is given', async () => {
  const Assign = { grouped: '{% $count($states.input.list{ key: value }) %}' };
  const { output } = await engine.run({ S: { Type: 'Pass', Assign, End: true } }, { list: [] });
  expect(output).toEqual({ list: [] });
});

test('data may have the keys by which jsonata marks its functions', async () => {
  const input = { _jsonata_function: true, _jsonata_lambda: true, value: 1 };
  expect((await evaluate('{% $states.input %}', input)).output).toEqual(input);
  expect((await evaluate('{% [$states.input][] %}', input)).output).toEqual([input]);
});
