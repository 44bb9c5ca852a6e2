// Aliases: how they route executions to versions, and what is refused.
import {
  CreateStateMachineAliasCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineVersionCommand,
  DescribeStateMachineAliasCommand,
  ListExecutionsCommand,
  ListStateMachineAliasesCommand,
  PublishStateMachineVersionCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROLE, TestClock, TestEngine } from '../testing/engine.ts';

let engine: TestEngine;
let drawn: number;
let machine: string;
beforeEach(async () => {
  drawn = 0;
  engine = await TestEngine.start({ clock: new TestClock(), random: () => drawn });
  machine = await engine.create(pass(1));
  await engine.client.send(new PublishStateMachineVersionCommand({ stateMachineArn: machine }));
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'P', States: pass(2) });
  await engine.client.send(new UpdateStateMachineCommand({ stateMachineArn: machine, definition }));
  await engine.client.send(new PublishStateMachineVersionCommand({ stateMachineArn: machine }));
});
afterEach(() => engine.close());

const pass = (version: number) => ({ P: { Type: 'Pass', Output: version, End: true } });
const routes = (...weights: number[]) =>
  weights.map((weight, index) => ({ stateMachineVersionArn: `${machine}:${index + 1}`, weight }));

async function alias(name: string, ...weights: number[]): Promise<string> {
  const routingConfiguration = routes(...weights);
  const created = await engine.client.send(
    new CreateStateMachineAliasCommand({ name, description: 'd', routingConfiguration }),
  );
  return created.stateMachineAliasArn ?? '';
}

test('executions are routed by weight, and keep the alias', async () => {
  const arn = await alias('live', 30, 70);
  drawn = 0.29;
  const first = await engine.ended(await engine.start(arn));
  expect(first.output).toBe(1);
  expect(first.execution).toMatchObject({
    stateMachineArn: machine,
    stateMachineVersionArn: `${machine}:1`,
    stateMachineAliasArn: arn,
  });
  expect(first.events[0]?.executionStartedEventDetails).toMatchObject({ stateMachineAliasArn: arn });
  drawn = 0.3;
  expect((await engine.ended(await engine.start(arn))).output).toBe(2);
  await engine.ended(await engine.start(machine));
  const listed = await engine.client.send(new ListExecutionsCommand({ stateMachineArn: arn }));
  expect(listed.executions).toHaveLength(2);
  expect(engine.statusEvents[0]?.detail.stateMachineAliasArn).toBe(arn);
});

test('an alias is described, updated, listed and deleted', async () => {
  const stateMachineAliasArn = await alias('live', 100);
  const describe = () => engine.client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn }));
  expect(await describe()).toMatchObject({
    stateMachineAliasArn: `${machine}:live`,
    name: 'live',
    description: 'd',
    routingConfiguration: routes(100),
  });
  const routingConfiguration = routes(10, 90);
  await engine.client.send(
    new UpdateStateMachineAliasCommand({ stateMachineAliasArn, routingConfiguration }),
  );
  expect(await describe()).toMatchObject({ description: 'd', routingConfiguration });
  await alias('other', 100);
  const list = (more: object = {}) =>
    engine.client.send(new ListStateMachineAliasesCommand({ stateMachineArn: machine, ...more }));
  const page = await list({ maxResults: 1 });
  expect(page.stateMachineAliases).toMatchObject([{ stateMachineAliasArn }]);
  expect((await list({ nextToken: page.nextToken })).stateMachineAliases).toHaveLength(1);
  expect((await list({ stateMachineArn: `${machine}:2` })).stateMachineAliases).toHaveLength(1);
  await engine.client.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }));
  await expect(describe()).rejects.toMatchObject({ name: 'ResourceNotFound' });
  await expect(engine.start(stateMachineAliasArn)).rejects.toMatchObject({
    name: 'StateMachineDoesNotExist',
  });
});

test('a version that an alias routes to cannot be deleted', async () => {
  await alias('live', 100);
  const remove = (version: number) =>
    engine.client.send(
      new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${machine}:${version}` }),
    );
  await expect(remove(1)).rejects.toMatchObject({
    name: 'ConflictException',
    message: expect.stringContaining('[live]'),
  });
  await remove(2);
});

test('creating the same alias again returns it, a different one of that name is a conflict', async () => {
  expect(await alias('live', 100)).toBe(await alias('live', 100));
  await expect(alias('live', 50, 50)).rejects.toMatchObject({ name: 'ConflictException' });
});

test.each([
  ['weights that do not add up to 100', () => routes(50, 40), 'ValidationException'],
  ['no version', () => [{ stateMachineVersionArn: machine, weight: 100 }], 'ValidationException'],
  [
    'a version that is not there',
    () => [{ stateMachineVersionArn: `${machine}:9`, weight: 100 }],
    'ResourceNotFound',
  ],
  ['one version twice', () => [...routes(50), ...routes(50)], 'ValidationException'],
  ['nothing', () => [], 'ValidationException'],
])('a routing with %s is refused', async (_what, routing, name) => {
  const create = new CreateStateMachineAliasCommand({ name: 'a', routingConfiguration: routing() });
  await expect(engine.client.send(create)).rejects.toMatchObject({ name });
});

test('a state machine has a hundred aliases at most', async () => {
  for (let n = 0; n < 100; n++) await alias(`a${n}`, 100);
  await expect(alias('one-more', 100)).rejects.toMatchObject({
    name: 'ServiceQuotaExceededException',
    message: 'A state machine has at most 100 aliases',
  });
  expect(await alias('a0', 100)).toBe(`${machine}:a0`);
});

test('the aliases of a deleted state machine are gone, also when there is one of its name again', async () => {
  const stateMachineAliasArn = await alias('live', 100);
  await engine.post('DeleteStateMachine', { stateMachineArn: machine });
  while ((await engine.post('DescribeStateMachine', { stateMachineArn: machine })).status === 200);
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'P', States: pass(3) });
  const again = { name: machine.split(':').at(-1), roleArn: ROLE, definition, publish: true };
  expect((await engine.post('CreateStateMachine', again)).body['stateMachineArn']).toBe(machine);
  expect((await engine.post('DescribeStateMachineAlias', { stateMachineAliasArn })).type).toBe(
    'ResourceNotFound',
  );
});
