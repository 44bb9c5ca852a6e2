// Tasks that start executions, with and without waiting for the child.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateStateMachineCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROLE, TestClock, TestEngine, types } from '../testing/engine.ts';

let engine: TestEngine;
let clock: TestClock;
beforeEach(async () => {
  clock = new TestClock();
  engine = await TestEngine.start({ clock });
});
afterEach(() => engine.close());

const call = (pattern: string, stateMachineArn: string, fields: object = {}, args: object = {}) => ({
  Child: {
    Type: 'Task',
    Resource: `arn:aws:states:::states:startExecution${pattern}`,
    Arguments: { StateMachineArn: stateMachineArn, Input: '{% $states.input %}', Name: 'child', ...args },
    End: true,
    ...fields,
  },
});
const double = { Double: { Type: 'Pass', Output: '{% $states.input.n * 2 %}', End: true } };
const wait = { Wait: { Type: 'Wait', Seconds: 60, End: true } };
const childOf = (machine: string) => `${machine.replace(':stateMachine:', ':execution:')}:child`;

/** Resolves when the child has set its timer, so that the parent waits. */
async function waiting(fields: object = {}) {
  const machine = await engine.create(wait);
  const arn = await engine.start(await engine.create(call('.sync:2', machine, fields)));
  await clock.untilTimer();
  return { arn, child: childOf(machine) };
}

test('.sync:2 gives the end of the child, input and output as JSON', async () => {
  const machine = await engine.create(double);
  const { output, events } = await engine.run(call('.sync:2', machine), { n: 21 });
  const at = Date.parse('2026-01-01T00:00:00Z');
  expect(output).toEqual({
    ExecutionArn: childOf(machine),
    Input: { n: 21 },
    InputDetails: { Included: true },
    Name: 'child',
    Output: 42,
    OutputDetails: { Included: true },
    StartDate: at,
    StateMachineArn: machine,
    Status: 'SUCCEEDED',
    StopDate: at,
  });
  expect(types(events)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  expect(events[2]?.taskScheduledEventDetails).toMatchObject({
    resourceType: 'states',
    resource: 'startExecution.sync:2',
  });
});

test('.sync gives strings; without either the task ends when the child has started', async () => {
  const machine = await engine.create(double);
  const sync = await engine.run(call('.sync', machine), { n: 1 });
  expect(sync.output).toMatchObject({ Input: '{"n":1}', Output: '2' });
  const begun = await engine.run(call('', machine, {}, { Name: 'other' }), { n: 1 });
  expect(begun.output).toMatchObject({
    ExecutionArn: childOf(machine).replace(/child$/, 'other'),
    StartDate: '2026-01-01T00:00:00.000Z',
  });
});

test.each([
  ['{"n": 4}', 8],
  [{ n: 5 }, 10],
])('the Input %j is the JSON of the child’s', async (Input, output) => {
  const machine = await engine.create(double);
  expect((await engine.run(call('.sync:2', machine, {}, { Input }))).output).toMatchObject({
    Output: output,
  });
});

test("the child's failure is the task's, and can be caught", async () => {
  const machine = await engine.create({ No: { Type: 'Fail', Error: 'Bad', Cause: 'reason' } });
  const { execution, events } = await engine.run(call('.sync:2', machine), { n: 1 });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  expect(JSON.parse(execution.cause ?? '')).toMatchObject({
    Cause: 'reason',
    Error: 'Bad',
    ExecutionArn: childOf(machine),
    Input: '{"n":1}',
    Status: 'FAILED',
  });
  expect(types(events).slice(-2)).toEqual(['TaskFailed', 'ExecutionFailed']);
});

test('stopping the parent stops the child', async () => {
  const { arn, child } = await waiting();
  await engine.post('StopExecution', { executionArn: arn });
  expect((await engine.ended(child)).execution.status).toBe('ABORTED');
});

test('a task that times out stops the child', async () => {
  const { arn, child } = await waiting({ TimeoutSeconds: 10 });
  clock.advance(10_000);
  expect((await engine.ended(child)).execution.status).toBe('ABORTED');
  expect((await engine.ended(arn)).execution.error).toBe('States.Timeout');
});

test.each([
  ['.sync:2', 'a state machine that does not exist', {}, 'StepFunctions.StateMachineDoesNotExistException'],
  ['', 'no ARN', { StateMachineArn: 'x' }, 'StepFunctions.InvalidArnException'],
])('%s with %s', async (pattern, _what, args, error) => {
  const missing = 'arn:aws:states:us-east-1:000000000000:stateMachine:missing';
  const { execution } = await engine.run(call(pattern, missing, {}, args));
  expect(execution).toMatchObject({ status: 'FAILED', error });
  expect(execution.cause).toMatch(/^.+ \(Service: AWSStepFunctions; Status Code: 400; Error Code: /);
});

test.each(['.sync', '.sync:2'])('%s does not wait for an Express child', async (pattern) => {
  const definition = { QueryLanguage: 'JSONata', StartAt: 'Double', States: double };
  const { stateMachineArn } = await engine.client.send(
    new CreateStateMachineCommand({
      name: 'express',
      type: 'EXPRESS',
      roleArn: ROLE,
      definition: JSON.stringify(definition),
    }),
  );
  const { execution, events } = await engine.run(call(pattern, stateMachineArn ?? ''), { n: 1 });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'StepFunctions.InvalidArnException' });
  expect(execution.cause).toContain(
    "Invalid Arn: 'Resource type not valid in this context: express' (Service: ",
  );
  expect(types(events).slice(4, 6)).toEqual(['TaskSubmitted', 'TaskFailed']);
});

test('a name that is in use fails the task', async () => {
  const machine = await engine.create(double);
  await engine.run(call('.sync:2', machine), { n: 1 });
  const { execution } = await engine.run(call('.sync:2', machine), { n: 2 });
  expect(execution.error).toBe('StepFunctions.ExecutionAlreadyExistsException');
});

test('after a kill the parent waits for the same child', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'states-'));
  await engine.close();
  engine = await TestEngine.start({ clock, database: join(folder, 'a') });
  const { arn, child } = await waiting();
  while (!types(await engine.history(arn)).includes('TaskSubmitted'));
  for (const suffix of ['', '-wal']) {
    const file = join(folder, `a${suffix}`);
    if (existsSync(file)) copyFileSync(file, join(folder, `b${suffix}`));
  }
  await engine.close();
  engine = await TestEngine.start({ clock, database: join(folder, 'b') });
  clock.advance(await clock.untilTimer());
  const { output, events } = await engine.ended(arn);
  expect(output).toMatchObject({ ExecutionArn: child, Status: 'SUCCEEDED' });
  expect(types(events).filter((type) => type === 'TaskScheduled')).toHaveLength(1);
  rmSync(folder, { recursive: true });
});
