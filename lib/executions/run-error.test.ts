// What people are told of an error that Step Functions gives no words for.
import { expect, test } from 'vitest';
import { endError, runError } from './run-error.ts';

test("a step's time limit, and an execution's", () => {
  expect(runError('States.Timeout')).toEqual({
    name: 'States.Timeout',
    message: 'The step ran into its time limit',
  });
  expect(endError('failed', { error: 'States.Timeout', cause: '' }).message).toBe(
    'The step ran into its time limit',
  );
  expect(endError('timed_out', { error: 'States.Timeout', cause: '' }).message).toBe(
    'The execution ran into its time limit',
  );
  expect(runError('States.Timeout', 'Its own words').message).toBe('Its own words');
});
