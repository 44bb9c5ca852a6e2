// What numbers that expressions give may be, and how deep values may be nested.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FunctionServer, functionArn, TestEngine } from './test-support.ts';

let engine: TestEngine;
let functions: FunctionServer;
beforeEach(async () => {
  functions = await FunctionServer.start(() => ({ status: 200, body: nested(2000) }));
  engine = await TestEngine.start({ lambdaEndpoint: functions.endpoint });
});
afterEach(async () => {
  await engine.close();
  await functions.close();
});

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const processor = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const distributed = { ...processor, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
const map = { Type: 'Map', Items: [1, 2], End: true };

test.each<[string, object, string]>([
  [
    'MaxConcurrency',
    { ...map, ItemProcessor: processor, MaxConcurrency: '{% -1 %}' },
    'at least 0 but was: -1',
  ],
  [
    'MaxConcurrency',
    { ...map, ItemProcessor: distributed, MaxConcurrency: '{% -1 %}' },
    'at least 0 but was: -1',
  ],
  [
    'ToleratedFailurePercentage',
    { ...map, ItemProcessor: distributed, ToleratedFailurePercentage: '{% 101 %}' },
    'between 0 and 100 but was: 101',
  ],
  [
    'ToleratedFailureCount',
    { ...map, ItemProcessor: distributed, ToleratedFailureCount: '{% -2 %}' },
    'at least 0 but was: -2',
  ],
  [
    'ItemBatcher/MaxItemsPerBatch',
    { ...map, ItemProcessor: distributed, ItemBatcher: { MaxItemsPerBatch: '{% 0 %}' } },
    'at least 1 but was: 0',
  ],
  [
    'TimeoutSeconds',
    { Type: 'Task', Resource: functionArn('f'), TimeoutSeconds: '{% 0 %}', End: true },
    'at least 1 but was: 0',
  ],
  [
    'Seconds',
    { Type: 'Wait', Seconds: '{% 100000000 %}', End: true },
    'between 0 and 99999999 but was: 100000000',
  ],
])('%s out of range fails the state', async (field, state, text) => {
  const { execution, events } = await engine.run({ S: state });
  expect(execution.error).toBe('States.QueryEvaluationError');
  expect(execution.cause).toBe(
    `An error occurred while executing the state 'S' (entered at the event id #2). The ${field} field must be ${text}`,
  );
  const failed = events.find(({ type }) => type === 'EvaluationFailed');
  expect(failed?.evaluationFailedEventDetails?.location).toBe(field);
});

const TOO_DEEP =
  'Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)';

test('an input may be nested 1,000 deep, and no deeper', async () => {
  const stateMachineArn = await engine.create({ P: { Type: 'Pass', End: true } });
  for (const input of [nested(1001), '['.repeat(100_000), `${'{"a":'.repeat(1001)}1`]) {
    const { body } = await engine.post('StartExecution', { stateMachineArn, input });
    expect(body).toEqual({
      __type: 'InvalidExecutionInput',
      message: `Invalid State Machine Execution Input: '${TOO_DEEP}'`,
    });
  }
  const text = JSON.stringify(`\\"${'['.repeat(3000)}\\`);
  for (const input of [nested(1000), text, `[${text},${nested(999)}]`]) {
    const { body } = await engine.post('StartExecution', { stateMachineArn, input });
    const { execution } = await engine.ended(body['executionArn'] ?? '');
    expect(execution.output).toBe(input);
  }
});

test('a definition that is nested too deep is refused with the place', async () => {
  const definition = `{"StartAt":"A","States":{"A":${nested(2000)}}}`;
  const { body } = await engine.post('ValidateStateMachineDefinition', { definition });
  const source = `[Source: (String)"${definition.slice(0, 500)}"[truncated ${definition.length - 500} chars]; line: 1, column: 1029]`;
  expect(body['diagnostics']).toEqual([
    {
      severity: 'ERROR',
      code: 'INVALID_JSON_DESCRIPTION',
      message: `${TOO_DEEP}\n at ${source}`,
      location: source,
    },
  ]);
});

test('a loop that wraps its output ends, and the engine goes on', async () => {
  const { execution } = await engine.run({
    Wrap: { Type: 'Pass', Output: ['{% $states.input %}'], Next: 'Again' },
    Again: { Type: 'Choice', Choices: [{ Condition: false, Next: 'End' }], Default: 'Wrap' },
    End: { Type: 'Succeed' },
  });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  expect(execution.cause).toContain('The output is nested more than 1000 deep.');
  expect((await engine.run({ P: { Type: 'Pass', End: true } }, [1])).output).toEqual([1]);
});

test('what an expression or a function gives may not be nested deeper', async () => {
  const text = nested(1001);
  const parsed = await engine.run(
    { P: { Type: 'Pass', Output: '{% $parse($states.input) %}', End: true } },
    text,
  );
  expect(parsed.execution.error).toBe('States.QueryEvaluationError');
  const called = await engine.run({ T: { Type: 'Task', Resource: functionArn('f'), End: true } });
  expect(called.execution).toMatchObject({ status: 'FAILED', error: 'Lambda.Unknown' });
});
