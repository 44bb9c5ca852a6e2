// Connections that are an installation of a GitHub App: whose token calls have, and what becomes of one that is gone.
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';
import { handler } from './get-file.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

let server: ProviderServer;
let installation = 100;
beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => {
  server.reset();
  installation += 1;
  const app = { client_id: 'Iv23client', installation_id: installation, account: 'acme' };
  server.stored.set(
    `/ai-orchestra/test/connections/github/app-${installation}`,
    JSON.stringify({ app, private_key: privateKey.trim() }),
  );
});
afterAll(() => server.close());

const read = () =>
  invoke(handler, { repo_name: 'handbook', file_path: 'a.md' }, { connection: `app-${installation}` });
const token = {
  status: 201,
  body: {
    token: 'ghs_installation0001',
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    permissions: { contents: 'read' },
    repository_selection: 'all',
  },
};
const file = {
  body: {
    type: 'file',
    path: 'a.md',
    sha: 'f'.repeat(40),
    size: 2,
    encoding: 'base64',
    content: 'aGk=',
    html_url: 'https://github.com/acme/handbook/blob/main/a.md',
  },
};

test('the App’s key makes one token for the calls of an hour; a bare name is of the installation’s account', async () => {
  server.answer(token, file, file);
  await read();
  await read();
  expect(server.asked.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
    `POST /app/installations/${installation}/access_tokens`,
    'GET /repos/acme/handbook/contents/a.md',
    'GET /repos/acme/handbook/contents/a.md',
  ]);
  const [made, ...calls] = server.asked.map(({ headers }) => headers.authorization ?? '');
  expect(calls).toEqual(Array(2).fill('token ghs_installation0001'));
  const [header = '', payload = '', signature = ''] = (made ?? '').replace(/^bearer /i, '').split('.');
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ iss: 'Iv23client' });
  const verify = createVerify('RSA-SHA256').update(`${header}.${payload}`);
  expect(verify.verify(publicKey, signature, 'base64url')).toBe(true);
  expect(server.asked.map(({ headers }) => headers['x-github-api-version'])).toEqual(
    Array(3).fill('2026-03-10'),
  );
});

test('a token is used for less than the hour that it lives, and then a new one is made', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const fresh = { ...token, body: { ...token.body, token: 'ghs_installation0002' } };
    server.answer(token, file, file, fresh, file);
    await read();
    vi.advanceTimersByTime(58 * 60_000);
    await read();
    vi.advanceTimersByTime(60_000);
    await read();
    const used = server.asked.filter(({ method }) => method === 'GET');
    expect(used.map(({ headers }) => headers.authorization)).toEqual([
      'token ghs_installation0001',
      'token ghs_installation0001',
      'token ghs_installation0002',
    ]);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  [404, 'Not Found'],
  [403, 'This installation has been suspended'],
])('an App that was uninstalled or suspended (%i) has to be connected again', async (status, message) => {
  server.answer({ status, body: { message } });
  await expect(read()).rejects.toMatchObject({
    name: 'ConnectionExpired',
    message: expect.stringContaining(
      `The connection github/app-${installation} has to be connected again: GitHub no longer lets the App act there: ${message}`,
    ),
  });
});

test('a file that is not there is no reason to connect again', async () => {
  server.answer(token, { status: 404, body: { message: 'Not Found' } });
  await expect(read()).rejects.toMatchObject({ name: 'NotFound' });
});
