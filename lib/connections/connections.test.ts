// Connections, read by signed requests from an HTTP server.
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { type ProviderServer, startProviderServer } from '../../test/support/provider-server.ts';
import { connectionReader } from './connections.ts';

const github = { provider: 'github', secrets: z.object({ token: z.string().min(1) }) };
const by = { signal: new AbortController().signal, workflowId: 'mail' };
const parameter = (id: string) => `/ai-orchestra/test/connections/github/${id}`;

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server.close());

test('the declared fields are read from the parameter of the provider and id, `default` when left out', async () => {
  server.stored.set(parameter('default'), '{"token":"one","more":"x"}');
  server.stored.set(parameter('work'), '{"token":"two"}');
  const reader = connectionReader();
  expect(await reader.read(github, undefined, by)).toEqual({ token: 'one' });
  expect(await reader.read(github, 'work', by)).toEqual({ token: 'two' });
});

test('a connection is cached for 30 seconds, or until it is forgotten', async () => {
  let now = 0;
  const reader = connectionReader(undefined, () => now);
  const read = async () => (await reader.read(github, 'kept', by)).token;
  server.stored.set(parameter('kept'), '{"token":"old"}');
  expect(await read()).toBe('old');
  server.stored.set(parameter('kept'), '{"token":"new"}');
  now = 29_999;
  expect(await read()).toBe('old');
  now = 30_000;
  expect(await read()).toBe('new');
  server.stored.set(parameter('kept'), '{"token":"newest"}');
  reader.forget(github, 'kept');
  expect(await read()).toBe('newest');
});

test('a connection that is restricted to workflows is read for these alone', async () => {
  server.stored.set(parameter('own'), '{"token":"x","restricted_to":["mail","post"]}');
  server.stored.set(parameter('nobody'), '{"token":"x","restricted_to":[]}');
  const reader = connectionReader();
  expect(await reader.read(github, 'own', by)).toEqual({ token: 'x' });
  const other = { ...by, workflowId: 'other' };
  await expect(reader.read(github, 'own', other)).rejects.toMatchObject({
    name: 'ConnectionInvalid',
    message: 'The connection github/own may not be used by the workflow other',
  });
  await expect(reader.read(github, 'nobody', by)).rejects.toThrow('may not be used by the workflow mail');
});

test.each([
  [
    'restricted',
    '{"token":"x","restricted_to":"mail"}',
    'The connection github/restricted lacks a valid value for restricted_to',
  ],
  ['none', undefined, 'The connection github/none does not exist'],
  ['empty', '{"token":""}', 'The connection github/empty lacks a valid value for token'],
  ['other', '{"key":"hush"}', 'The connection github/other lacks a valid value for token'],
  ['text', 'hush', 'The connection github/text is not a JSON object of fields'],
  [
    'x'.repeat(81),
    undefined,
    `"${'x'.repeat(80)}" is not a connection id: it may have a-z, 0-9, _ and -, at most 64 characters`,
  ],
  ['x'.repeat(64), undefined, `The connection github/${'x'.repeat(64)} does not exist`],
  ['../x', undefined, '"../x" is not a connection id: it may have a-z, 0-9, _ and -, at most 64 characters'],
])('an unusable connection: %s', async (id, value, message) => {
  if (value !== undefined) server.stored.set(parameter(id), value);
  await expect(connectionReader().read(github, id, by)).rejects.toMatchObject({
    name: 'ConnectionInvalid',
    message,
  });
});

test('what cannot be read again is not answered from before', async () => {
  let now = 0;
  const replies = ['{"token":"old"}', undefined, '{"token":"new"}'];
  const asked: string[] = [];
  const reader = connectionReader(
    async (name) => {
      asked.push(name);
      const value = replies.shift();
      if (value === undefined) throw new Error('no network');
      return value;
    },
    () => now,
  );
  expect(await reader.read(github, undefined, by)).toEqual({ token: 'old' });
  now = 30_000;
  await expect(reader.read(github, undefined, by)).rejects.toThrow(
    'The connection github/default could not be read from AWS: Error',
  );
  now = 0;
  expect(await reader.read(github, undefined, by)).toEqual({ token: 'new' });
  expect(asked).toEqual(Array(3).fill(parameter('default')));
});

test.each([
  [
    'denied',
    '!AccessDeniedException',
    'ConnectionInvalid',
    'may not be read by this function: AccessDeniedException',
  ],
  [
    'broken',
    '!InternalServerError',
    'ProviderUnavailable',
    'could not be read from AWS: InternalServerError',
  ],
])('AWS refuses or fails: %s', async (id, value, name, message) => {
  server.stored.set(parameter(id), value);
  await expect(connectionReader().read(github, id, by)).rejects.toMatchObject({
    name,
    message: `The connection github/${id} ${message}`,
  });
});
