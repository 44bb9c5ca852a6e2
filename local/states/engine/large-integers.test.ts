// Whole numbers between 2^53 and 2^63, which no double has, keep their digits wherever they are passed on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendTaskSuccessCommand, StartSyncExecutionCommand, TestStateCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startS3 } from '../../s3/testing/s3.ts';
import { FunctionServer, functionArn, ROLE, TestClock, TestEngine } from '../testing/engine.ts';

/** Two with the same double, which is neither of them. */
const ID = 8202522731445525542n;
const NEXT = 8202522731445525543n;
const MAX = 9223372036854775807n;
const MIN = -9223372036854775808n;

const clock = new TestClock();
let functions: FunctionServer;
let s3: Awaited<ReturnType<typeof startS3>>;
let bucket: string;
let options: Parameters<typeof TestEngine.start>[0];
let engine: TestEngine;
beforeAll(async () => {
  functions = await FunctionServer.start(({ payload }) => ({ payload }));
  s3 = await startS3();
  bucket = await s3.newBucket();
  const s3Endpoint = await s3.client.config.endpoint?.();
  if (!s3Endpoint) throw new Error('S3 has no endpoint');
  const { protocol, hostname, port } = s3Endpoint;
  options = { lambdaEndpoint: functions.endpoint, s3Endpoint: `${protocol}//${hostname}:${port}`, clock };
  engine = await TestEngine.start(options);
});
afterAll(async () => {
  await engine.close();
  await functions.close();
  await s3.close();
});

const pass = (fields: object) => ({ P: { Type: 'Pass', ...fields, End: true } });
const output = async (states: object, input: unknown) => (await engine.run(states, input)).execution.output;

test('from input to output, in the history, and in variables', async () => {
  const states = {
    Keep: { Type: 'Pass', Assign: { all: '{% $states.input %}' }, Next: 'Give' },
    Give: { Type: 'Pass', Output: { variable: '{% $all %}', id: '{% $all.ids[0] %}' }, End: true },
  };
  const text = `{"ids":[${ID},${NEXT},${MAX},${MIN}]}`;
  const { execution, events } = await engine.run(states, { ids: [ID, NEXT, MAX, MIN] });
  expect(execution.input).toBe(text);
  expect(execution.output).toBe(`{"variable":${text},"id":${ID}}`);
  const [, entered, exited] = events;
  expect(entered?.stateEnteredEventDetails?.input).toBe(text);
  expect(exited?.stateExitedEventDetails?.assignedVariables).toEqual({ all: text });
});

test('as a literal in a definition', async () => {
  expect(await output(pass({ Output: { id: ID } }), {})).toBe(`{"id":${ID}}`);
});

