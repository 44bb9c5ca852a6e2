// Deeply nested values: more than 1,000 levels are refused wherever they come from, and the engine goes on.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FunctionServer, functionArn, ROLE, TestEngine } from '../testing/engine.ts';

let engine: TestEngine;
let functions: FunctionServer;
let echo: string;
beforeAll(async () => {
  functions = await FunctionServer.start(() => undefined);
  engine = await TestEngine.start({ lambdaEndpoint: functions.endpoint });
  echo = await engine.create({ P: { Type: 'Pass', Output: '{% $states.input %}', End: true } });
});
afterAll(async () => {
  await engine.close();
  await functions.close();
});

const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const tooDeep = 'Document nesting depth (1001) exceeds the maximum allowed (1000)';
const definitionOf = (states: string) => `{"QueryLanguage":"JSONata","StartAt":"P","States":${states}}`;

test('1,000 levels are accepted: by states, variables and a function', async () => {
  functions.answerWith(({ payload }) => ({ payload }));
  const states = {
    Keep: { Type: 'Pass', Assign: { kept: '{% $states.input %}' }, Next: 'Call' },
    Call: { Type: 'Task', Resource: functionArn('f'), Next: 'Each' },
    Each: {
      Type: 'Map',
      ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
      Output: '{% $kept %}',
      End: true,
    },
  };
  // Brackets in a string do not count.
  const texts = JSON.stringify(['[{"\\'.repeat(2000), '\\', '[[']);
  for (const input of [lists(1000), `[${objects(999)}]`, texts]) {
    const { output } = await engine.run(states, JSON.parse(input));
    expect(JSON.stringify(output)).toBe(input);
  }
});

test.each([lists(1001), lists(100_000), objects(10_000), '['.repeat(100_000), '{"a":'.repeat(40_000)])(
  'a deeper input is refused (%#)',
  async (input) => {
    const { status, type, body } = await engine.post('StartExecution', { stateMachineArn: echo, input });
    expect([status, type, body['message']]).toEqual([
      400,
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${tooDeep}'`,
    ]);
  },
);

test('so is a deeper answer to a task', async () => {
  const taskToken = 'none';
  const { type, body } = await engine.post('SendTaskSuccess', { taskToken, output: lists(10_000) });
  expect([type, body['message']]).toEqual(['InvalidOutput', `Invalid Output: '${tooDeep}'`]);
});

test.each([
  definitionOf(`{"P":{"Type":"Pass","Output":${lists(10_000)},"End":true}}`),
  `${'{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":['.repeat(5000)}`,
])('nor such a definition (%#)', async (definition) => {
  const { status, type, body } = await engine.post('CreateStateMachine', {
    name: 'deep',
    roleArn: ROLE,
    definition,
  });
  expect([status, type]).toEqual([400, 'InvalidDefinition']);
  expect(body['message']).toContain(tooDeep);
});

test('so is a deeper body', async () => {
  for (const body of [lists(10_000), `{"resourceArn":"x","tags":${lists(10_000)}}`]) {
    const { status, type } = await engine.post('TagResource', body);
    expect([status, type]).toEqual([400, 'SerializationException']);
  }
});

test("a function's deeper answer counts as not JSON", async () => {
  functions.answerWith(() => ({ status: 200, body: lists(10_000) }));
  const { execution } = await engine.run({ C: { Type: 'Task', Resource: functionArn('f'), End: true } });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'Lambda.Unknown' });
});

test.each([
  [
    'states that each add a level',
    {
      Loop: { Type: 'Pass', Output: '{% {"a": $states.input} %}', Next: 'Again' },
      Again: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'End' }], Default: 'Loop' },
      End: { Type: 'Succeed' },
    },
    'States.DataLimitExceeded',
  ],
  [
    'a variable one level deeper than the input',
    {
      Keep: {
        Type: 'Pass',
        Assign: { kept: '{% $states.input[0] %}', more: ['{% $states.input %}'] },
        End: true,
      },
    },
    'States.DataLimitExceeded',
  ],
  [
    'one expression that builds it',
    { P: { Type: 'Pass', Output: "{% $reduce([1..1500], function($a, $b) {{'a': $a}}) %}", End: true } },
    'States.QueryEvaluationError',
  ],
  [
    'the items of a Map',
    {
      Each: {
        Type: 'Map',
        Items: "{% [$reduce([1..1500], function($a, $b) {{'a': $a}})] %}",
        ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
        End: true,
      },
    },
    'States.QueryEvaluationError',
  ],
  [
    'a batch around an item',
    {
      Grow: {
        Type: 'Pass',
        Output: "{% [$reduce([1..998], function($a, $b) {{'a': $a}}, {})] %}",
        Next: 'Each',
      },
      Each: {
        Type: 'Map',
        ItemBatcher: { MaxItemsPerBatch: 1 },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'P',
          States: { P: { Type: 'Pass', End: true } },
        },
        End: true,
      },
    },
    'States.DataLimitExceeded',
  ],
])('%s: the execution fails, and others go on', async (_, states, error) => {
  const { execution } = await engine.run(states, JSON.parse(lists(1000)));
  expect(execution).toMatchObject({ status: 'FAILED', error });
  expect((await engine.ended(await engine.start(echo, 1))).output).toBe(1);
});
