// Connections over the API, with a provider that answers as it is told.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ApiStack, echo, greeting, putConnection, startApiStack } from '../../test/support/api-stack.ts';
import { type ProviderServer, startProviderServer } from '../../test/support/provider-server.ts';

const sendMail = {
  ...echo,
  id: 'gmail.send_message',
  provider: 'gmail',
  connection: { provider: 'google', fields: [], scopes: ['send', 'modify'] },
};
const issue = {
  ...echo,
  id: 'github.create_issue',
  provider: 'github',
  connection: { provider: 'github', fields: [], scopes: ['public_repo', 'repo'] },
};

let provider: ProviderServer;
let api: ApiStack;
beforeAll(async () => {
  provider = await startProviderServer();
  api = await startApiStack({ actions: [echo, sendMail, issue] });
});
beforeEach(() => provider.reset());
afterAll(async () => {
  await api.close();
  await provider.close();
});

const admin = (method: string, path: string, options: object = {}) =>
  api.request(method, path, { role: 'admin', ...options });
const octocat = { headers: { 'x-oauth-scopes': 'read:user, repo' }, body: { login: 'octocat', id: 1 } };

test('a token is tried before it is saved; the answer tells account and scopes, and no secret', async () => {
  provider.answer(octocat);
  const body = { provider: 'github', id: 'work', label: ' Work ', credentials: { token: 'ghp_planted1\n' } };
  const created = await admin('POST', '/connections', { body });
  expect(created.status).toBe(201);
  expect(created.headers.get('location')).toBe('/connections/github/work');
  expect(created.body).toEqual({
    provider: 'github',
    id: 'work',
    version: 1,
    label: 'Work',
    owner: 'admin',
    source: 'api',
    account: 'octocat',
    base_url: null,
    scopes: ['read:user', 'repo'],
    missing: [],
    workflows: null,
    used_by: [],
    status: 'connected',
    tested_at: created.body.created_at,
    last_failure: null,
    created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    updated_at: created.body.created_at,
    updated_by: 'admin',
  });
  const [asked] = provider.asked;
  expect(asked).toMatchObject({ method: 'GET', path: '/user' });
  expect(asked?.headers.authorization).toBe('Bearer ghp_planted1');
  expect(asked?.headers['x-github-api-version']).toBe('2026-03-10');
  const read = await api.request('GET', '/connections/github/work');
  expect(read.body).toEqual(created.body);
  expect(read.headers.get('etag')).toBe('"1"');
  const list = await api.request('GET', '/connections');
  expect(list.body.items).toContainEqual(created.body);
  expect(created.text + read.text + list.text).not.toContain('planted');
});

test.each([
  ['github', { token: 'ghp_refusedtoken1' }, { status: 401, body: { message: 'Bad credentials' } }],
  [
    'openai',
    { api_key: 'sk-refusedtoken1' },
    { status: 401, body: { error: { message: 'Incorrect API key provided: sk-refusedtoken1.' } } },
  ],
  ['notion', { token: 'ntn_refusedtoken1' }, { status: 401, body: { message: 'API token is invalid.' } }],
  [
    'google',
    { client_id: 'c', client_secret: 'refusedtoken1', refresh_token: 'r' },
    { status: 400, body: { error: 'invalid_grant', error_description: 'Token has been revoked.' } },
  ],
])('credentials that %s refuses are not saved, and not repeated', async (name, credentials, reply) => {
  provider.answer(reply);
  const refused = await admin('POST', '/connections', { body: { provider: name, id: 'bad', credentials } });
  expect(refused.status).toBe(422);
  expect(refused.body.type).toBe('/docs#credentials-refused');
  expect(refused.text).not.toContain('refusedtoken1');
  expect((await api.request('GET', `/connections/${name}/bad`)).status).toBe(404);
});

