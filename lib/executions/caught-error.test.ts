// The error that a Catch took, wherever the compiler's states leave it.
import { expect, test } from 'vitest';
import { caughtErrorOf } from './caught-error.ts';

const error = { name: 'NotFound', message: 'no' };
const text = (value: unknown) => JSON.stringify(value);

test.each<[string, Parameters<typeof caughtErrorOf>[0]]>([
  ['for on_error', { name: 's', assignedVariables: { error_s: text({ ...error, step: 's' }) } }],
  ['for a step’s result', { name: 's', assignedVariables: { step_s: text({ error }) } }],
  ['for a time limit', { name: 's', assignedVariables: { late_s: text({ name: 'NotFound', cause: 'no' }) } }],
  ['for on_failure', { name: 's', assignedVariables: { failure: text({ ...error, cause: '' }) } }],
  ['for a loop’s result', { name: 's', output: text({ error: { ...error, index: 1 } }) }],
  ['by itself', { name: 's', output: text({ Error: 'NotFound', Cause: 'no' }) }],
  ['beside another variable', { name: 's', assignedVariables: { var_x: '1', step_s: text({ error }) } }],
])('%s', (_, details) => {
  expect(caughtErrorOf(details)).toEqual(error);
});

test.each<[string, Parameters<typeof caughtErrorOf>[0]]>([
  ['a result', { name: 's', assignedVariables: { step_s: text({ a: 1 }) }, output: text({ a: 1 }) }],
  [
    'a variable of the author’s',
    { name: 's', assignedVariables: { var_error: text(error) }, output: 'null' },
  ],
  ['nothing', { name: 's' }],
])('%s is none', (_, details) => {
  expect(caughtErrorOf(details)).toBeUndefined();
});
