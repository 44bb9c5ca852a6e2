// Users over real HTTP, in the local user pool.
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminResetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
  ListUsersInGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listUsers, readUser, resetUser, setEnabled, setRole } from '../../lib/auth/users.ts';
import type { Cognito } from '../../local/cognito/cognito.ts';
import type { SentCode } from '../../local/cognito/sent-code.ts';
import type { ApiStack } from '../../test/support/api-stack.ts';
import { type ApiWithUsers, startApiWithUsers } from '../../test/support/user-pool.ts';

let users: ApiWithUsers;
let api: ApiStack;
let cognito: Cognito;
let sent: readonly SentCode[];
beforeAll(async () => {
  users = await startApiWithUsers();
  ({ api, cognito, sent } = users);
});
afterAll(() => users.close());

const strong = 'Correct-horse-1';
const send = (method: string, path: string, body?: object) =>
  api.request(method, `/users${path}`, { role: 'admin', ...(body && { body }) });
const login = (user_id: string, password: string) =>
  api.request('POST', '/auth/login', { body: { user_id, password } });
const invite = (id: string, role = 'editor') => send('POST', '', { id, email: `${id}@acme.example`, role });
/** Invites the user, who then logs in for the first time. */
async function firstLogin(id: string, role?: string): Promise<void> {
  await invite(id, role);
  const { body } = await login(id, sent.at(-1)?.code ?? '');
  const { challenge, challenge_session, user_id } = body.challenge;
  const answer = { challenge, challenge_session, user_id, answer: strong };
  expect((await api.request('POST', '/auth/challenge', { body: answer })).status).toBe(200);
}
const setRoleOf = (id: string, role: string) => send('PUT', `/${id}/role`, { role });
const typeOf = ({ body }: { body: { type: string } }) => body.type;

/** A client that does something before it sends each command, and may change what it sends. */
function clientThat(act: (command: string, input: object) => Promise<object | undefined>) {
  const client = new CognitoIdentityProviderClient({});
  client.middlewareStack.add(
    (next, context) => async (args) =>
      next({ ...args, input: { ...args.input, ...(await act(`${context.commandName}`, args.input)) } }),
    { step: 'initialize' },
  );
  return client;
}

test('users are listed in pages, with their roles', async () => {
  const { body } = await send('GET', '');
  expect(body).toEqual({
    items: [
      ['demo', 'admin'],
      ['editor', 'editor'],
      ['viewer', 'viewer'],
    ].map(([id, role]) => ({
      id,
      email: `${id}@acme.example`,
      role,
      enabled: true,
      status: 'active',
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    })),
    next_cursor: null,
  });
  const first = (await send('GET', '?limit=2')).body;
  const second = (await send('GET', `?limit=2&cursor=${first.next_cursor}`)).body;
  const ids = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id);
  expect([ids(first), ids(second), second.next_cursor]).toEqual([['demo', 'editor'], ['viewer'], null]);
  expect((await send('GET', '?limit=2&cursor=Im5vYm9keSI')).status).toBe(400);
  expect((await api.request('GET', '/users', { role: 'editor' })).status).toBe(403);
});

test('of several groups the highest role counts, and of large groups no more is read than the page needs', async () => {
  const group = { UserPoolId: cognito.userPoolId, Username: 'viewer', GroupName: 'editor' };
  await new CognitoIdentityProviderClient({}).send(new AdminAddUserToGroupCommand(group));
  expect((await send('GET', '/viewer')).body.role).toBe('editor');
  const calls: string[] = [];
  const small = clientThat(async (command) => {
    calls.push(command);
    return command === ListUsersInGroupCommand.name ? { Limit: 1 } : undefined;
  });
  const { users: all } = await listUsers(60, undefined, small);
  expect(all.map(({ id, role }) => [id, role])).toEqual([
    ['demo', 'admin'],
    ['editor', 'editor'],
    ['viewer', 'editor'],
  ]);
  const count = (name: string) => calls.filter((call) => call === name).length;
  expect([count('ListUsersInGroupCommand'), count('AdminListGroupsForUserCommand')]).toEqual([3, 3]);
  expect((await setRoleOf('viewer', 'viewer')).body.role).toBe('viewer');
});

test('an invitation that was stopped before the role was given is finished by the same one again', async () => {
  const create = new AdminCreateUserCommand({
    ...{ UserPoolId: cognito.userPoolId, Username: 'half', DesiredDeliveryMediums: ['EMAIL'] },
    UserAttributes: [{ Name: 'email', Value: 'half@acme.example' }],
  });
  await new CognitoIdentityProviderClient({}).send(create);
  expect((await send('GET', '/half')).body).toMatchObject({ role: null, status: 'invited' });
  const other = await send('POST', '', { id: 'half', email: 'other@acme.example', role: 'editor' });
  expect([other.status, typeOf(other)]).toEqual([409, expect.stringContaining('already-exists')]);
  expect((await invite('half')).status).toBe(201);
  expect((await send('GET', '/half')).body.role).toBe('editor');
  expect((await invite('half')).status).toBe(409);
});