test('a provider that does not answer says nothing of credentials: nothing is saved', async () => {
  const limits = [
    { status: 429, headers: { 'retry-after': '7' }, body: {} },
    { status: 429, body: {} },
  ];
  provider.answer('drop', ...limits, { status: 302, headers: { location: '/elsewhere' } });
  const body = { provider: 'notion', id: 'late', credentials: { token: 'x' } };
  const answers = [];
  for (let index = 0; index < 4; index += 1) answers.push(await admin('POST', '/connections', { body }));
  expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
    [503, '5'],
    [503, '7'],
    [503, '60'],
    [503, '5'],
  ]);
  // A redirect would take the credentials elsewhere.
  expect(provider.asked.map(({ path }) => path)).toEqual(Array(4).fill('/v1/users/me'));
  expect((await api.request('GET', '/connections/notion/late')).status).toBe(404);
});

test('what an account lacks is told by action', async () => {
  provider.answer(
    { body: { access_token: 'ya29.access', expires_in: 3600, scope: 'read draft' } },
    { body: { emailAddress: 'ada@acme.example' } },
  );
  const credentials = { client_id: 'client', client_secret: 'hush', refresh_token: 'fresh' };
  const created = await admin('POST', '/connections', {
    body: { provider: 'google', id: 'mail', credentials },
  });
  expect(created.body).toMatchObject({
    account: 'ada@acme.example',
    scopes: ['read', 'draft'],
    missing: [{ action: 'gmail.send_message', any_of: ['send', 'modify'] }],
  });
  expect(provider.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /token',
    'GET /gmail/v1/users/me/profile',
  ]);
  expect(provider.asked[1]?.headers.authorization).toBe('Bearer ya29.access');
});

test('a key goes to the server that its connection names, which need not list models', async () => {
  const base_url = `${provider.url}/own/v1`;
  const body = (id: string) => ({
    provider: 'openai',
    id,
    credentials: { api_key: 'k', base_url: `${base_url}/` },
  });
  provider.answer({ body: { data: [] } }, { status: 401, body: {} });
  const listed = await admin('POST', '/connections', { body: body('listed') });
  expect([listed.body.status, listed.body.base_url]).toEqual(['connected', base_url]);
  expect((await admin('POST', '/connections', { body: body('refused') })).status).toBe(422);
  for (const status of [404, 405, 501]) {
    provider.answer({ status, body: 'no such page' });
    const unlisted = await admin('POST', '/connections', { body: body(`unlisted-${status}`) });
    expect([unlisted.status, unlisted.body.status, unlisted.body.tested_at]).toEqual([201, 'untested', null]);
  }
  expect(provider.asked.map(({ path }) => path)).toEqual(Array(5).fill('/own/v1/models'));
  // OpenAI itself has that operation.
  provider.answer({ status: 404, body: {} });
  const own = { provider: 'openai', id: 'moved', credentials: { api_key: 'k' } };
  expect((await admin('POST', '/connections', { body: own })).status).toBe(422);
});

test.each([
  [{ provider: 'github', credentials: {} }, '/credentials/token', 'missing'],
  [{ provider: 'github', credentials: { token: 'a b' } }, '/credentials/token', 'invalid-format'],
  [{ provider: 'github', credentials: { token: 'x', tokn: 'y' } }, '/credentials/tokn', 'unknown-key'],
  [
    { provider: 'openai', credentials: { api_key: 'x', base_url: 'ftp://x' } },
    '/credentials/base_url',
    'invalid-format',
  ],
  [
    { provider: 'openai', credentials: { api_key: 'x', base_url: 'llm.acme.example/v1' } },
    '/credentials/base_url',
    'invalid-format',
  ],
  [
    { provider: 'openai', credentials: { api_key: 'x', base_url: 'https://u:p@x/v1' } },
    '/credentials/base_url',
    'invalid-value',
  ],
  [
    { provider: 'http', credentials: { kind: 'bearer', base_url: 'http://api.acme.example', token: 'x' } },
    '/credentials/base_url',
    'invalid-value',
  ],
  [
    { provider: 'http', credentials: { kind: 'none', base_url: 'https://192.168.1.1/v1' } },
    '/credentials/base_url',
    'invalid-value',
  ],
  [
    {
      provider: 'http',
      credentials: { kind: 'bearer', base_url: 'https://[::1]/', token: 'x', test_path: '/' },
    },
    '/credentials/base_url',
    'invalid-value',
  ],
  [
    {
      provider: 'http',
      credentials: { kind: 'bearer', base_url: 'https://api.acme.example', value: 'x', token: 'y' },
    },
    '/credentials/value',
    'invalid-value',
  ],
  [{ provider: 'gitlab', credentials: {} }, '/provider', 'invalid-value'],
  [{ provider: 'github', id: 'A', credentials: { token: 'x' } }, '/id', 'invalid-format'],
  [{ provider: 'github', workflows: ['A b'], credentials: { token: 'x' } }, '/workflows/0', 'invalid-format'],
  [{ provider: 'github' }, '/credentials', 'missing'],
])('a body that is not right is told where: %j', async (body, pointer, code) => {
  const answer = await admin('POST', '/connections', { body });
  expect(answer.status).toBe(422);
  expect(answer.body.problems).toMatchObject([{ pointer, code }]);
  expect(provider.asked).toEqual([]);
});

