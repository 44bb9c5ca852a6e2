// State machines through the API: creating twice, updating, versions, deleting, tags.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListStateMachinesCommand,
  ListStateMachineVersionsCommand,
  ListTagsForResourceCommand,
  PublishStateMachineVersionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROLE, TestEngine } from '../testing/engine.ts';

let engine: TestEngine;
beforeEach(async () => {
  engine = await TestEngine.start();
});
afterEach(() => engine.close());

const definition = (Output: unknown) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'P',
    States: { P: { Type: 'Pass', Output, End: true } },
  });
const WAITING = JSON.stringify({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 3600, End: true } } });

const create = (name: string, text: string, more: object = {}) =>
  engine.client.send(new CreateStateMachineCommand({ name, roleArn: ROLE, definition: text, ...more }));

test('creating the same again returns it, another definition is refused', async () => {
  const first = await create('one', definition(1));
  expect((await create('one', definition(1))).creationDate).toEqual(first.creationDate);
  await expect(create('one', definition(2))).rejects.toMatchObject({
    name: 'StateMachineAlreadyExists',
    message: `State Machine Already Exists: '${first.stateMachineArn}'`,
  });
  await expect(create('one', definition(1), { type: 'EXPRESS' })).rejects.toMatchObject({
    name: 'StateMachineAlreadyExists',
  });
});

test.each(['new', 'known'])(
  'when the version of the %s state machine cannot be kept nothing is, and the next try does all',
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'versions-'));
    const database = join(folder, 'states.db');
    // The engine has the file for itself.
    const reopened = async (change: string) => {
      await engine.close();
      const file = new DatabaseSync(database);
      file.exec(change);
      file.close();
      engine = await TestEngine.start({ database });
    };
    await engine.close();
    engine = await TestEngine.start({ database });
    const { stateMachineArn = '' } = await create('known', definition(1));
    const change = { definition: definition(2), publish: true };
    const ask = () =>
      name === 'known'
        ? engine.client.send(new UpdateStateMachineCommand({ stateMachineArn, ...change }))
        : create(name, change.definition, change);
    await reopened(`CREATE TRIGGER full BEFORE INSERT ON versions BEGIN SELECT RAISE(ABORT, 'full'); END`);
    await expect(ask()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    const { stateMachines = [] } = await engine.client.send(new ListStateMachinesCommand({}));
    expect(stateMachines.map((one) => one.name)).toEqual(['known']);
    const before = await engine.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(before.definition).toBe(definition(1));
    await reopened('DROP TRIGGER full');
    const { stateMachineVersionArn = '' } = await ask();
    expect(stateMachineVersionArn).toMatch(new RegExp(`:${name}:1$`));
    const made = await engine.client.send(
      new DescribeStateMachineCommand({ stateMachineArn: stateMachineVersionArn }),
    );
    expect(made.definition).toBe(definition(2));
    rmSync(folder, { recursive: true });
  },
);

// API reference, CreateStateMachine: "roleArn and tags will not be updated, even if they are different."
test('a creation that differs in role and tags alone returns the first, and changes neither', async () => {
  const { stateMachineArn, creationDate } = await create('one', definition(1));
  const other = { roleArn: `${ROLE}-other`, tags: [{ key: 'a', value: 'b' }] };
  expect(await create('one', definition(1), other)).toMatchObject({ stateMachineArn, creationDate });
  const { roleArn } = await engine.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const { tags } = await engine.client.send(new ListTagsForResourceCommand({ resourceArn: stateMachineArn }));
  expect([roleArn, tags]).toEqual([ROLE, []]);
  for (const more of [{ tracingConfiguration: { enabled: true } }, { publish: true }])
    await expect(create('one', definition(1), more)).rejects.toMatchObject({
      name: 'StateMachineAlreadyExists',
    });
});

