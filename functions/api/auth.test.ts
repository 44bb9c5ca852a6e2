// Logging in against the local user pool over real HTTP, and the authorizer with the tokens that this gives.
import { createServer } from 'node:http';
import {
  AdminCreateUserCommand,
  AssociateSoftwareTokenCommand,
  CognitoIdentityProviderClient,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { generate } from 'cognito-local/lib/services/totp.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendResetCode } from '../../lib/auth/forgotten-password.ts';
import { answerChallenge, login, logout } from '../../lib/auth/login.ts';
import type { Cognito } from '../../local/cognito/cognito.ts';
import type { SentCode } from '../../local/cognito/sent-code.ts';
import { close, listen } from '../../local/shared/http-server.ts';
import type { ApiStack } from '../../test/support/api-stack.ts';
import { type ApiWithUsers, startApiWithUsers } from '../../test/support/user-pool.ts';
import { handler as authorizer } from '../authorizer.ts';

let users: ApiWithUsers;
let api: ApiStack;
let cognito: Cognito;
let sent: readonly SentCode[];
beforeAll(async () => {
  users = await startApiWithUsers();
  ({ api, cognito, sent } = users);
});
afterAll(() => users.close());

const post = (path: string, body: object) => api.request('POST', `/auth/${path}`, { body });
const authorize = (authorization: string) => authorizer({ headers: { authorization } });

test('a login gives tokens that the authorizer accepts, with the user’s roles', async () => {
  const { status, headers, body } = await post('login', { user_id: 'demo', password: 'demo' });
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(body).toEqual({
    access_token: expect.any(String),
    refresh_token: expect.any(String),
    expires_in: 3600,
    token_type: 'Bearer',
    user_id: 'demo',
    roles: ['admin'],
  });
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
    expect(body.detail).toBe('The user or the password is not right');
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
  ['LimitExceededException', 'too-many-attempts'],
  ['TooManyFailedAttemptsException', 'too-many-attempts'],
  ['NotAuthorizedException', 'login-failed'],
  ['UserNotFoundException', 'login-failed'],
  ['PasswordResetRequiredException', 'password-reset-required'],
  ['UserNotConfirmedException', 'challenge-required'],
])('%s of the user pool is the problem %s', async (name, type) => {
  const { client, end } = await answering(400, { __type: name, message: 'of the user pool' });
  const error = await login('ada', 'secret', client).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ApiProblem', type });
  expect(String(error)).not.toContain('of the user pool');
  await end();
});

test.each([
  [
    'NEW_PASSWORD_REQUIRED',
    { USER_ID_FOR_SRP: 'ada-1', requiredAttributes: '[]', userAttributes: '{}' },
    { challenge: 'NEW_PASSWORD_REQUIRED', challenge_session: 's', user_id: 'ada-1' },
  ],
  [
    'SMS_MFA',
    { CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS', CODE_DELIVERY_DESTINATION: '+*******99' },
    { challenge: 'SMS_MFA', challenge_session: 's', user_id: 'ada', destination: '+*******99' },
  ],
  [
    'SELECT_MFA_TYPE',
    { MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA","OTHER"]' },
    {
      challenge: 'SELECT_MFA_TYPE',
      challenge_session: 's',
      user_id: 'ada',
      choices: ['SMS_MFA', 'SOFTWARE_TOKEN_MFA'],
    },
  ],
  ['NEW_PASSWORD_REQUIRED', { requiredAttributes: '["userAttributes.phone"]' }, undefined],
  ['MFA_SETUP', {}, undefined],
  ['DEVICE_SRP_AUTH', {}, undefined],
])('the challenge %s with %j is offered as %j', async (name, ChallengeParameters, challenge) => {
  const { client, end } = await answering(200, { ChallengeName: name, Session: 's', ChallengeParameters });
  await expect(login('ada', 'secret', client)).rejects.toMatchObject({
    type: 'challenge-required',
    message: expect.stringContaining(name),
    extensions: challenge ? { challenge } : {},
  });
  await end();
});

test.each([
  ['CodeMismatchException', '', 'code-refused'],
  ['ExpiredCodeException', '', 'code-refused'],
  ['NotAuthorizedException', 'Invalid session for the user, session is expired.', 'challenge-expired'],
  ['InvalidPasswordException', 'Password not long enough', 'password-refused'],
  ['PasswordHistoryPolicyViolationException', 'Password used before', 'password-refused'],
  ['TooManyRequestsException', '', 'too-many-requests'],
])('%s as the answer to a challenge is the problem %s', async (name, message, type) => {
  const { client, end } = await answering(400, { __type: name, message });
  const answer = { challenge: 'SMS_MFA', challenge_session: 's', user_id: 'ada', answer: '1' } as const;
  await expect(answerChallenge(answer, client)).rejects.toMatchObject({ name: 'ApiProblem', type });
  await end();
});

test.each([
  'UserNotFoundException',
  'NotAuthorizedException',
  'InvalidParameterException',
  'UserNotConfirmedException',
  'PasswordResetRequiredException',
  'LimitExceededException',
  'CodeDeliveryFailureException',
])('%s for a forgotten password is not told', async (name) => {
  const { client, end } = await answering(400, { __type: name, message: 'of the user pool' });
  await expect(sendResetCode('ada', client)).resolves.toBeUndefined();
  await end();
});

test.each([
  [400, 'TooManyRequestsException', { type: 'too-many-requests' }],
  [500, 'InternalErrorException', { name: 'InternalErrorException' }],
])(
  '%d %s, which tells nothing of the user, is told to who has forgotten a password',
  async (status, name, told) => {
    const { client, end } = await answering(status, { __type: name, message: 'of the user pool' });
    await expect(sendResetCode('ada', client)).rejects.toMatchObject(told);
    await end();
  },
);

/** A user with a temporary password, made as an administrator does. */
async function createUser(Username: string): Promise<string> {
  const TemporaryPassword = 'Temporary-pass-1';
  await new CognitoIdentityProviderClient({ endpoint: cognito.url }).send(
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

test('a first login asks for a new password, says which rule a weak one breaks, and gives tokens for a good one', async () => {
  const password = await createUser('ada');
  expect((await post('login', { user_id: 'ada', password: 'wrong' })).body.type).toBe('/docs#login-failed');
  const { status, body } = await post('login', { user_id: 'ada', password });
  expect([status, body.type]).toEqual([403, '/docs#challenge-required']);
  expect(body.challenge).toEqual({
    challenge: 'NEW_PASSWORD_REQUIRED',
    challenge_session: expect.any(String),
    user_id: 'ada',
  });
  const weak = await post('challenge', { ...body.challenge, answer: 'short' });
  expect([weak.status, weak.body.type, weak.body.detail]).toEqual([
    422,
    '/docs#password-refused',
    'Password did not conform with policy: Password not long enough',
  ]);
  const done = await post('challenge', { ...body.challenge, answer: 'Correct-horse-1' });
  expect([done.status, done.body.user_id, done.body.roles]).toEqual([200, 'ada', []]);
  expect((await post('refresh', { refresh_token: done.body.refresh_token })).status).toBe(200);
  const again = await post('challenge', { ...body.challenge, answer: 'Correct-horse-2' });
  expect([again.status, again.body.type]).toEqual([401, '/docs#challenge-expired']);
});

test('a code from an authenticator app is asked for, and a wrong one can be put right', async () => {
  const user_id = 'totp';
  const { body: first } = await post('login', { user_id, password: await createUser(user_id) });
  const answer = 'Correct-horse-1';
  const { body: tokens } = await post('challenge', { ...first.challenge, answer });
  const pool = new CognitoIdentityProviderClient({ endpoint: cognito.url });
  const AccessToken = tokens.access_token;
  const { SecretCode = '' } = await pool.send(new AssociateSoftwareTokenCommand({ AccessToken }));
  const code = () => generate(SecretCode);
  await pool.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: code() }));
  await pool.send(
    new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true } }),
  );
  const UserPoolId = cognito.userPoolId;
  await pool.send(new SetUserPoolMfaConfigCommand({ UserPoolId, MfaConfiguration: 'OPTIONAL' }));
  const { body } = await post('login', { user_id, password: answer });
  expect(body.challenge).toEqual({
    challenge: 'SOFTWARE_TOKEN_MFA',
    challenge_session: expect.any(String),
    user_id,
  });
  const wrong = await post('challenge', { ...body.challenge, answer: 'abcdef' });
  expect([wrong.status, wrong.body.type]).toEqual([401, '/docs#code-refused']);
  const right = await post('challenge', { ...body.challenge, answer: code() });
  expect([right.status, right.body.user_id]).toEqual([200, user_id]);
});