test('an account of any service is tried by the path that is given, sent as its kind says, and told by no answer', async () => {
  process.env['HTTP_PRIVATE_ORIGINS'] = provider.url;
  const credentials = {
    ...{ kind: 'headers', base_url: `${provider.url}/v1/`, test_path: '/me' },
    headers: { Authorization: 'Token planted-of-http' },
  };
  const body = { provider: 'http', id: 'shop', credentials };
  provider.answer({ status: 401, body: { message: 'Invalid: planted-of-http' } });
  const refused = await admin('POST', '/connections', { body });
  expect([refused.status, refused.body.problems[0]]).toMatchObject([
    422,
    { pointer: '/credentials', message: expect.stringMatching(/answered 401: Invalid: \[redacted\]$/) },
  ]);
  provider.answer({ body: { name: 'Acme' } });
  const created = await admin('POST', '/connections', { body });
  expect(created.body).toMatchObject({ status: 'connected', account: null, base_url: `${provider.url}/v1` });
  expect(provider.asked.map(({ method, path, headers }) => [method, path, headers.authorization])).toEqual([
    ['GET', '/v1/me', 'Token planted-of-http'],
    ['GET', '/v1/me', 'Token planted-of-http'],
  ]);
  expect(JSON.stringify([refused.body, created.body])).not.toContain('planted-of-http');
  // Without a path nobody is asked.
  const { test_path: _, ...untried } = credentials;
  const other = await admin('POST', '/connections', {
    body: { ...body, id: 'untried', credentials: untried },
  });
  expect([other.body.status, provider.asked.length]).toEqual(['untested', 2]);
  for (const id of ['shop', 'untried'])
    expect(
      (await admin('DELETE', `/connections/http/${id}`, { headers: { 'if-match': '"1"' } })).status,
    ).toBe(200);
  delete process.env['HTTP_PRIVATE_ORIGINS'];
});

test('a secret that is longer than a parameter may be is refused before it is tried', async () => {
  const credentials = { client_id: 'a'.repeat(2048), client_secret: 'b'.repeat(2048), refresh_token: 'c' };
  const answer = await admin('POST', '/connections', { body: { provider: 'google', credentials } });
  expect([answer.status, answer.body.problems[0].code]).toEqual([422, 'too-large']);
  expect(provider.asked).toEqual([]);
});

test('an id is taken by one that was written by hand, and listed as such', async () => {
  await putConnection('webhook/hand');
  // No step can name that one.
  await putConnection('webhook/By.Hand');
  const body = { provider: 'webhook', id: 'hand', credentials: { secret: 'x' } };
  expect((await admin('POST', '/connections', { body })).body.type).toBe('/docs#already-exists');
  const read = await api.request('GET', '/connections/webhook/hand');
  expect(read.body).toMatchObject({ source: 'parameter', status: 'untested', owner: null, created_at: null });
});

