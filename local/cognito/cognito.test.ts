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
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import type { Jwks } from 'aws-jwt-verify/jwk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../shared/testing/raw-request.ts';
import { type Cognito, startCognito } from './cognito.ts';
import { passwordPolicy } from './password-policy.ts';
import type { SentCode } from './sent-code.ts';

const directory = mkdtempSync(join(tmpdir(), 'cognito-'));
const strong = 'Correct-horse-1';
let cognito: Cognito;
/** What would have been sent, latest last. */
const sent: SentCode[] = [];
let client: CognitoIdentityProviderClient;

async function start(): Promise<void> {
  cognito = await startCognito({ directory, onSent: (code) => sent.push(code) });
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
  await client.send(new AdminSetUserPasswordCommand({ ...user, Password: strong, Permanent: true }));
  await client.send(new AdminAddUserToGroupCommand({ ...user, GroupName: 'editor' }));
  await cognito.close();
  await start();
  expect((await refresh(RefreshToken)).AccessToken).toBeDefined();
  const { AccessToken = '' } = await login('anna', strong);
  expect((await (await verifier()).verify(AccessToken))['cognito:groups']).toEqual(['editor']);
  await cognito.close();
  const file = join(directory, '.cognito', 'db', `${cognito.userPoolId}.json`);
  const half = readFileSync(file, 'utf8').slice(0, 400);
  writeFileSync(file, half);
  await start();
  expect((await login('demo', 'demo')).AccessToken).toBeDefined();
  expect(readFileSync(`${file}.damaged`, 'utf8')).toBe(half);
});

/** A user with a verified address who was given a temporary password. */
async function createUser(Username: string): Promise<string> {
  const TemporaryPassword = `Temporary-${Username}-1`;
  await client.send(
    new AdminCreateUserCommand({
      UserPoolId: cognito.userPoolId,
      Username,
      TemporaryPassword,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: `${Username}@acme.example` },
        { Name: 'email_verified', Value: 'true' },
      ],
    }),
  );
  return TemporaryPassword;
}
const challenge = (USERNAME: string, PASSWORD: string) =>
  client.send(
    new InitiateAuthCommand({
      ClientId: cognito.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    }),
  );
const newPassword = (Session: string | undefined, USERNAME: string, NEW_PASSWORD: string) =>
  client.send(
    new RespondToAuthChallengeCommand({
      ClientId: cognito.clientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session,
      ChallengeResponses: { USERNAME, NEW_PASSWORD },
    }),
  );
const confirm = (Username: string, ConfirmationCode: string, Password: string) =>
  client.send(
    new ConfirmForgotPasswordCommand({ ClientId: cognito.clientId, Username, ConfirmationCode, Password }),
  );

test('the password policy is that of the deployed user pool', () => {
  const text = readFileSync(new URL('../../infrastructure/stack/users.yml', import.meta.url), 'utf8');
  const [, block = ''] = /PasswordPolicy:\n((?: {10}\w+: \w+\n)+)/.exec(text) ?? [];
  const written = block
    .trim()
    .split(/\n\s*/)
    .map((line) => line.split(': '));
  expect(written).toEqual(Object.entries(passwordPolicy).map(([name, value]) => [name, String(value)]));
});

test('a temporary password is checked before a new one is asked for, which must meet the policy', async () => {
  const temporary = await createUser('berta');
  await expect(challenge('berta', 'wrong')).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'Incorrect username or password.',
  });
  const { ChallengeName, Session } = await challenge('berta', temporary);
  expect(ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
  for (const [password, fault] of [
    ['Short-1', 'Password not long enough'],
    ['NO-LOWERCASE-HERE-1', 'Password must have lowercase characters'],
    ['no-uppercase-here-1', 'Password must have uppercase characters'],
    ['No-numbers-in-here', 'Password must have numeric characters'],
    ['NoSymbolsInHere123', 'Password must have symbol characters'],
  ] as const) {
    await expect(newPassword(Session, 'berta', password)).rejects.toMatchObject({
      name: 'InvalidPasswordException',
      message: `Password did not conform with policy: ${fault}`,
    });
  }
  const invalid = {
    name: 'NotAuthorizedException',
    message: 'Invalid session for the user, session is expired.',
  };
  await expect(newPassword('made-up', 'berta', strong)).rejects.toMatchObject(invalid);
  await expect(newPassword(Session, 'demo', strong)).rejects.toMatchObject(invalid);
  const { AuthenticationResult } = await newPassword(Session, 'berta', strong);
  expect(AuthenticationResult).toMatchObject({ ExpiresIn: 3600, TokenType: 'Bearer' });
  expect((await refresh(AuthenticationResult?.RefreshToken ?? '')).AccessToken).toBeDefined();
  expect((await login('berta', strong)).AccessToken).toBeDefined();
  await expect(newPassword(Session, 'berta', strong)).rejects.toMatchObject(invalid);
});

