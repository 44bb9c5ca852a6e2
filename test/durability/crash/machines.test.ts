// Kills while state machines are created, updated and deleted: every answered change is kept, and each is all or nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineProcess, freePort } from './engine-process.ts';
import { dice } from './random.ts';

const KILLS = 8;
const MACHINES = 40;
const ROLE = 'arn:aws:iam::000000000000:role/test';

let folder: string;
let engine: EngineProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crash-machines-'));
  const database = join(folder, 'states.db');
  engine = new EngineProcess({ database, port: await freePort(), lambdaEndpoint: 'http://127.0.0.1:1' });
  engine.start();
  await engine.ready;
});
afterEach(async () => {
  await engine.kill();
  rmSync(folder, { recursive: true });
});

const definition = (text: string) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'P',
    States: { P: { Type: 'Pass', Output: text, End: true } },
  });

/** Creates, updates and deletes one state machine. Every call is repeated until it is answered. */
async function live(index: number): Promise<void> {
  const name = `m${index}`;
  const created = await engine.call('CreateStateMachine', {
    ...{ name, roleArn: ROLE, definition: definition('first'), publish: true },
    tags: [{ key: 'n', value: String(index) }],
  });
  const { stateMachineArn } = created;
  const first = created['stateMachineVersionArn'];
  const alias = await engine.call('CreateStateMachineAlias', {
    name: 'live',
    routingConfiguration: [{ stateMachineVersionArn: first, weight: 100 }],
  });
  await engine.call('UpdateStateMachine', { stateMachineArn, definition: definition('second') });
  const second = (await engine.call('PublishStateMachineVersion', { stateMachineArn }))[
    'stateMachineVersionArn'
  ];
  await engine.call('UpdateStateMachineAlias', {
    stateMachineAliasArn: alias['stateMachineAliasArn'],
    routingConfiguration: [{ stateMachineVersionArn: second, weight: 100 }],
  });
  await engine.call('TagResource', { resourceArn: stateMachineArn, tags: [{ key: 'more', value: 'yes' }] });
  await engine.call('UntagResource', { resourceArn: stateMachineArn, tagKeys: ['n'] });
  await engine.call('DeleteStateMachineVersion', { stateMachineVersionArn: first });
  if (index % 3 === 0) await engine.call('DeleteStateMachine', { stateMachineArn });
}

async function check(index: number): Promise<void> {
  const stateMachineArn = `arn:aws:states:us-east-1:000000000000:stateMachine:m${index}`;
  if (index % 3 === 0) {
    for (const operation of ['DescribeStateMachine', 'ListStateMachineVersions', 'ListStateMachineAliases'])
      await expect(engine.call(operation, { stateMachineArn })).rejects.toMatchObject({
        code: 'StateMachineDoesNotExist',
      });
    return;
  }
  const machine = await engine.call('DescribeStateMachine', { stateMachineArn });
  expect(machine).toMatchObject({ status: 'ACTIVE', definition: definition('second') });
  const { stateMachineVersions } = await engine.call('ListStateMachineVersions', { stateMachineArn });
  expect(stateMachineVersions).toMatchObject([{ stateMachineVersionArn: `${stateMachineArn}:2` }]);
  const { routingConfiguration } = await engine.call('DescribeStateMachineAlias', {
    stateMachineAliasArn: `${stateMachineArn}:live`,
  });
  expect(routingConfiguration).toEqual([{ stateMachineVersionArn: `${stateMachineArn}:2`, weight: 100 }]);
  const { tags } = await engine.call('ListTagsForResource', { resourceArn: stateMachineArn });
  expect(tags).toEqual([{ key: 'more', value: 'yes' }]);
}

test(`${KILLS} kills while ${MACHINES} state machines come and go`, { timeout: 300_000 }, async () => {
  const random = dice(4);
  const left = Array.from({ length: MACHINES }, (_, index) => index);
  let done = 0;
  const worker = async () => {
    for (let index = left.shift(); index !== undefined; index = left.shift()) {
      await live(index);
      done += 1;
    }
  };
  const workers = Promise.all([worker(), worker(), worker(), worker()]);
  for (let kill = 0; kill < KILLS && done < MACHINES; kill += 1) {
    await engine.ready;
    await new Promise((resolve) => setTimeout(resolve, random.integer(0, 60)));
    await engine.kill();
    engine.start();
  }
  await workers;
  await engine.kill();
  engine.start();
  await Promise.all(Array.from({ length: MACHINES }, (_, index) => check(index)));
  expect(engine.stderr).toBe('');
});