test.each([
  // Without the interpreter
  ['$states.input.a', String(ID)],
  ['[$states.input.a, {"b": $states.input.b}]', `[${ID},{"b":${NEXT}}]`],
  ['"id/" & $states.input.a', `"id/${ID}"`],
  ['$string($states.input.a)', `"${ID}"`],
  ['$type($states.input.a)', '"number"'],
  ['$boolean($states.input.a) and $exists($states.input.a)', 'true'],
  ['$states.input.a = $states.input.a', 'true'],
  ['$states.input.a = $states.input.b', 'false'],
  ['$states.input.a < $states.input.b', 'true'],
  ['$states.input.a > $states.input.b', 'false'],
  ['$states.input.a = 1', 'false'],
  // With it
  ['$states.input.a in $states.input.ids', 'true'],
  ['$states.input.b in [$states.input.a]', 'false'],
  ['$states.input.a > 5', 'true'],
  ['$states.input.a - $states.input.a', '0'],
  ['$states.input.small + 1', '2'],
  ['$merge([$states.input, {"c": 1}]).a', String(ID)],
  ['$lookup($states.input, "b")', String(NEXT)],
  ['$string($states.input)', `"{\\"a\\":${ID},\\"b\\":${NEXT},\\"ids\\":[${NEXT},${ID}],\\"small\\":1}"`],
  ['$split("x/" & $states.input.b, "/")[1]', `"${NEXT}"`],
  ['$max($states.input.ids)', String(NEXT)],
  ['$type($lookup($states.input, "a"))', '"number"'],
  // In the sandbox
  [
    '$map($states.input.ids, function($id) { {"id": $id, "url": "/" & $id} })',
    `[{"id":${NEXT},"url":"/${NEXT}"},{"id":${ID},"url":"/${ID}"}]`,
  ],
  ['$sort($states.input.ids)', `[${ID},${NEXT}]`],
  ['$count($distinct($states.input.ids))', '2'],
  ['$states.input.ids[$ = $states.input.a]', String(ID)],
  ['$states.input{$string(a): b}', `{"${ID}":${NEXT}}`],
  // From a text: https://github.com/floci-io/floci/pull/2676
  [`$parse('{"n":${MAX}}').n`, String(MAX)],
  [`$string($parse('{"n":${MAX}}').n)`, `"${MAX}"`],
  [`$parse('[${ID},${NEXT}]')`, `[${ID},${NEXT}]`],
  [`$map(['${ID}'], $parse)`, String(ID)],
  [`$map([1], function() { $parse('${MIN}') })`, String(MIN)],
])('%s', async (expression, result) => {
  const input = { a: ID, b: NEXT, ids: [NEXT, ID], small: 1 };
  expect(await output(pass({ Output: `{% ${expression} %}` }), input)).toBe(result);
});

test.each([
  ['$sort($states.input)', `[${ID},${NEXT},${NEXT + 1n}]`],
  ['$max($states.input)', String(NEXT + 1n)],
])('%s, whatever their order', async (expression, result) => {
  expect(await output(pass({ Output: `{% ${expression} %}` }), [NEXT + 1n, NEXT, ID])).toBe(result);
});

test.each([
  ['beyond 2^63 it is a double', '9223372036854775808', '9223372036854776000'],
  ['beyond -2^63 too', '-9223372036854775809', '-9223372036854776000'],
  ['a fraction is a double', '8202522731445525542.5', '8202522731445526000'],
  ['with an exponent it is a double', '8202522731445525542e0', '8202522731445526000'],
  ['a number that its double has', '9007199254740992', '9007199254740992'],
  ['a small number', '-0.5', '-0.5'],
])('%s', async (_, text, result) => {
  const machine = await engine.create(pass({ Output: '{% $states.input %}' }));
  const { body } = await engine.post('StartExecution', { stateMachineArn: machine, input: text });
  const { execution } = await engine.ended(body['executionArn'] ?? '');
  expect(execution.output).toBe(result);
});

test('a number larger than any double is refused', async () => {
  const machine = await engine.create(pass({}));
  const answer = await engine.post('StartExecution', { stateMachineArn: machine, input: '[1,\n 1e400]' });
  expect(answer.body).toMatchObject({ __type: expect.stringContaining('InvalidExecutionInput') });
  expect(answer.body['message']).toContain('The number 1e400 is too large');
});

test('what is calculated is a double', async () => {
  expect(await output(pass({ Output: '{% $states.input * 2 %}' }), ID)).toBe('16405045462891050000');
});