test('an id with a slash, which no path leads to, is refused before anybody is invited', async () => {
  const refused = await send('POST', '', { id: 'acme/ada', email: 'ada@acme.example', role: 'viewer' });
  expect([refused.status, refused.body.problems]).toEqual([
    422,
    [expect.objectContaining({ pointer: '/id', message: expect.stringContaining('no `/`') })],
  ]);
  expect((await send('PUT', '/acme%2Fada/role', { role: 'editor' })).status).toBe(400);
});

test('a user was changed later than made, and a status of which nothing is known is another one', async () => {
  const client = new CognitoIdentityProviderClient({});
  const output = {
    $metadata: {},
    Username: 'ada',
    UserCreateDate: new Date('2026-01-01T00:00:00Z'),
    UserLastModifiedDate: new Date('2026-02-01T00:00:00Z'),
    UserStatus: 'EXTERNAL_PROVIDER',
  };
  client.middlewareStack.add(() => async () => ({ response: undefined, output }), { step: 'initialize' });
  expect(await readUser('ada', client)).toEqual({
    ...{ id: 'ada', email: null, role: null, enabled: true, status: 'other' },
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-02-01T00:00:00.000Z',
  });
});

test('an invited user gets a temporary password, and logs in with the role', async () => {
  const { status, headers, body } = await invite('ada');
  expect([status, headers.get('location')]).toEqual([201, '/users/ada']);
  expect(body).toMatchObject({ id: 'ada', email: 'ada@acme.example', role: 'editor', status: 'invited' });
  expect(sent.at(-1)).toMatchObject({
    purpose: 'AdminCreateUser',
    user: 'ada',
    destination: 'ada@acme.example',
  });
  expect(typeOf(await invite('ada'))).toBe('/docs#already-exists');
  const challenged = await login('ada', sent.at(-1)?.code ?? '');
  expect(challenged.body.challenge.challenge).toBe('NEW_PASSWORD_REQUIRED');
  await firstLogin('bo', 'viewer');
  expect((await login('bo', strong)).body.roles).toEqual(['viewer']);
  expect((await send('GET', '/bo')).body).toMatchObject({ status: 'active', role: 'viewer' });
});

test.each([
  [{ id: 'has blanks', email: 'a@b.example', role: 'viewer' }, '/id'],
  [{ id: 'constructor', email: 'a@b.example', role: 'viewer' }, ''],
  [{ id: '..', email: 'a@b.example', role: 'viewer' }, '/id'],
  [{ id: 'eve', email: 'no address', role: 'viewer' }, '/email'],
  [{ id: 'eve', email: 'e@b.example', role: 'owner' }, '/role'],
])('an invitation that is not right says where: %j', async (body, pointer) => {
  const answer = await send('POST', '', body);
  expect([answer.status, answer.body.problems[0].pointer]).toEqual([422, pointer]);
  for (const id of ['eve', 'constructor', '__proto__'])
    expect((await send('GET', `/${id}`)).status).toBe(404);
});

test('a role is changed, and the user has only the new one', async () => {
  await firstLogin('cleo', 'viewer');
  expect((await setRoleOf('cleo', 'editor')).body.role).toBe('editor');
  expect((await login('cleo', strong)).body.roles).toEqual(['editor']);
  expect((await setRoleOf('nobody', 'editor')).status).toBe(404);
});

test('a disabled user cannot log in or go on, until enabled', async () => {
  await firstLogin('dan');
  const { refresh_token } = (await login('dan', strong)).body;
  expect((await send('POST', '/dan/disable')).body.enabled).toBe(false);
  expect(typeOf(await login('dan', strong))).toBe('/docs#login-failed');
  expect((await send('POST', '/dan/enable')).body.enabled).toBe(true);
  expect((await login('dan', strong)).status).toBe(200);
  // The session from before has ended.
  const refreshed = await api.request('POST', '/auth/refresh', { body: { refresh_token } });
  expect(typeOf(refreshed)).toBe('/docs#login-failed');
});

test('a reset password takes a code for a new one, and who never came is invited again', async () => {
  await firstLogin('fay');
  const { refresh_token } = (await login('fay', strong)).body;
  expect((await send('POST', '/fay/reset-password')).body.status).toBe('password_reset');
  const { code, destination } = sent.at(-1) ?? {};
  expect(destination).toBe('fay@acme.example');
  expect(typeOf(await login('fay', strong))).toBe('/docs#password-reset-required');
  expect((await api.request('POST', '/auth/refresh', { body: { refresh_token } })).status).toBe(401);
  const body = { user_id: 'fay', code, new_password: `${strong}!` };
  expect((await api.request('POST', '/auth/reset-password', { body })).status).toBe(204);
  expect((await login('fay', `${strong}!`)).status).toBe(200);

  await invite('gil');
  const before = sent.at(-1)?.code ?? '';
  expect((await send('POST', '/gil/reset-password')).body.status).toBe('invited');
  expect(sent.at(-1)).toMatchObject({ purpose: 'AdminCreateUser', user: 'gil' });
  expect(typeOf(await login('gil', before))).toBe('/docs#login-failed');
  expect(typeOf(await login('gil', sent.at(-1)?.code ?? ''))).toBe('/docs#challenge-required');

  await send('POST', '/gil/disable');
  expect(typeOf(await send('POST', '/gil/reset-password'))).toBe('/docs#not-resettable');
  const client = new CognitoIdentityProviderClient({});
  const UserAttributes = [{ Name: 'email', Value: 'no@acme.example' }];
  const made = { UserPoolId: cognito.userPoolId, Username: 'hal', UserAttributes };
  await client.send(
    new AdminCreateUserCommand({ ...made, MessageAction: 'SUPPRESS', TemporaryPassword: strong }),
  );
  expect((await send('GET', '/hal')).body).toMatchObject({ role: null, status: 'invited' });
});

