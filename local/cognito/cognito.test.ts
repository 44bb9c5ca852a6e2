// The user pool through the AWS SDK and aws-jwt-verify.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import type { Jwks } from 'aws-jwt-verify/jwk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../shared/testing/raw-request.ts';
import { type Cognito, startCognito } from './cognito.ts';

const directory = mkdtempSync(join(tmpdir(), 'cognito-'));
let cognito: Cognito;
let client: CognitoIdentityProviderClient;

async function start(): Promise<void> {
  cognito = await startCognito({ directory });
  client = new CognitoIdentityProviderClient({
    endpoint: cognito.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}
beforeAll(start);
afterAll(() => cognito.close());

const login = async (USERNAME: string, PASSWORD: string) => {
  const { AuthenticationResult } = await client.send(
    new InitiateAuthCommand({
      ClientId: cognito.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    }),
  );
  return AuthenticationResult ?? {};
};
const refresh = async (REFRESH_TOKEN: string) => {
  const { AuthenticationResult } = await client.send(
    new InitiateAuthCommand({
      ClientId: cognito.clientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN },
    }),
  );
  return AuthenticationResult ?? {};
};

async function verifier() {
  const made = CognitoJwtVerifier.create({
    userPoolId: cognito.userPoolId,
    clientId: cognito.clientId,
    tokenUse: 'access',
  });
  const keys = await fetch(`${cognito.url}/${cognito.userPoolId}/.well-known/jwks.json`);
  made.cacheJwks((await keys.json()) as Jwks);
  return made;
}

test.each([
  ['demo', 'admin'],
  ['editor', 'editor'],
  ['viewer', 'viewer'],
])('%s gets an access token of the group %s that CognitoJwtVerifier accepts', async (user, group) => {
  const result = await login(user, user);
  expect(result).toMatchObject({ ExpiresIn: 3600, TokenType: 'Bearer', RefreshToken: expect.any(String) });
  const claims = await (await verifier()).verify(result.AccessToken ?? '');
  expect(claims).toMatchObject({
    iss: `https://cognito-idp.us-east-1.amazonaws.com/${cognito.userPoolId}`,
    client_id: cognito.clientId,
    token_use: 'access',
    username: user,
    'cognito:groups': [group],
  });
  expect(claims.exp - claims.iat).toBe(3600);
});

test('a wrong password and an unknown user are answered alike, as Amazon Cognito does', async () => {
  for (const user of ['demo', 'nobody']) {
    await expect(login(user, 'wrong')).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
      $metadata: { httpStatusCode: 400 },
    });
  }
});

test('a body that is no JSON is refused as Amazon Cognito does, and a client that goes away ends nothing', async () => {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
  };
  for (const body of ['{', '', '[]', '"x"', 'a=1']) {
    const response = await fetch(cognito.url, { method: 'POST', headers, body });
    expect([body, response.status, await response.json()]).toEqual([
      body,
      400,
      { __type: 'SerializationException' },
    ]);
  }
  const socket = connect(Number(new URL(cognito.url).port), '127.0.0.1');
  await once(socket, 'connect');
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST / HTTP/1.1\r\nhost: localhost\r\n${head.join('')}content-length: 100\r\n\r\n{"Auth`);
  socket.resetAndDestroy();
  await once(socket, 'close');
  expect((await login('demo', 'demo')).AccessToken).toBeDefined();
});

test('pages of other sites may not call it', async () => {
  const keys = `${cognito.url}/${cognito.userPoolId}/.well-known/jwks.json`;
  expect((await rawRequest(keys, 'GET', {}, '')).status).toBe(200);
  expect((await rawRequest(keys, 'GET', { host: 'evil.example' }, '')).status).toBe(403);
  expect((await rawRequest(keys, 'GET', { origin: 'http://evil.example' }, '')).status).toBe(403);
});

test('many logins at once leave a file that a restart can read', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, () => login('viewer', 'viewer')));
  await cognito.close();
  await start();
  for (const { RefreshToken = '' } of results)
    expect((await refresh(RefreshToken)).AccessToken).toBeDefined();
});

test('a refresh token gives an access token until it is revoked', async () => {
  const { RefreshToken = '' } = await login('editor', 'editor');
  const refreshed = await refresh(RefreshToken);
  expect(refreshed).toMatchObject({ ExpiresIn: 3600, TokenType: 'Bearer' });
  await (await verifier()).verify(refreshed.AccessToken ?? '');
  await client.send(new RevokeTokenCommand({ ClientId: cognito.clientId, Token: RefreshToken }));
  await expect(refresh(RefreshToken)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
});

test('a restart keeps users, groups and refresh tokens; a damaged file is put aside', async () => {
  const { RefreshToken = '' } = await login('demo', 'demo');
  const user = { UserPoolId: cognito.userPoolId, Username: 'anna' };
  await client.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
  await client.send(new AdminSetUserPasswordCommand({ ...user, Password: 'secret', Permanent: true }));
  await client.send(new AdminAddUserToGroupCommand({ ...user, GroupName: 'editor' }));
  await cognito.close();
  await start();
  expect((await refresh(RefreshToken)).AccessToken).toBeDefined();
  const { AccessToken = '' } = await login('anna', 'secret');
  expect((await (await verifier()).verify(AccessToken))['cognito:groups']).toEqual(['editor']);
  await cognito.close();
  const file = join(directory, '.cognito', 'db', `${cognito.userPoolId}.json`);
  const half = readFileSync(file, 'utf8').slice(0, 400);
  writeFileSync(file, half);
  await start();
  expect((await login('demo', 'demo')).AccessToken).toBeDefined();
  expect(readFileSync(`${file}.damaged`, 'utf8')).toBe(half);
});

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'no process is left over when the parent ends by %s',
  async (signal) => {
    const source =
      `import { startCognito } from ${JSON.stringify(new URL('./cognito.ts', import.meta.url).href)};` +
      `console.log((await startCognito({ directory: ${JSON.stringify(mkdtempSync(join(tmpdir(), 'cognito-')))} })).url);`;
    const parent: ChildProcess = spawn(
      process.execPath,
      ['--input-type=module-typescript', '--eval', source],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    if (!parent.stdout) throw new Error('no output');
    const [url] = (await once(createInterface(parent.stdout), 'line')) as [string];
    // A connection ends when the process at its other end does.
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    // Whether it ends by FIN or by RST.
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.resume().once('close', resolve));
    parent.kill(signal);
    await closed;
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  },
);
