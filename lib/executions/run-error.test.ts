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

test('a call that begins after a time limit was late, whatever Step Functions calls it', () => {
  const cause = (what: string) => `An error occurred while evaluating: "${what}"`;
  expect(
    runError('States.QueryEvaluationError', cause('The step a ran into its time limit of 5 seconds')),
  ).toEqual({ name: 'States.Timeout', message: 'The step a ran into its time limit of 5 seconds' });
  expect(runError('States.QueryEvaluationError', cause('x')).name).toBe('States.QueryEvaluationError');
});

test('a call that is made again later tells the error that it met; without one it was limited', () => {
  const told = (errorMessage: string) => runError('RetryAfter', JSON.stringify({ errorMessage }));
  expect(told('7')).toEqual({ name: 'RateLimited', message: 'The provider asked to wait 7 s' });
  expect(told('7 ProviderUnavailable: It broke:\nat once')).toEqual({
    name: 'ProviderUnavailable',
    message: 'It broke:\nat once',
  });
});
