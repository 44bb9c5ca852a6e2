// What people are told of an expression that failed: the same by the API and by the Catch within the run.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { deadline, waitSeconds, waitTimestamp } from './deadline.ts';
import { EVALUATION_MESSAGE, evaluationMessage, IS_EVALUATION } from './evaluation-error.ts';

const D3030 = 'threw an error during evaluation. D3030: Unable to cast value to a number: "x"';
const cause = (state: string, code: string, what = D3030) =>
  `An error occurred while executing the state '${state}' (entered at the event id #4). The JSONata expression '${code}' specified for the field 'Output' ${what}`;

const inTheRun = (text: string, name = 'States.QueryEvaluationError') =>
  jsonata(`${IS_EVALUATION} ? ${EVALUATION_MESSAGE} : $text`).evaluate({}, { name, text });

test.each([
  ['a', '$number($states.context.Execution.Input.t)', '$number(inputs.t)', 'of the step a'],
  ['a.try', '$number($step_fetch.n) + $var_total', '$number(steps.fetch.n) + vars.total', 'of the step a'],
  ['a.when', '$boolean($step_fetch.n) = true', 'steps.fetch.n', 'of the step a'],
  ['workflow.output', '$states.input.item.x & $states.input.index', 'item.x & index', 'of the workflow'],
  ['a', '$item_each.x & $index_each', 'steps.each.item.x & steps.each.index', 'of the step a'],
  [
    'a',
    '($value := $input_each.steps.b.x & $states.input.vars.y; $exists($value) ? $value : null)',
    'steps.b.x & vars.y',
    'of the step a',
  ],
  [
    'a',
    '($value := ($x := $step_b; $x + 1); $exists($value) ? $value : null)',
    '($x := steps.b; $x + 1)',
    'of the step a',
  ],
  [
    'a',
    '($exists($step_b) ? $step_b : {"n": 1}).n & $error_b.name',
    'steps.b.n & error.name',
    'of the step a',
  ],
  ['a', '$states.context.Execution.Id & "{% \' %}"', 'execution.id & "{% \' %}"', 'of the step a'],
  ['a', `${"x'y".repeat(100)}`, `${"x'y".repeat(100).slice(0, 199)}…`, 'of the step a'],
  ['a', `${'😀'.repeat(201)}`, `${'😀'.repeat(199)}…`, 'of the step a'],
])('%s: %s', async (state, code, expression, where) => {
  const message = `The expression {{ ${expression} }} ${where} ${D3030}`;
  expect(evaluationMessage(cause(state, code))).toBe(message);
  expect(await inTheRun(cause(state, code))).toBe(message);
});

test("what the compiler's own $error says stands alone", async () => {
  const text = cause(
    'each',
    '($items := $states.context.Execution.Input.l; $count($items) > 9 ? $error("The loop each has …") : $items)',
    'threw an error during evaluation. D3137: The loop each has 10 items',
  );
  expect(evaluationMessage(text)).toBe('In the step each: The loop each has 10 items');
  expect(await inTheRun(text)).toBe('In the step each: The loop each has 10 items');
});

test.each([
  ['$error("Use {{ x }}: }} %}")', 'D3137: Use {{ x }}: }} %}'],
  ['$assert($var_n > 1, "D3137: {{ n }}")', 'D3141: D3137: {{ n }}'],
])('what a person has %s say stands alone, as it is', async (code, what) => {
  const text = cause('a', code, `threw an error during evaluation. ${what}`);
  const message = `In the step a: ${what.slice('D3137: '.length)}`;
  expect(evaluationMessage(text)).toBe(message);
  expect(await inTheRun(text)).toBe(message);
});

test('of another error that an expression with $assert fails with, the expression is told', async () => {
  const text = cause('a', '$assert($number($var_n) > 1, "x")');
  const message = `The expression {{ $assert($number(vars.n) > 1, "x") }} of the step a ${D3030}`;
  expect(evaluationMessage(text)).toBe(message);
  expect(await inTheRun(text)).toBe(message);
});

test.each([
  [
    'a',
    'The Seconds field must be between 0 and 99999999 but was: -1',
    'In the step a: a wait has 0 to 99999999 seconds, not -1',
  ],
  [
    'a.try',
    'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: soon',
    'In the step a: "until" is not a time such as "2026-03-01T09:00:00Z": soon',
  ],
  [
    'workflow.output',
    "The field 'Output' is not right (so it says). Really",
    "In the workflow: The field 'Output' is not right (so it says). Really",
  ],
])('a value that is of no use in its field: %s, %s', async (state, what, message) => {
  const text = `An error occurred while executing the state '${state}' (entered at the event id #4). ${what}`;
  expect(evaluationMessage(text)).toBe(message);
  expect(await inTheRun(text)).toBe(message);
});

test('a function given as a value', async () => {
  const text = cause(
    'a',
    '($value := $sum; $exists($value) ? $value : null)',
    'returned an unsupported result type.',
  );
  const message =
    'The expression {{ $sum }} of the step a gives what JSON does not have, such as a function.';
  expect(evaluationMessage(text)).toBe(message);
  expect(await inTheRun(text)).toBe(message);
});

test.each([
  waitSeconds('{% ($value := $step_b.s; $exists($value) ? $value : null) %}', [
    deadline('p', 9),
    deadline('q', 8),
  ]),
  waitTimestamp('{% ($value := $step_b.s; $exists($value) ? $value : null) %}', [deadline('p', 9)]),
])('a wait within a time limit is told as it was written: %s', async (template) => {
  const text = cause('a', String(template).slice(3, -3));
  const message = `The expression {{ steps.b.s }} of the step a ${D3030}`;
  expect(evaluationMessage(text)).toBe(message);
  expect(await inTheRun(text)).toBe(message);
});

test.each(['What a person wrote', '', "An error occurred while executing the state 'a'"])(
  'a cause of another form stays as it is: %s',
  async (text) => {
    expect(evaluationMessage(text)).toBe(text);
    expect(await inTheRun(text)).toBe(text);
  },
);

test('the Cause of another error stays as it is', async () => {
  const text = cause('a', '1');
  expect(await inTheRun(text, 'RateLimited')).toBe(text);
});