test('a code for a forgotten password is sent, is good once, and needs a password that meets the policy', async () => {
  await newPassword((await challenge('clara', await createUser('clara'))).Session, 'clara', strong);
  await client.send(new ForgotPasswordCommand({ ClientId: cognito.clientId, Username: 'clara' }));
  expect(sent.at(-1)).toEqual({
    purpose: 'ForgotPassword',
    user: 'clara',
    destination: 'clara@acme.example',
    code: expect.stringMatching(/^\d{6}$/),
  });
  const { code = '' } = sent.at(-1) ?? {};
  const wrong = code === '000000' ? '000001' : '000000';
  await expect(confirm('clara', wrong, `${strong}2`)).rejects.toMatchObject({
    name: 'CodeMismatchException',
  });
  await expect(confirm('clara', code, 'weak')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
  await confirm('clara', code, `${strong}2`);
  expect((await login('clara', `${strong}2`)).AccessToken).toBeDefined();
  await expect(confirm('clara', code, strong)).rejects.toMatchObject({ name: 'ExpiredCodeException' });
});

test('too many codes, too many wrong codes and too many wrong passwords are refused', async () => {
  const forgot = () =>
    client.send(new ForgotPasswordCommand({ ClientId: cognito.clientId, Username: 'viewer' }));
  await forgot();
  const wrong = () => confirm('viewer', 'no-code', strong);
  for (let n = 0; n < 5; n++) await expect(wrong()).rejects.toMatchObject({ name: 'CodeMismatchException' });
  await expect(wrong()).rejects.toMatchObject({ name: 'LimitExceededException' });
  for (let n = 0; n < 4; n++) await forgot();
  await expect(forgot()).rejects.toMatchObject({ name: 'LimitExceededException' });
  for (const user of ['viewer', 'nobody-at-all']) {
    for (let n = 0; n < 5; n++)
      await expect(login(user, 'wrong')).rejects.toThrow('Incorrect username or password.');
    await expect(login(user, user)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Password attempts exceeded',
    });
  }
});

test('a code for an unknown user is as if sent; of a user who cannot reset the password it is refused', async () => {
  const forgot = (Username: string) =>
    client.send(new ForgotPasswordCommand({ ClientId: cognito.clientId, Username }));
  expect((await forgot('nobody')).CodeDeliveryDetails).toMatchObject({ DeliveryMedium: 'EMAIL' });
  await expect(confirm('nobody', '123456', strong)).rejects.toMatchObject({ name: 'CodeMismatchException' });
  await createUser('dora');
  await expect(forgot('dora')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  const user = { UserPoolId: cognito.userPoolId, Username: 'without-address', Password: strong };
  await client.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
  await client.send(new AdminSetUserPasswordCommand({ ...user, Permanent: true }));
  await expect(forgot(user.Username)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('a disabled user gets in neither by password nor by refresh token', async () => {
  await newPassword((await challenge('emil', await createUser('emil'))).Session, 'emil', strong);
  const { RefreshToken = '' } = await login('emil', strong);
  await client.send(new AdminDisableUserCommand({ UserPoolId: cognito.userPoolId, Username: 'emil' }));
  await expect(login('emil', strong)).rejects.toThrow('User is disabled.');
  await expect(refresh(RefreshToken)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
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