test('a label and a restriction change without the secret; a new secret is tried', async () => {
  provider.answer(octocat);
  const created = await admin('PUT', '/connections/github/put', {
    headers: { 'if-none-match': '*' },
    body: { credentials: { token: 'first' } },
  });
  expect([created.status, created.headers.get('etag')]).toEqual([201, '"1"']);
  const put = (etag: string, body: object) =>
    admin('PUT', '/connections/github/put', { headers: { 'if-match': etag }, body });
  const labelled = await put('"1"', { label: 'New', workflows: ['greeting'] });
  expect([labelled.status, labelled.headers.get('etag')]).toEqual([200, '"2"']);
  expect(labelled.body).toMatchObject({ label: 'New', workflows: ['greeting'], account: 'octocat' });
  expect((await put('"1"', { label: 'Late' })).status).toBe(412);
  provider.answer({ body: { login: 'hubot' } });
  const rotated = await put('"2"', { label: 'New', credentials: { token: 'second' } });
  expect(rotated.body).toMatchObject({ account: 'hubot', scopes: null, workflows: null, owner: 'admin' });
  expect(provider.asked.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer first',
    'Bearer second',
  ]);
  provider.answer({ status: 401, body: {} });
  expect((await put('"3"', { credentials: { token: 'third' } })).status).toBe(422);
  provider.answer({ body: { login: 'hubot' } });
  expect((await admin('POST', '/connections/github/put/test')).body.status).toBe('connected');
  expect(provider.asked.at(-1)?.headers.authorization).toBe('Bearer second');
  expect((await admin('PUT', '/connections/github/put', { body: {} })).status).toBe(428);
  expect(
    (await admin('PUT', '/connections/github/none', { headers: { 'if-match': '*' }, body: {} })).status,
  ).toBe(412);
});

test('a test keeps what the provider says; one that it does not answer changes nothing', async () => {
  provider.answer({ body: { login: 'octocat' } });
  await admin('POST', '/connections', {
    body: { provider: 'github', id: 'tested', credentials: { token: 'testedtoken' } },
  });
  provider.answer({ status: 401, body: { message: 'Bad credentials: testedtoken' } }, 'drop', octocat);
  const refused = await api.request('POST', '/connections/github/tested/test');
  expect(refused.body).toMatchObject({
    status: 'needs_reconnect',
    account: 'octocat',
    last_failure: { message: 'GitHub answered 401: Bad credentials: [redacted]', execution_id: null },
  });
  expect((await api.request('POST', '/connections/github/tested/test')).status).toBe(503);
  expect((await api.request('GET', '/connections/github/tested')).body).toEqual(refused.body);
  const cured = await api.request('POST', '/connections/github/tested/test');
  expect(cured.body).toMatchObject({
    status: 'connected',
    last_failure: null,
    scopes: ['read:user', 'repo'],
  });
  expect((await api.request('POST', '/connections/github/nowhere/test')).status).toBe(404);
});

test('a deletion names the workflows first, and goes through when it is forced', async () => {
  const { body: issued } = await admin('POST', '/workflows', {
    body: {
      ...greeting,
      id: 'issues',
      steps: [{ id: 'a', action: 'github.create_issue', connection: 'used', params: { text: 'x' } }],
      output: 1,
    },
  });
  expect(issued.id).toBe('issues');
  provider.answer(octocat);
  const used = await admin('POST', '/connections', {
    body: { provider: 'github', id: 'used', credentials: { token: 'x' } },
  });
  expect(used.body.used_by).toEqual(['issues']);
  expect((await admin('DELETE', '/connections/github/used')).status).toBe(428);
  const headers = { 'if-match': '"1"' };
  const refused = await admin('DELETE', '/connections/github/used', { headers });
  expect([refused.status, refused.body.workflows]).toEqual([409, ['issues']]);
  const stale = await admin('DELETE', '/connections/github/used?force=true', {
    headers: { 'if-match': '"7"' },
  });
  expect(stale.status).toBe(412);
  const deleted = await admin('DELETE', '/connections/github/used?force=true', { headers });
  expect(deleted.body).toEqual({ revoked: null, revoke_at: 'https://github.com/settings/tokens' });
  expect((await api.request('GET', '/connections/github/used')).status).toBe(404);
});