test('each version runs the definition that it was published with', async () => {
  const { stateMachineArn, stateMachineVersionArn } = await create('v', definition('first'), {
    publish: true,
  });
  expect(stateMachineVersionArn).toBe(`${stateMachineArn}:1`);
  const updated = await engine.client.send(
    new UpdateStateMachineCommand({
      stateMachineArn,
      definition: definition('second'),
      publish: true,
      versionDescription: 'better',
    }),
  );
  expect(updated.stateMachineVersionArn).toBe(`${stateMachineArn}:2`);
  const outputs = [];
  for (const arn of [`${stateMachineArn}:1`, `${stateMachineArn}:2`, stateMachineArn ?? '']) {
    const { output, execution } = await engine.ended(await engine.start(arn));
    outputs.push([output, execution.stateMachineVersionArn]);
    expect(execution.stateMachineArn).toBe(stateMachineArn);
  }
  expect(outputs).toEqual([
    ['first', `${stateMachineArn}:1`],
    ['second', `${stateMachineArn}:2`],
    ['second', undefined],
  ]);
  const versionEvent = engine.statusEvents.find(({ detail }) => detail.output === '"first"');
  expect(versionEvent?.detail.stateMachineVersionArn).toBe(`${stateMachineArn}:1`);
  const second = await engine.client.send(
    new DescribeStateMachineCommand({ stateMachineArn: `${stateMachineArn}:2` }),
  );
  expect(second).toMatchObject({ description: 'better', revisionId: updated.revisionId });
});

test('publishing again returns the same version; a deleted number is not used again', async () => {
  const { stateMachineArn } = await create('v', definition(1), { publish: true });
  const publish = (more: object = {}) =>
    engine.client.send(new PublishStateMachineVersionCommand({ stateMachineArn, ...more }));
  expect((await publish()).stateMachineVersionArn).toBe(`${stateMachineArn}:1`);
  await engine.client.send(
    new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${stateMachineArn}:1` }),
  );
  expect((await publish()).stateMachineVersionArn).toBe(`${stateMachineArn}:2`);
  const { stateMachineVersions } = await engine.client.send(
    new ListStateMachineVersionsCommand({ stateMachineArn }),
  );
  expect(stateMachineVersions?.map((version) => version.stateMachineVersionArn)).toEqual([
    `${stateMachineArn}:2`,
  ]);
  await expect(
    engine.client.send(new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}:1` })),
  ).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  await expect(publish({ revisionId: 'other' })).rejects.toMatchObject({ name: 'ConflictException' });
});

test('versions are listed newest first, in pages', async () => {
  const { stateMachineArn } = await create('v', definition(1), { publish: true });
  for (const n of [2, 3])
    await engine.client.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: definition(n), publish: true }),
    );
  const page = (nextToken?: string) =>
    engine.client.send(new ListStateMachineVersionsCommand({ stateMachineArn, maxResults: 2, nextToken }));
  const first = await page();
  const second = await page(first.nextToken);
  const numbers = [first, second].map(({ stateMachineVersions = [] }) =>
    stateMachineVersions.map(({ stateMachineVersionArn }) => stateMachineVersionArn?.split(':').at(-1)),
  );
  expect(numbers).toEqual([['3', '2'], ['1']]);
  expect(second.nextToken).toBeUndefined();
});

test('an update that cannot be published is not made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'states-'));
  const database = join(folder, 'a');
  let full = await TestEngine.start({ database });
  try {
    const { stateMachineArn } = await full.client.send(
      new CreateStateMachineCommand({ name: 'f', roleArn: ROLE, definition: definition(1), publish: true }),
    );
    await full.close();
    fillVersions(database);
    full = await TestEngine.start({ database });
    const update = { stateMachineArn, definition: definition(2), publish: true };
    await expect(full.client.send(new UpdateStateMachineCommand(update))).rejects.toMatchObject({
      name: 'ServiceQuotaExceededException',
    });
    const described = await full.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect([described.definition, described.revisionId]).toEqual([definition(1), undefined]);
    const { updateDate } = await full.client.send(
      new UpdateStateMachineCommand({ ...update, publish: false }),
    );
    expect(updateDate).toBeInstanceOf(Date);
  } finally {
    await full.close();
    rmSync(folder, { recursive: true });
  }
});

