// Writes of connections that fail halfway, against S3 and Systems Manager: the secret and what is told of it stay of one kind.
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ApiStack, startApiStack } from '../../test/support/api-stack.ts';
import { expired } from '../connections/expired.ts';
import { ConnectionParameters } from '../connections/parameters.ts';
import { ConnectionExpired } from '../errors.ts';
import { type ConnectionStore, connectionStore } from '../stores/connections.ts';
import type { ManagedName } from './description.ts';
import { createConnection, deleteConnection, readConnection, replaceConnection } from './manage.ts';
import { markExpired } from './mark-expired.ts';
import type { ManageDependencies } from './versions.ts';

let api: ApiStack;
let client: SSMClient;
let dependencies: ManageDependencies;
let count = 0;
let name: ManagedName;
beforeAll(async () => {
  api = await startApiStack();
  client = new SSMClient({ maxAttempts: 1 });
  dependencies = { parameters: new ConnectionParameters(client), store: connectionStore() };
});
beforeEach(() => {
  count += 1;
  name = { provider: 'webhook', id: `hook-${count}` };
});
afterAll(async () => {
  client.destroy();
  await api.close();
});

const create = (label: string, secret: string, by = dependencies) =>
  createConnection(name, { label, workflows: null, credentials: { secret } }, 'ada', by);
const replace = (label: string, secret: string, by = dependencies, ifMatch = '*') =>
  replaceConnection(name, { label, workflows: null, credentials: { secret } }, 'ada', ifMatch, by);
const labelOf = async (by = dependencies) => (await readConnection(name, by)).description.label;
const secretOf = async () => (await dependencies.parameters.read(name))?.secret;

/** Systems Manager with a fault in the way of a write: nothing gets there, or the answer is lost. */
function failing(when: 'before' | 'after'): ManageDependencies {
  const faulty = new SSMClient({ maxAttempts: 1 });
  faulty.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== 'PutParameterCommand') return next(args);
        if (when === 'after') await next(args);
        throw new Error('the line is dead');
      },
    { step: 'initialize' },
  );
  return { ...dependencies, parameters: new ConnectionParameters(faulty) };
}

/** A process that ends at the write of the secret: nothing is put in order after it. */
function killed(): ManageDependencies {
  const { store } = dependencies;
  let written = 0;
  const once: ConnectionStore['write'] = (...given) => {
    written += 1;
    return written > 1 ? Promise.reject(new Error('killed')) : store.write(...given);
  };
  return { ...failing('before'), store: { ...store, write: once } };
}

test('a new secret that could not be written leaves the old one, as it was described', async () => {
  await create('old', 'one');
  await expect(replace('new', 'two', failing('before'))).rejects.toThrow('the line is dead');
  expect([await labelOf(), await secretOf()]).toEqual(['old', { secret: 'one' }]);
  await replace('newer', 'three');
  expect([await labelOf(), await secretOf()]).toEqual(['newer', { secret: 'three' }]);
});

test('a new secret whose write was not confirmed is described as the new one', async () => {
  await create('old', 'one');
  await expect(replace('new', 'two', failing('after'))).rejects.toThrow('the line is dead');
  expect([await labelOf(), await secretOf()]).toEqual(['new', { secret: 'two' }]);
});

test('a description that could not be written leaves everything as it was', async () => {
  await create('old', 'one');
  const store = { ...dependencies.store, write: () => Promise.reject(new Error('S3 is away')) };
  await expect(replace('new', 'two', { ...dependencies, store })).rejects.toThrow('S3 is away');
  expect([await labelOf(), await secretOf()]).toEqual(['old', { secret: 'one' }]);
});

test('a replacement that was killed between its two writes has not happened, and another may follow in a minute', async () => {
  await create('old', 'one');
  await expect(replace('new', 'two', killed())).rejects.toThrow('the line is dead');
  expect([await labelOf(), await secretOf()]).toEqual(['old', { secret: 'one' }]);
  await expect(replace('third', 'three')).rejects.toMatchObject({ type: 'precondition-failed' });
  const later = { ...dependencies, now: () => new Date(Date.now() + 60_001) };
  await replace('third', 'three', later);
  expect([await labelOf(), await secretOf()]).toEqual(['third', { secret: 'three' }]);
});

test('a creation that failed has made nothing, and the next one does', async () => {
  await expect(create('first', 'one', failing('before'))).rejects.toThrow('the line is dead');
  await expect(readConnection(name, dependencies)).rejects.toMatchObject({ type: 'not-found' });
  expect((await create('second', 'two'))?.description.label).toBe('second');
  expect([await labelOf(), await secretOf()]).toEqual(['second', { secret: 'two' }]);
});

test('of two who replace the same version one is refused, and the secret is the one that is described', async () => {
  await create('old', 'one');
  const attempts = ['a', 'b', 'c'].map((label) => replace(label, `secret-${label}`, dependencies, '"1"'));
  const done = (await Promise.allSettled(attempts)).filter(({ status }) => status === 'fulfilled');
  expect(done).toHaveLength(1);
  expect(await secretOf()).toEqual({ secret: `secret-${await labelOf()}` });
});

/** Descriptions that a failing run marks just before each of the first writes. */
function marked(writes: number): ManageDependencies {
  const { store } = dependencies;
  let left = writes;
  const write: ConnectionStore['write'] = async (...given) => {
    left -= 1;
    if (left >= 0) await markExpired(`mail.run-${left}`, [await failedNow()], store);
    return store.write(...given);
  };
  return { ...dependencies, store: { ...store, write } };
}
async function failedNow() {
  const error = expired(`webhook/${name.id}`, new ConnectionExpired('The grant is gone'));
  const at = (await dependencies.store.read(`webhook/${name.id}`))?.document.versions[1]?.last_failure?.at;
  // Later than what it marked before.
  const ended_at = new Date(Math.max(Date.now(), Date.parse(at ?? '1970-01-01')) + 1).toISOString();
  return { error: { name: error.name, message: error.message }, ended_at };
}

