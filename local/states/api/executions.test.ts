// Executions through the API: starting, naming, listing, paging, stopping.
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStates } from '../create-states.ts';
import { ROLE, TestClock, TestEngine, types } from '../testing/engine.ts';

let engine: TestEngine;
let clock: TestClock;
beforeAll(async () => {
  clock = new TestClock();
  engine = await TestEngine.start({ clock });
});
afterAll(() => engine.close());

const waiting = { W: { Type: 'Wait', Seconds: 3600, End: true } };
const pass = { P: { Type: 'Pass', End: true } };

test('StartExecution is idempotent while the execution runs, by name and input', async () => {
  const stateMachineArn = await engine.create(waiting);
  const start = (input: string) =>
    engine.client.send(new StartExecutionCommand({ stateMachineArn, name: 'once', input }));
  const first = await start('{"a":1}');
  clock.advance(1000);
  const again = await start('{"a":1}');
  expect([again.executionArn, again.startDate]).toEqual([first.executionArn, first.startDate]);
  const exists = {
    name: 'ExecutionAlreadyExists',
    message: `Execution Already Exists: '${first.executionArn}'`,
  };
  await expect(start('{"a":2}')).rejects.toMatchObject(exists);
  await engine.client.send(new StopExecutionCommand({ executionArn: first.executionArn }));
  await expect(start('{"a":1}')).rejects.toMatchObject(exists);
  const { executions } = await engine.client.send(new ListExecutionsCommand({ stateMachineArn }));
  expect(executions).toHaveLength(1);
});

test('two starts with one name at the same time make one execution', async () => {
  const stateMachineArn = await engine.create(waiting);
  const starts = Array.from({ length: 10 }, () =>
    engine.client.send(new StartExecutionCommand({ stateMachineArn, name: 'same', input: '{}' })),
  );
  expect(new Set((await Promise.all(starts)).map(({ executionArn }) => executionArn)).size).toBe(1);
  const { executions } = await engine.client.send(new ListExecutionsCommand({ stateMachineArn }));
  expect(executions).toHaveLength(1);
});

