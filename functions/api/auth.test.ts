// Logging in against the local user pool over real HTTP, and the authorizer with the tokens that this gives.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { login, logout } from '../../lib/auth/login.ts';
import { type Cognito, startCognito } from '../../local/cognito/cognito.ts';
import { close, listen } from '../../local/shared/http-server.ts';
import { type ApiStack, startApiStack } from '../../test/support/api-stack.ts';
import { handler as authorizer } from '../authorizer.ts';

let api: ApiStack;
let cognito: Cognito;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'auth-'));
  [api, cognito] = await Promise.all([startApiStack(), startCognito({ directory })]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognito.url,
    USER_POOL_ID: cognito.userPoolId,
    USER_POOL_CLIENT_ID: cognito.clientId,
  });
});
afterAll(async () => {
  await Promise.all([api.close(), cognito.close()]);
  await rm(directory, { recursive: true });
});

const post = (path: string, body: object) => api.request('POST', `/auth/${path}`, { body });
const authorize = (authorization: string) => authorizer({ headers: { authorization } });

test('a login gives tokens that the authorizer accepts, with the user’s roles', async () => {
  const { status, headers, body } = await post('login', { user_id: 'demo', password: 'demo' });
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'refresh_token', 'token_type']);
  expect([body.token_type, body.expires_in > 0]).toEqual(['Bearer', true]);
  expect(await authorize(`Bearer ${body.access_token}`)).toEqual({
    isAuthorized: true,
    context: { user: 'demo', roles: 'admin' },
  });
  for (const user of ['viewer', 'editor']) {
    const { access_token } = (await post('login', { user_id: user, password: user })).body;
    expect(await authorize(`bearer ${access_token}`)).toMatchObject({ context: { user, roles: user } });
  }
});

test('the authorizer says Unauthorized and nothing else', async () => {
  const { access_token, refresh_token } = (await post('login', { user_id: 'demo', password: 'demo' })).body;
  for (const header of [
    '',
    'Bearer',
    'Bearer ',
    access_token,
    `Basic ${access_token}`,
    'Bearer x',
    `Bearer ${refresh_token}`,
  ]) {
    await expect(authorize(header)).rejects.toThrow(/^Unauthorized$/);
  }
  await expect(authorizer({ headers: {} })).rejects.toThrow(/^Unauthorized$/);
});

test('a wrong password and an unknown user get the same answer', async () => {
  const answers = await Promise.all([
    post('login', { user_id: 'demo', password: 'wrong' }),
    post('login', { user_id: 'nobody', password: 'wrong' }),
  ]);
  for (const { status, headers, body } of answers) {
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(body).toEqual(answers[0]?.body);
    expect(body.detail).toBe('The user, the password or the refresh token is not right');
  }
});

test('a refresh token gives new access tokens until it is revoked', async () => {
  const { refresh_token } = (await post('login', { user_id: 'editor', password: 'editor' })).body;
  const refreshed = await post('refresh', { refresh_token });
  expect(refreshed.status).toBe(200);
  expect(await authorize(`Bearer ${refreshed.body.access_token}`)).toMatchObject({
    context: { user: 'editor' },
  });
  expect((await post('logout', { refresh_token })).status).toBe(204);
  expect((await post('refresh', { refresh_token })).body.type).toBe('/docs#login-failed');
  // Logging out twice, or with nonsense, leaves nothing to do.
  expect((await post('logout', { refresh_token })).status).toBe(204);
  expect((await post('logout', { refresh_token: 'nonsense' })).status).toBe(204);
});

test.each([
  [{}, ['/user_id', '/password']],
  [{ user_id: 1, password: '' }, ['/user_id', '/password']],
  [{ user_id: 'demo', password: 'demo', admin: true }, ['/admin']],
])('the login %j is refused', async (body, pointers) => {
  const answer = await post('login', body);
  expect(answer.status).toBe(422);
  expect(answer.body.problems.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
});

/** A user pool that gives one answer, after however many calls. */
async function answering(
  status: number,
  body: object,
): Promise<{ client: CognitoIdentityProviderClient; end(): Promise<void> }> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  const endpoint = await listen(server, 0);
  return {
    client: new CognitoIdentityProviderClient({ endpoint, maxAttempts: 1 }),
    end: () => close(server),
  };
}

test.each([
  ['TooManyRequestsException', 'too-many-requests'],
  ['LimitExceededException', 'too-many-requests'],
  ['NotAuthorizedException', 'login-failed'],
  ['UserNotFoundException', 'login-failed'],
  ['PasswordResetRequiredException', 'challenge-required'],
  ['UserNotConfirmedException', 'challenge-required'],
])('%s of the user pool is the problem %s', async (name, type) => {
  const { client, end } = await answering(400, { __type: name, message: 'of the user pool' });
  const error = await login('ada', 'secret', client).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ApiProblem', type });
  expect(String(error)).not.toContain('of the user pool');
  await end();
});

test('a challenge is named', async () => {
  const { client, end } = await answering(200, { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: 's' });
  await expect(login('ada', 'secret', client)).rejects.toMatchObject({
    type: 'challenge-required',
    message: expect.stringContaining('NEW_PASSWORD_REQUIRED'),
  });
  await end();
});

test('an unknown client is not reported as a wrong password', async () => {
  const { client, end } = await answering(400, { __type: 'ResourceNotFoundException', message: 'no client' });
  await expect(login('ada', 'secret', client)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(logout('token', client)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await end();
});

test.each([
  'NotAuthorizedException',
  'InvalidParameterException',
  'UnauthorizedException',
  'UnsupportedTokenTypeException',
])('a refresh token that the user pool refuses with %s needs no revocation', async (name) => {
  const { client, end } = await answering(400, { __type: name, message: 'of the user pool' });
  expect(await logout('token', client)).toBeUndefined();
  await end();
});

test('a revocation that was throttled is not answered as done', async () => {
  const { client, end } = await answering(400, { __type: 'TooManyRequestsException', message: 'slow down' });
  await expect(logout('token', client)).rejects.toMatchObject({ type: 'too-many-requests' });
  await end();
});

test.each([
  [{ ExpiresIn: 300 }, 300],
  [{}, 3600],
])('a token expires after what the user pool says, or else after its own lifetime', async (says, seconds) => {
  const claims = Buffer.from('{"iat":1767225600,"exp":1767229200}').toString('base64url');
  const AuthenticationResult = { AccessToken: `e30.${claims}.x`, RefreshToken: 'r', ...says };
  const { client, end } = await answering(200, { AuthenticationResult });
  expect(await login('ada', 'secret', client)).toEqual({
    access_token: `e30.${claims}.x`,
    token_type: 'Bearer',
    expires_in: seconds,
    refresh_token: 'r',
  });
  await end();
});
