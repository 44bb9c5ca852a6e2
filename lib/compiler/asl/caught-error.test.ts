// What a Catch makes of the Cause of a workflow that failed, in the forms in which AWS gives it.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { runError } from '../../executions/run-error.ts';
import { caughtError } from './caught-error.ts';

const PREFIX = 'arn:aws:states:eu-west-1:123456789012:stateMachine:ai-orchestra-prod-';
process.env['STATE_MACHINE_ARN_PREFIX'] = PREFIX;

const child = (id: string, status: string, fields: object, input = '{"k":1}') =>
  JSON.stringify({
    ...fields,
    ExecutionArn: `${PREFIX.replace('stateMachine', 'execution')}${id}:run-1`,
    Input: input,
    InputDetails: { Included: true },
    Name: 'run-1',
    RedriveCount: 0,
    RedriveStatus: 'REDRIVABLE',
    StartDate: 1790676767025,
    StateMachineAliasArn: `${PREFIX}${id}:live`,
    StateMachineArn: PREFIX + id,
    StateMachineVersionArn: `${PREFIX}${id}:1`,
    Status: status,
    StopDate: 1790676767071,
  });

const evaluate = (template: unknown, states: object) =>
  jsonata(String(template).slice(3, -3)).evaluate({}, { states, parse: (text: string) => JSON.parse(text) });

async function caught(error: string, cause: string | undefined) {
  const states = { errorOutput: { Error: error, ...(cause !== undefined && { Cause: cause }) } };
  const own = await evaluate(caughtError({ workflow: 'sub' }, { step: 's' }), states);
  const { execution_id, step, ...told } = own;
  expect(step).toBe('s');
  // A Catch around the step finds the same.
  if (error === 'States.TaskFailed')
    expect(await evaluate(caughtError('workflows', { index: '{% 1 + 1 %}' }), states)).toEqual({
      ...told,
      index: 2,
    });
  return [told.name, told.message, execution_id, runError(error, cause)];
}

const lambda = JSON.stringify({ errorType: 'Conflict', errorMessage: 'say "no"\n', trace: ['at x'] });
const hostile = '{"ExecutionArn":"x","Input":1} ,"Input": "Status":"TIMED_OUT"';
const failed = (id: string, fields: object) => child(id, 'FAILED', fields);

test.each<[string, string | undefined, string, string, string | null, string]>([
  [
    'its own error',
    failed('sub', { Cause: 'the cause', Error: 'Boom' }),
    'Boom',
    'the cause',
    'sub.run-1',
    'Execution sub.run-1 failed: the cause',
  ],
  ['no cause', failed('sub', { Error: 'Boom' }), 'Boom', '', 'sub.run-1', 'Execution sub.run-1 failed'],
  [
    'the error of an action',
    failed('sub', { Cause: lambda, Error: 'Conflict' }),
    'Conflict',
    'say "no"\n',
    'sub.run-1',
    'Execution sub.run-1 failed: say "no"\n',
  ],
  [
    'the error of a workflow that it ran itself',
    failed('sub', {
      Cause: failed('deep', { Cause: lambda, Error: 'Conflict' }),
      Error: 'States.TaskFailed',
    }),
    'Conflict',
    'say "no"\n',
    'sub.run-1',
    'Execution sub.run-1 failed: Execution deep.run-1 failed: say "no"\n',
  ],
  [
    'a cause that looks like what is looked for',
    failed('sub', { Cause: hostile, Error: 'Boom' }),
    'Boom',
    hostile,
    'sub.run-1',
    `Execution sub.run-1 failed: ${hostile}`,
  ],
  [
    'its time limit',
    child('sub', 'TIMED_OUT', {}, hostile),
    'States.Timeout',
    'The execution ran into its time limit',
    'sub.run-1',
    'Execution sub.run-1 ran into its time limit',
  ],
  [
    'the time limit of a step',
    failed('sub', { Error: 'States.Timeout' }),
    'States.Timeout',
    'The step ran into its time limit',
    'sub.run-1',
    'Execution sub.run-1 failed: The step ran into its time limit',
  ],
  [
    'a result that is too large',
    failed('sub', {
      Cause: "The state/task 'big.try' returned a result with a size exceeding the limit.",
      Error: 'States.DataLimitExceeded',
    }),
    'States.DataLimitExceeded',
    'The step big returned a result with a size exceeding the limit.',
    'sub.run-1',
    'Execution sub.run-1 failed: The step big returned a result with a size exceeding the limit.',
  ],
  [
    'a stop with a reason',
    child('sub', 'ABORTED', { Cause: 'Stopped by ada', Error: 'Stopped' }),
    'Stopped',
    'Stopped by ada',
    'sub.run-1',
    'Execution sub.run-1 was stopped: Stopped by ada',
  ],
  [
    'a stop',
    child('sub', 'ABORTED', {}),
    'Aborted',
    'The execution was stopped',
    'sub.run-1',
    'Execution sub.run-1 was stopped',
  ],
  [
    'a Cause that is cut within a large input',
    child('sub', 'FAILED', { Cause: 'x', Error: 'Boom' }, 'y'.repeat(60_000)).slice(0, 32_768),
    'Boom',
    'x',
    'sub.run-1',
    'Execution sub.run-1 failed: x',
  ],
])('%s', async (_, cause, name, message, execution, told) => {
  expect(await caught('States.TaskFailed', cause)).toEqual([
    name,
    message,
    execution,
    { name, message: told },
  ]);
});