// The double next to both numbers is 8202522731445525504, and the one after it 8202522731445526528.
test.each([
  ['$states.input.b - $states.input.a', '0'],
  ['$states.input.a + 1', '8202522731445526000'],
  ['$states.input.a * 1', '8202522731445526000'],
  ['$states.input.a + 1024', '8202522731445527000'],
  ['$states.input.b / 2', '4101261365722763000'],
  ['$states.input.b % 1000', '504'],
  ['-$states.input.b', '-8202522731445526000'],
  ['$sum($states.input.ids)', '16405045462891050000'],
  ['$abs($states.input.b)', '8202522731445526000'],
  ['$formatNumber($states.input.b, "0")', '"8202522731445525504"'],
  ['$map($states.input.ids, $abs)', '[8202522731445526000,8202522731445526000]'],
  ['$number("8202522731445525543")', '8202522731445526000'],
  ['$number($states.input.b)', String(NEXT)],
  ['$parseInteger("8202522731445525543", "0")', '8202522731445526000'],
  ['$states.input.b = 8202522731445526528', 'false'],
  ['$states.input.b = $states.input.a + 1024', 'false'],
  ['$states.input.a * 1 < $states.input.a', 'true'],
  ['$states.input.b * 1 & "/" & $states.input.b', `"8202522731445526000/${NEXT}"`],
  ['[$states.input.b * 1, $states.input.b]', `[8202522731445526000,${NEXT}]`],
  ['"x" + $states.input.a', 'T2001: The left side of the "+" operator must evaluate to a number'],
  ['$states.input.a % "x"', 'T2002: The right side of the "%" operator must evaluate to a number'],
  ['-($states.input.a & "")', `D1002: Cannot negate a non-numeric value: "${ID}"`],
  ['1/0 - $states.input.a', 'D1001: Number out of range: null'],
])('%s is calculated with the double next to each', async (expression, result) => {
  const { execution } = await engine.run(pass({ Output: `{% ${expression} %}` }), {
    a: ID,
    b: NEXT,
    ids: [ID, NEXT],
  });
  const { output = execution.cause?.replace(/.*evaluation\. /, '') } = execution;
  expect(output).toBe(result);
});

test('to a function and from it', async () => {
  const call = {
    Call: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: functionArn('f'), Payload: { id: '{% $states.input.id %}' } },
      Output: '{% $states.result.Payload %}',
      Next: 'Direct',
    },
    Direct: { Type: 'Task', Resource: functionArn('f'), End: true },
  };
  const { execution, events } = await engine.run(call, { id: ID });
  expect(functions.calls.slice(-2).map(({ payload }) => payload)).toEqual([{ id: ID }, { id: ID }]);
  expect(execution.output).toBe(`{"id":${ID}}`);
  const scheduled = events.find(({ type }) => type === 'LambdaFunctionScheduled');
  expect(scheduled?.lambdaFunctionScheduledEventDetails?.input).toBe(`{"id":${ID}}`);
  const parameters = events.find(({ type }) => type === 'TaskScheduled')?.taskScheduledEventDetails
    ?.parameters;
  expect(parameters).toContain(`"Payload":{"id":${ID}}`);
});

test('with a task token', async () => {
  const call = {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: functionArn('f'), Payload: '{% $states.context.Task.Token %}' },
    End: true,
  };
  const arn = await engine.start(await engine.create({ Call: call }));
  await functions.untilCalls(functions.calls.length + 1);
  const taskToken = String(functions.calls.at(-1)?.payload);
  await engine.client.send(new SendTaskSuccessCommand({ taskToken, output: `{"id":${ID}}` }));
  expect((await engine.ended(arn)).execution.output).toBe(`{"id":${ID}}`);
});

test('in loops and branches', async () => {
  const each = (mode: object) => ({
    Type: 'Map',
    Items: '{% $states.input %}',
    ItemSelector: { id: '{% $states.context.Map.Item.Value %}' },
    ItemProcessor: { ...mode, StartAt: 'P', States: pass({ Output: '{% $states.input.id %}' }) },
    End: true,
  });
  const distributed = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
  const branch = { StartAt: 'P', States: pass({}) };
  for (const states of [{ Each: each({}) }, { Each: each(distributed) }]) {
    expect(await output(states, [ID, NEXT])).toBe(`[${ID},${NEXT}]`);
  }
  expect(await output({ Both: { Type: 'Parallel', Branches: [branch], End: true } }, ID)).toBe(`[${ID}]`);
});