test.each(['InvalidParameterException', 'NotAuthorizedException'])(
  'who has no password that could be reset is told so: %s',
  async (name) => {
    const client = clientThat(async (command) => {
      if (command !== AdminResetUserPasswordCommand.name) return undefined;
      const $metadata = { httpStatusCode: 400 };
      throw new CognitoIdentityProviderServiceException({
        name,
        message: 'Not so',
        $fault: 'client',
        $metadata,
      });
    });
    await expect(resetUser('fay', client)).rejects.toMatchObject({
      type: 'not-resettable',
      message: 'The password of fay cannot be reset: Not so',
    });
  },
);

test('the last admin who can log in keeps the role', async () => {
  for (const answer of [await setRoleOf('demo', 'viewer'), await send('POST', '/demo/disable')])
    expect([answer.status, typeOf(answer)]).toEqual([409, '/docs#last-admin']);
  expect((await setRoleOf('demo', 'admin')).status).toBe(200);
  // Nothing is taken even for a moment, by whichever name the pool finds the user.
  const commands: string[] = [];
  const client = clientThat(async (command, input) => {
    commands.push(command);
    return 'Username' in input ? { Username: 'demo' } : undefined;
  });
  for (const act of [() => setRole('DEMO', 'viewer', client), () => setEnabled('DEMO', false, client)])
    await expect(act()).rejects.toMatchObject({ type: 'last-admin' });
  expect(new Set(commands)).toEqual(
    new Set(['AdminGetUserCommand', 'AdminListGroupsForUserCommand', 'ListUsersInGroupCommand']),
  );
  // One who was only invited may never come, and one who is disabled cannot.
  await invite('ida', 'admin');
  await firstLogin('jo', 'admin');
  await send('POST', '/jo/disable');
  expect(typeOf(await setRoleOf('demo', 'viewer'))).toBe('/docs#last-admin');
  await send('POST', '/jo/enable');
  expect((await setRoleOf('demo', 'viewer')).body.role).toBe('viewer');
  expect(typeOf(await setRoleOf('jo', 'editor'))).toBe('/docs#last-admin');
  expect((await setRoleOf('demo', 'admin')).body.role).toBe('admin');
  // An admin may keep the role, and lose it to nobody.
  expect((await setRoleOf('demo', 'admin')).status).toBe(200);
});

test('of two admins who take each other’s role at the same moment one at least stays', async () => {
  let other: Promise<unknown> | undefined;
  // The other one is demoted between this one's check and its write.
  const client = clientThat(async (command) => {
    if (command !== AdminRemoveUserFromGroupCommand.name) return undefined;
    other ??= setRoleOf('demo', 'editor');
    await other;
    return undefined;
  });
  await expect(setRole('jo', 'editor', client)).rejects.toMatchObject({ type: 'last-admin' });
  expect(await other).toMatchObject({ status: 200 });
  expect((await send('GET', '/jo')).body.role).toBe('admin');
  expect((await send('GET', '/demo')).body.role).toBe('editor');
});

test('of two admins who disable each other at the same moment one at least stays', async () => {
  expect((await setRoleOf('demo', 'admin')).status).toBe(200);
  let other: Promise<unknown> | undefined;
  const client = clientThat(async (command) => {
    if (command !== AdminDisableUserCommand.name) return undefined;
    other ??= send('POST', '/demo/disable');
    await other;
    return undefined;
  });
  await expect(setEnabled('jo', false, client)).rejects.toMatchObject({ type: 'last-admin' });
  expect(await other).toMatchObject({ status: 200 });
  expect((await send('GET', '/jo')).body.enabled).toBe(true);
});

test('where no admin can log in any more, who is none or is disabled already can be disabled', async () => {
  const jo = { UserPoolId: cognito.userPoolId, Username: 'jo' };
  const client = new CognitoIdentityProviderClient({});
  await client.send(new AdminDisableUserCommand(jo));
  for (const id of ['demo', 'fay']) expect((await send('POST', `/${id}/disable`)).body.enabled).toBe(false);
  await client.send(new AdminEnableUserCommand(jo));
});