test('what is no failure of a run is told as of any step', async () => {
  const cut = failed('sub', { Cause: 'x'.repeat(40_000), Error: 'Boom' }).slice(0, 32_768);
  const [name, message, execution] = await caught('States.TaskFailed', cut);
  expect([name, message === cut, execution]).toEqual(['States.TaskFailed', true, null]);
  expect(await caught('States.Timeout', undefined)).toEqual([
    'States.Timeout',
    'The step ran into its time limit',
    null,
    { name: 'States.Timeout', message: 'The step ran into its time limit' },
  ]);
  const busy = 'Rate exceeded (Service: AWSStepFunctions; Status Code: 400)';
  const throttled = 'StepFunctions.ThrottlingException';
  expect(await caught(throttled, busy)).toEqual([throttled, busy, null, { name: throttled, message: busy }]);
  const gone = `State Machine Does Not Exist: '${PREFIX}sub:live' (Service: AWSStepFunctions; Status Code: 400)`;
  const missing = 'StepFunctions.StateMachineDoesNotExistException';
  const told = 'There is no workflow sub any more';
  expect(await caught(missing, gone)).toEqual([missing, told, null, { name: missing, message: told }]);
});

test.each([undefined, ''])(
  'a time limit without a Cause has words of its own, any other error none: %j',
  async (Cause) => {
    for (const failing of ['actions', 'expressions', 'workflows'] as const)
      for (const [name, words] of [
        ['States.Timeout', 'The step ran into its time limit'],
        ['Boom', ''],
      ]) {
        const states = { errorOutput: { Error: name, ...(Cause !== undefined && { Cause }) } };
        const template = caughtError(failing);
        const message = typeof template === 'string' ? template : Object(template).message;
        const told = await evaluate(message, states);
        expect(typeof told === 'string' ? told : told.message).toBe(words);
      }
  },
);

test('what failed because a time was over is told as that', async () => {
  const states = { errorOutput: { Error: 'States.TaskFailed', Cause: failed('sub', { Error: 'Boom' }) } };
  const told = (condition: string) =>
    evaluate(caughtError('workflows', { step: 's' }, { condition, message: 'too "late"' }), states);
  expect(await told('1 = 1')).toEqual({ name: 'States.Timeout', message: 'too "late"', step: 's' });
  expect(await told('1 = 2')).toEqual({ name: 'Boom', message: '', step: 's' });
});
