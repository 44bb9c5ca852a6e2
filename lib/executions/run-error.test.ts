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

test.each([
  ['FAILED', { Error: 'Own', Cause: 'no' }, 'Own', 'Execution child.run failed: no'],
  ['FAILED', { Error: 'Own' }, 'Own', 'Execution child.run failed'],
  ['ABORTED', { Cause: 'Stopped by ada' }, 'Aborted', 'Execution child.run was stopped: Stopped by ada'],
  ['ABORTED', {}, 'Aborted', 'Execution child.run was stopped'],
  ['TIMED_OUT', { Error: 'States.Timeout' }, 'States.Timeout', 'Execution child.run ran into its time limit'],
])('a workflow that a step ran, and that ended %s with %j', (Status, told, name, message) => {
  process.env['STATE_MACHINE_ARN_PREFIX'] = 'arn:aws:states:us-east-1:1:stateMachine:p-';
  const ExecutionArn = 'arn:aws:states:us-east-1:1:execution:p-child:run';
  // In the order of the names, as AWS has it.
  const cause = JSON.stringify({
    Cause: undefined,
    Error: undefined,
    ...told,
    ExecutionArn,
    Input: '{}',
    Status,
  });
  expect(runError('States.TaskFailed', cause)).toEqual({ name, message });
});