test('in items and results in S3', async () => {
  const each = (InputType: string, Key: string) => ({
    Each: {
      Type: 'Map',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType },
        Arguments: { Bucket: bucket, Key },
      },
      ItemBatcher: { MaxItemsPerBatch: 2 },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'P',
        States: pass({ Output: '{% $states.input.Items %}' }),
      },
      ResultWriter: {
        Resource: 'arn:aws:states:::s3:putObject',
        WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSON' },
        Arguments: { Bucket: bucket, Prefix: 'results' },
      },
      Next: 'Get',
    },
    Get: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
      Arguments: {
        Bucket: bucket,
        Key: '{% $replace($states.input.ResultWriterDetails.Key, "manifest.json", "SUCCEEDED_0.json") %}',
      },
      Output: '{% $states.result.Body %}',
      End: true,
    },
  });
  await s3.put('ids.json', `[${ID},${NEXT}]`);
  await s3.put('ids.jsonl', `${ID}\n${NEXT}`);
  const text = JSON.stringify(`[${ID},${NEXT}]`);
  expect(await output(each('JSON', 'ids.json'), {})).toBe(text);
  expect(await output(each('JSONL', 'ids.jsonl'), {})).toBe(text);
});

test.each([
  ['.sync:2', `{"id":${ID}}`],
  ['.sync', `"{\\"id\\":${ID}}"`],
])('to a child execution and from it, %s', async (pattern, result) => {
  const StateMachineArn = await engine.create(pass({}));
  const start = {
    Type: 'Task',
    Resource: `arn:aws:states:::states:startExecution${pattern}`,
    Arguments: { StateMachineArn, Input: '{% $states.input %}' },
    Output: '{% $states.result.Output %}',
    End: true,
  };
  expect(await output({ Start: start }, { id: ID })).toBe(result);
});

test('in an Express execution', async () => {
  const definition = { QueryLanguage: 'JSONata', StartAt: 'P', States: pass({}) };
  const { body } = await engine.post('CreateStateMachine', {
    ...{ name: 'express', roleArn: ROLE, type: 'EXPRESS', definition: JSON.stringify(definition) },
  });
  const { output } = await engine.client.send(
    new StartSyncExecutionCommand({ stateMachineArn: body['stateMachineArn'], input: `[${ID}]` }),
  );
  expect(output).toBe(`[${ID}]`);
});

test('in TestState', async () => {
  const definition = JSON.stringify({
    ...{ Type: 'Pass', QueryLanguage: 'JSONata', End: true, Assign: { last: '{% $states.input.id %}' } },
    Output: { given: '{% $states.input.id %}', variable: '{% $next %}' },
  });
  const { output, inspectionData } = await engine.client.send(
    new TestStateCommand({
      ...{ definition, roleArn: ROLE, inspectionLevel: 'DEBUG' },
      ...{ input: `{"id":${ID}}`, variables: `{"next":${NEXT}}` },
    }),
  );
  expect(output).toBe(`{"given":${ID},"variable":${NEXT}}`);
  expect(inspectionData?.variables).toBe(`{"next":${NEXT},"last":${ID}}`);
});

test.each([
  ['Seconds', { W: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } }],
  [
    'MaxConcurrency',
    {
      E: {
        Type: 'Map',
        MaxConcurrency: '{% -$states.input %}',
        Items: [],
        ItemProcessor: { StartAt: 'P', States: pass({}) },
        End: true,
      },
    },
  ],
])('as %s it is out of range', async (field, states) => {
  const { execution } = await engine.run(states, ID);
  expect(execution.error).toBe('States.QueryEvaluationError');
  expect(execution.cause).toContain(`The ${field} field must be`);
});

test('in what is kept over a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'states-'));
  const kept = { ...options, database: join(folder, 'a') };
  const wait = {
    Set: { Type: 'Pass', Assign: { id: '{% $states.input[0] %}' }, Next: 'Wait' },
    Wait: { Type: 'Wait', Seconds: 60, Next: 'Give' },
    Give: { Type: 'Pass', Output: '{% [$id, $states.input[1]] %}', End: true },
  };
  const first = await TestEngine.start(kept);
  const arn = await first.start(await first.create(wait), [ID, NEXT]);
  await clock.untilTimerIn(60_000);
  await first.close();
  const second = await TestEngine.start(kept);
  await clock.untilTimerIn(60_000);
  clock.advance(60_000);
  expect((await second.ended(arn)).execution.output).toBe(`[${ID},${NEXT}]`);
  await second.close();
  rmSync(folder, { recursive: true });
});