test('runs that fail while somebody replaces the secret are no obstacle, and mark the version that they had', async () => {
  await create('old', 'one');
  const { version, description } = await replace('new', 'two', marked(3), '"1"');
  expect([version, description.status, await labelOf(), await secretOf()]).toEqual([
    ...[2, 'untested', 'new'],
    { secret: 'two' },
  ]);
  const { document } = (await dependencies.store.read(`webhook/${name.id}`)) ?? {};
  expect(document?.versions).toMatchObject({
    1: { label: 'old', status: 'needs_reconnect', last_failure: { execution_id: 'mail.run-0' } },
    2: { label: 'new', status: 'untested', last_failure: null },
  });
});

test('what a run marks while the label alone is changed stays marked', async () => {
  await create('old', 'one');
  const label = { label: 'new', workflows: null };
  const { description } = await replaceConnection(name, label, 'ada', '"1"', marked(1));
  expect(description).toMatchObject({ label: 'new', status: 'needs_reconnect' });
  expect((await readConnection(name, dependencies)).description).toEqual(description);
});

test('one who replaces what another has replaced meanwhile is refused, whatever runs mark', async () => {
  await create('old', 'one');
  const { store } = dependencies;
  let isFirst = true;
  const write: ConnectionStore['write'] = async (...given) => {
    if (isFirst) {
      isFirst = false;
      await replace('other', 'three');
      const later = { ...dependencies, now: () => new Date(Date.now() + 60_001) };
      await replace('third', 'four', later);
    }
    return store.write(...given);
  };
  const late = { ...dependencies, store: { ...store, write }, now: () => new Date(Date.now() + 180_000) };
  await expect(replace('new', 'two', late, '"1"')).rejects.toMatchObject({ type: 'precondition-failed' });
  expect([await labelOf(), await secretOf()]).toEqual(['third', { secret: 'four' }]);
});

test('of two who create the same one is told that it is taken', async () => {
  const made = await Promise.all(['a', 'b', 'c'].map((label) => create(label, `secret-${label}`)));
  expect(made.filter((one) => one !== undefined)).toHaveLength(1);
  expect(await secretOf()).toEqual({ secret: `secret-${await labelOf()}` });
});

test('a secret that was written by hand since is not described as the one before', async () => {
  await create('ours', 'one');
  const Name = `/ai-orchestra/local/connections/webhook/${name.id}`;
  await client.send(new PutParameterCommand({ Name, Value: '{"secret":"hand"}', Overwrite: true }));
  expect((await readConnection(name, dependencies)).description).toMatchObject({
    label: null,
    source: 'parameter',
    status: 'untested',
  });
});

/** Systems Manager where somebody writes the parameter by hand just before each write. */
function overtaken(): ManageDependencies {
  const Name = `/ai-orchestra/local/connections/webhook/${name.id}`;
  const late = new SSMClient({ maxAttempts: 1 });
  late.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const hand = { Name, Value: '{"secret":"hand"}', Type: 'SecureString', Overwrite: true } as const;
        if (commandName === 'PutParameterCommand') await client.send(new PutParameterCommand(hand));
        return next(args);
      },
    { step: 'initialize' },
  );
  return { ...dependencies, parameters: new ConnectionParameters(late) };
}

test('a secret that was written by hand in the middle of a replacement is overtaken by it, description and all', async () => {
  await create('old', 'one');
  expect((await replace('new', 'two', overtaken())).version).toBe(3);
  expect([await labelOf(), await secretOf()]).toEqual(['new', { secret: 'two' }]);
});

test('a secret that was written by hand in the middle of a creation stays, and is described as such', async () => {
  expect(await create('new', 'two', overtaken())).toBeUndefined();
  expect(await secretOf()).toEqual({ secret: 'hand' });
  const { version, description } = await readConnection(name, dependencies);
  expect([version, description.label, description.source]).toEqual([1, null, 'parameter']);
});

test('a restriction is taken away without the secret', async () => {
  const restricted = { label: null, workflows: ['mail'], credentials: { secret: 'one' } };
  await createConnection(name, restricted, 'ada', dependencies);
  expect(await secretOf()).toEqual({ secret: 'one', restricted_to: ['mail'] });
  const open = { label: null, workflows: null };
  await replaceConnection(name, open, 'ada', '*', dependencies);
  expect(await secretOf()).toEqual({ secret: 'one' });
  await replaceConnection(name, { ...open, workflows: [] }, 'ada', '*', dependencies);
  expect(await secretOf()).toEqual({ secret: 'one', restricted_to: [] });
});

test('a deletion that failed halfway leaves nothing that could be used, and is finished by the next', async () => {
  await create('old', 'one');
  const store = { ...dependencies.store, delete: () => Promise.reject(new Error('S3 is away')) };
  await expect(deleteConnection(name, '*', { ...dependencies, store })).rejects.toThrow('S3 is away');
  expect(await secretOf()).toBeUndefined();
  await expect(deleteConnection(name, '*', dependencies)).rejects.toMatchObject({ type: 'not-found' });
  expect(await dependencies.store.read(`webhook/${name.id}`)).toBeUndefined();
});

test('a secret is stored encrypted', async () => {
  await create('x', 'planted');
  const Name = `/ai-orchestra/local/connections/webhook/${name.id}`;
  const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption: false }));
  expect([Parameter?.Type, Parameter?.Value?.includes('planted')]).toEqual(['SecureString', false]);
});