test('the grant of a Google account is revoked with its last connection', async () => {
  const connect = async (id: string) => {
    provider.answer(
      { body: { access_token: 'access', scope: 'send' } },
      { body: { emailAddress: 'twice@acme.example' } },
    );
    const credentials = { client_id: 'client', client_secret: 'hush', refresh_token: `refresh-${id}` };
    await admin('POST', '/connections', { body: { provider: 'google', id, credentials } });
  };
  await connect('one');
  await connect('two');
  provider.reset();
  const remove = async (id: string) =>
    (await admin('DELETE', `/connections/google/${id}`, { headers: { 'if-match': '*' } })).body;
  const revoke_at = 'https://myaccount.google.com/connections';
  expect(await remove('one')).toEqual({ revoked: false, revoke_at });
  expect(provider.asked).toEqual([]);
  provider.answer({});
  expect(await remove('two')).toEqual({ revoked: true, revoke_at: null });
  expect(provider.asked).toMatchObject([{ method: 'POST', path: '/revoke', text: 'token=refresh-two' }]);
});

test('what reads a connection that does not exist is not started; it is once there is one', async () => {
  const steps = [{ id: 'a', action: 'test.echo', connection: 'later', params: { text: 'x' } }];
  await admin('POST', '/workflows', { body: { id: 'later', name: 'Later', steps } });
  const refused = await api.request('POST', '/workflows/later/executions', { body: {} });
  expect([refused.status, refused.body.type]).toEqual([409, '/docs#connection-missing']);
  expect(refused.body.problems).toMatchObject([{ message: 'There is no connection test/later' }]);
  await putConnection('test/later');
  expect((await api.request('POST', '/workflows/later/executions', { body: {} })).status).toBe(202);
});

test('a key that was used gives its run, also when the workflow now reads a connection that does not exist', async () => {
  const workflow = { id: 'kept', steps: [{ id: 'a', transform: 1 }] };
  await admin('POST', '/workflows', { body: workflow });
  const start = (key: string) =>
    api.request('POST', '/workflows/kept/executions', { body: {}, headers: { 'idempotency-key': key } });
  const first = await start('one');
  expect(first.status).toBe(202);
  const steps = [{ id: 'a', action: 'test.echo', connection: 'gone', params: { text: 'x' } }];
  await admin('PUT', '/workflows/kept', { body: { ...workflow, steps }, headers: { 'if-match': '*' } });
  expect((await start('one')).body.id).toBe(first.body.id);
  expect((await start('two')).status).toBe(409);
});

test.each([
  ['GET', '/connections', 'viewer'],
  ['GET', '/connections/github/work', 'viewer'],
  ['POST', '/connections/github/work/test', 'viewer'],
  ['POST', '/connections', 'editor'],
  ['PUT', '/connections/github/work', 'editor'],
  ['DELETE', '/connections/github/work', 'editor'],
] as const)('%s %s is not for a %s', async (method, path, role) => {
  expect((await api.request(method, path, { role })).status).toBe(403);
});

test('a list is read page by page', async () => {
  const first = await api.request('GET', '/connections?limit=2');
  expect(first.body.items).toHaveLength(2);
  const second = await api.request('GET', `/connections?limit=2&cursor=${first.body.next_cursor}`);
  const names = [...first.body.items, ...second.body.items].map(({ provider: of, id }) => `${of}/${id}`);
  expect(names).toEqual([...new Set(names)].toSorted());
  const { items } = (await api.request('GET', '/connections?limit=100')).body;
  expect(items.map(({ id }: { id: string }) => id)).not.toContain('By.Hand');
  const exact = await api.request('GET', `/connections?limit=${items.length}`);
  expect([exact.body.items.length, exact.body.next_cursor]).toEqual([items.length, null]);
});
