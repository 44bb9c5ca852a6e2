// What people are told of an expression that failed.
import { expect, test } from 'vitest';
import { evaluationMessage } from './evaluation-message.ts';

const cause = (
  state: string,
  code: string,
  what = 'threw an error during evaluation. D3030: Unable to cast value to a number: "x"',
) =>
  `An error occurred while executing the state '${state}' (entered at the event id #4). The JSONata expression '${code}' specified for the field 'Output' ${what}`;

test.each([
  ['a', '$number($states.context.Execution.Input.t)', '$number(inputs.t)', 'of the step a'],
  ['a.try', '$number($step_fetch.n) + $var_total', '$number(steps.fetch.n) + vars.total', 'of the step a'],
  ['a.when', '$boolean($step_fetch.n) = true', 'steps.fetch.n', 'of the step a'],
  [
    'workflow.output',
    '$states.input.item.x & $states.input.index & $item_each.x & $index_each',
    'item.x & index & steps.each.item.x & steps.each.index',
    'of the workflow',
  ],
  ['a', '($value := $input_each.steps.b.x; $exists($value) ? $value : null)', 'steps.b.x', 'of the step a'],
  [
    'a',
    '($exists($step_b) ? $step_b : {"n": 1}).n & $error_b.name',
    'steps.b.n & error.name',
    'of the step a',
  ],
  ['a', `${"x'y".repeat(100)}`, `${"x'y".repeat(100).slice(0, 199)}…`, 'of the step a'],
])('%s: %s', (state, code, expression, where) => {
  expect(evaluationMessage(cause(state, code))).toBe(
    `The expression {{ ${expression} }} ${where} threw an error during evaluation. D3030: Unable to cast value to a number: "x"`,
  );
});

test('a cause of another form stays as it is', () => {
  expect(evaluationMessage('What a person wrote')).toBe('What a person wrote');
  expect(evaluationMessage('')).toBe('');
});