test('two starts with one name in one turn of the event loop make one execution', async () => {
  const service = await createStates({
    ...{ database: ':memory:', lambdaEndpoint: undefined, region: 'us-east-1', accountId: '000000000000' },
  });
  const send = async (operation: string, input: object) => {
    const { status, body = '' } = await service.handle({
      ...{ method: 'POST', url: new URL('http://localhost/'), target: '/' },
      headers: { 'x-amz-target': `AWSStepFunctions.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
    });
    return { status, body: JSON.parse(body.toString()) };
  };
  const definition = JSON.stringify({ StartAt: 'W', States: waiting });
  const { body } = await send('CreateStateMachine', { name: 'm', roleArn: ROLE, definition });
  const start = (input: string) =>
    send('StartExecution', { stateMachineArn: body.stateMachineArn, name: 'same', input });
  const [one, two, three] = await Promise.all([start('1'), start('1'), start('2')]);
  expect([one.status, two.status]).toEqual([200, 200]);
  expect(two.body).toEqual(one.body);
  expect(three.body).toMatchObject({ __type: 'ExecutionAlreadyExists' });
  await service.close();
});

test('a stopped execution is aborted with error and cause', async () => {
  const arn = await engine.start(await engine.create(waiting));
  const stopped = await engine.client.send(
    new StopExecutionCommand({ executionArn: arn, error: 'Enough', cause: 'asked' }),
  );
  const { execution, events } = await engine.ended(arn);
  expect(execution).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'asked' });
  expect(execution.stopDate).toEqual(stopped.stopDate);
  expect(types(events)).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionAborted']);
  expect(events[2]?.executionAbortedEventDetails).toEqual({ error: 'Enough', cause: 'asked' });
});

test('the history comes in pages, forwards and backwards, with or without data', async () => {
  const { execution, events } = await engine.run({
    A: { Type: 'Pass', Next: 'B' },
    B: { Type: 'Pass', Next: 'C' },
    C: { Type: 'Pass', End: true },
  });
  const pages = async (reverseOrder: boolean) => {
    const ids: (number | undefined)[][] = [];
    let nextToken: string | undefined;
    do {
      const page = await engine.client.send(
        new GetExecutionHistoryCommand({
          executionArn: execution.executionArn,
          maxResults: 3,
          reverseOrder,
          nextToken,
        }),
      );
      ids.push((page.events ?? []).map(({ id }) => id));
      nextToken = page.nextToken;
    } while (nextToken);
    return ids;
  };
  expect(events).toHaveLength(8);
  expect(await pages(false)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8],
  ]);
  expect(await pages(true)).toEqual([
    [8, 7, 6],
    [5, 4, 3],
    [2, 1],
  ]);
  const bare = await engine.client.send(
    new GetExecutionHistoryCommand({ executionArn: execution.executionArn, includeExecutionData: false }),
  );
  expect(bare.events?.[1]?.stateEnteredEventDetails).toEqual({ name: 'A' });
});

test('executions are listed newest first, by status, in pages', async () => {
  const stateMachineArn = await engine.create(pass);
  const arns: string[] = [];
  for (let i = 0; i < 5; i++) {
    clock.advance(1000);
    arns.push(await engine.start(stateMachineArn));
  }
  await Promise.all(arns.map((arn) => engine.ended(arn)));
  const first = await engine.client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 3 }));
  // An execution that starts meanwhile does not shift the pages.
  await engine.ended(await engine.start(stateMachineArn));
  const second = await engine.client.send(
    new ListExecutionsCommand({ stateMachineArn, maxResults: 3, nextToken: first.nextToken }),
  );
  const seen = [...(first.executions ?? []), ...(second.executions ?? [])];
  expect(seen.map(({ executionArn }) => executionArn)).toEqual(arns.toReversed());
  expect(second.nextToken).toBeUndefined();
  const failed = await engine.client.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED' }),
  );
  expect(failed.executions).toEqual([]);
});

test.each(['a b', 'a/b', 'a:b', 'x'.repeat(81), ''])('the name %j is refused', async (name) => {
  const stateMachineArn = await engine.create(pass);
  const start = engine.client.send(new StartExecutionCommand({ stateMachineArn, name }));
  await expect(start).rejects.toMatchObject({
    name: name.length === 81 || name === '' ? 'ValidationException' : 'InvalidName',
  });
});

test('an input over 256 KiB is refused', async () => {
  const stateMachineArn = await engine.create(pass);
  const input = JSON.stringify('x'.repeat(262_143));
  const start = engine.client.send(new StartExecutionCommand({ stateMachineArn, input }));
  await expect(start).rejects.toMatchObject({ name: 'ValidationException' });
});

test('an execution that does not exist is an error', async () => {
  const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:machine-1:none';
  for (const command of [
    new DescribeExecutionCommand({ executionArn }),
    new GetExecutionHistoryCommand({ executionArn }),
    new StopExecutionCommand({ executionArn }),
  ]) {
    // Each command has a type of its own: the client's overloads take one at a time.
    const answer = engine.client.send(command as DescribeExecutionCommand);
    await expect(answer).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
      message: `Execution Does Not Exist: '${executionArn}'`,
    });
  }
});

test('StartSyncExecution answers with the end of the execution, which is not stored', async () => {
  const { body: created } = await engine.post('CreateStateMachine', {
    name: 'express',
    type: 'EXPRESS',
    roleArn: ROLE,
    definition: JSON.stringify({ StartAt: 'P', States: pass }),
  });
  const { stateMachineArn } = created;
  const { body } = await engine.post('StartSyncExecution', { stateMachineArn, name: 'now', input: '[1]' });
  expect(body).toMatchObject({
    stateMachineArn,
    name: 'now',
    status: 'SUCCEEDED',
    input: '[1]',
    output: '[1]',
  });
  const { body: described } = await engine.post('DescribeExecution', { executionArn: body.executionArn });
  expect(described).toEqual({
    __type: 'InvalidArn',
    message: "Invalid Arn: 'Resource type not valid in this context: express'",
  });
});

test.each([
  [undefined, 300],
  [3600, 300],
  [60, 60],
])(
  'an Express execution has five minutes at most: with TimeoutSeconds of %s it has %i seconds',
  async (TimeoutSeconds, seconds) => {
    const { body: created } = await engine.post('CreateStateMachine', {
      name: `slow-${TimeoutSeconds}`,
      type: 'EXPRESS',
      roleArn: ROLE,
      definition: JSON.stringify({ StartAt: 'W', States: waiting, TimeoutSeconds }),
    });
    const answer = engine.post('StartSyncExecution', { stateMachineArn: created['stateMachineArn'] });
    await clock.untilTimerIn(seconds * 1000);
    clock.advance(seconds * 1000);
    expect((await answer).body).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
  },
);

test('StartSyncExecution is for Express state machines', async () => {
  const { body } = await engine.post('StartSyncExecution', { stateMachineArn: await engine.create(pass) });
  expect(body.__type).toBe('StateMachineTypeNotSupported');
});

test('a name that runs on one version is taken for another one, also with the same input', async () => {
  const stateMachineArn = await engine.create({ W: { Type: 'Wait', Seconds: 3600, End: true } });
  const { stateMachineVersionArn } = (await engine.post('PublishStateMachineVersion', { stateMachineArn }))
    .body;
  const start = async (arn: unknown) =>
    (await engine.post('StartExecution', { stateMachineArn: arn, name: 'same', input: '1' })).type;
  expect(await start(stateMachineVersionArn)).toBeNull();
  expect(await start(stateMachineVersionArn)).toBeNull();
  expect(await start(stateMachineArn)).toBe('ExecutionAlreadyExists');
});

test('those of a deleted state machine are not among those of a later one of its name', async () => {
  const create = async () =>
    (
      await engine.post('CreateStateMachine', {
        name: 'again',
        roleArn: ROLE,
        definition: JSON.stringify({ StartAt: 'P', States: pass }),
      })
    ).body['stateMachineArn'] ?? '';
  const stateMachineArn = await create();
  const old = await engine.start(stateMachineArn);
  await engine.ended(old);
  await engine.post('DeleteStateMachine', { stateMachineArn });
  while ((await engine.post('DescribeStateMachine', { stateMachineArn })).status === 200);
  clock.advance(1000);
  await create();
  const young = await engine.start(stateMachineArn);
  await engine.ended(young);
  const { executions } = await engine.client.send(new ListExecutionsCommand({ stateMachineArn }));
  expect(executions?.map(({ executionArn }) => executionArn)).toEqual([young]);
  expect((await engine.client.send(new DescribeExecutionCommand({ executionArn: old }))).status).toBe(
    'SUCCEEDED',
  );
});

test('a state machine whose deletion was requested goes with the end of its last execution', async () => {
  const stateMachineArn = await engine.create(waiting);
  const arn = await engine.start(stateMachineArn);
  await clock.untilTimerIn(3_600_000);
  await engine.post('DeleteStateMachine', { stateMachineArn });
  const describe = () => engine.post('DescribeStateMachine', { stateMachineArn });
  expect((await describe()).body['status']).toBe('DELETING');
  await engine.client.send(new StopExecutionCommand({ executionArn: arn }));
  let answer = await describe();
  while (answer.status === 200) answer = await describe();
  expect(answer.type).toBe('StateMachineDoesNotExist');
});