test('a forgotten password is replaced with the code that was sent; whether a user exists is not told', async () => {
  const answers = await Promise.all([
    post('forgot-password', { user_id: 'editor' }),
    post('forgot-password', { user_id: 'nobody' }),
  ]);
  expect(answers.map(({ status, text }) => [status, text])).toEqual([
    [202, ''],
    [202, ''],
  ]);
  const { code } = sent.find(({ user }) => user === 'editor') ?? { code: 'none was sent' };
  const new_password = 'Correct-horse-1';
  const refusals = await Promise.all(
    ['editor', 'nobody'].map((user_id) => post('reset-password', { user_id, code: 'wrong', new_password })),
  );
  for (const { status, body } of refusals) {
    expect([status, body]).toEqual([401, refusals[0]?.body]);
    expect(body.type).toBe('/docs#code-refused');
  }
  expect(
    (await post('reset-password', { user_id: 'editor', code, new_password: 'weak-1' })).body.detail,
  ).toBe('Password did not conform with policy: Password not long enough');
  expect((await post('reset-password', { user_id: 'editor', code, new_password })).status).toBe(204);
  expect((await post('login', { user_id: 'editor', password: new_password })).status).toBe(200);
});

test('after too many wrong passwords the right one must wait', async () => {
  for (let n = 0; n < 5; n++) await post('login', { user_id: 'viewer', password: 'wrong' });
  const { status, headers, body } = await post('login', { user_id: 'viewer', password: 'viewer' });
  expect([status, headers.get('retry-after'), body.type]).toEqual([429, '60', '/docs#too-many-attempts']);
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
  const claims = Buffer.from(
    '{"iat":1767225600,"exp":1767229200,"username":"ada","cognito:groups":["editor","others"]}',
  ).toString('base64url');
  const AuthenticationResult = { AccessToken: `e30.${claims}.x`, RefreshToken: 'r', ...says };
  const { client, end } = await answering(200, { AuthenticationResult });
  expect(await login('ada', 'secret', client)).toEqual({
    access_token: `e30.${claims}.x`,
    token_type: 'Bearer',
    expires_in: seconds,
    user_id: 'ada',
    roles: ['editor'],
    refresh_token: 'r',
  });
  await end();
});