/** Publishes versions of the state machine up to the quota. */
function fillVersions(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(`INSERT INTO versions
    WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
    SELECT machine_arn, i, revision, description, created_at FROM versions, n;
    UPDATE state_machines SET last_version = 1000`);
  database.close();
}

test('an execution keeps the definition that it was started with', async () => {
  const { stateMachineArn } = await create('u', definition('old'));
  const executionArn = await engine.start(stateMachineArn ?? '');
  await engine.ended(executionArn);
  await engine.client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: definition('new') }));
  const used = await engine.client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  expect(used.definition).toBe(definition('old'));
});

test('METADATA_ONLY leaves out the definition', async () => {
  const { stateMachineArn } = await create('u', definition('here'));
  const executionArn = await engine.start(stateMachineArn ?? '');
  const includedData = 'METADATA_ONLY';
  const described = await engine.client.send(
    new DescribeStateMachineCommand({ stateMachineArn, includedData }),
  );
  const used = await engine.client.send(
    new DescribeStateMachineForExecutionCommand({ executionArn, includedData }),
  );
  expect([described.definition, used.definition]).toEqual(['{}', '{}']);
  expect(used.revisionId).toBe(described.revisionId);
});

test('a state machine with a running execution is DELETING until that has ended', async () => {
  const { stateMachineArn } = await create('d', WAITING);
  const executionArn = await engine.start(stateMachineArn ?? '');
  await engine.client.send(new DeleteStateMachineCommand({ stateMachineArn }));
  const { status } = await engine.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(status).toBe('DELETING');
  await expect(engine.start(stateMachineArn ?? '')).rejects.toMatchObject({ name: 'StateMachineDeleting' });
  await engine.client.send(new StopExecutionCommand({ executionArn }));
  await engine.ended(executionArn);
  await expect(
    engine.client.send(new DescribeStateMachineCommand({ stateMachineArn })),
  ).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  expect((await engine.client.send(new DescribeExecutionCommand({ executionArn }))).status).toBe('ABORTED');
});

test('deleting a state machine that does not exist succeeds', async () => {
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:none';
  await engine.client.send(new DeleteStateMachineCommand({ stateMachineArn }));
});

test('state machines are listed in pages', async () => {
  for (const name of ['a', 'b', 'c']) await create(name, definition(name));
  const first = await engine.client.send(new ListStateMachinesCommand({ maxResults: 2 }));
  const second = await engine.client.send(
    new ListStateMachinesCommand({ maxResults: 2, nextToken: first.nextToken }),
  );
  const all = [...(first.stateMachines ?? []), ...(second.stateMachines ?? [])];
  expect(all.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect(second.nextToken).toBeUndefined();
});

test('tags are stored, added and removed', async () => {
  const { stateMachineArn: resourceArn } = await create('t', definition(1), {
    tags: [{ key: 'a', value: '1' }],
  });
  await engine.client.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'b', value: '2' }] }));
  await engine.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
  const { tags } = await engine.client.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual([{ key: 'b', value: '2' }]);
});

test.each([
  ['a name with a blank', { name: 'a b' }, 'InvalidName'],
  ['a role that is none', { roleArn: 'arn:aws:s3:::bucket' }, 'InvalidArn'],
  ['a definition that is no JSON', { definition: '{' }, 'InvalidDefinition'],
  ['a definition over 1 MB', { definition: `"${'x'.repeat(1_048_576)}"` }, 'ValidationException'],
  ['a type that is none', { type: 'FAST' }, 'ValidationException'],
])('%s is refused', async (_what, wrong, name) => {
  await expect(create('n', definition(1), wrong)).rejects.toMatchObject({ name });
});
