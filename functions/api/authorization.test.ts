// Accounts connected by consent: the authorization code grant against the emulated Google, Notion and GitHub.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ConnectionParameters } from '../../lib/connections/parameters.ts';
import { type Providers, startProviders } from '../../local/providers/providers.ts';
import { type ApiStack, startApiStack } from '../../test/support/api-stack.ts';
import { ConsentBrowser, type Visit } from '../../test/support/consent-browser.ts';

const CLIENTS = '/ai-orchestra/local/oauth-clients';
const gmail = (name: string) => `https://www.googleapis.com/auth/gmail.${name}`;

let api: ApiStack;
let providers: Providers;
let directory: string;
let ssm: SSMClient;

async function putClient(provider: string, value: object): Promise<void> {
  const parameter = { Name: `${CLIENTS}/${provider}`, Value: JSON.stringify(value), Overwrite: true };
  await ssm.send(new PutParameterCommand({ ...parameter, Type: 'SecureString' }));
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'authorization-'));
  api = await startApiStack();
  providers = await startProviders({ directory, keys: {}, apiUrl: api.url });
  Object.assign(process.env, providers.settings, { API_URL: api.url });
  ssm = new SSMClient({});
  for (const [name, client] of Object.entries(providers.oauthClients)) await putClient(name, client);
});
afterAll(async () => {
  ssm.destroy();
  await api.close();
  await providers.close();
  await rm(directory, { recursive: true });
});

const browser = (user = 'admin') => new ConsentBrowser(api.url, user);
const get = (name: string) => api.request('GET', `/connections/${name}`);
const secretOf = async (provider: string, id: string) =>
  (await new ConnectionParameters(ssm).read({ provider, id }))?.secret;

/** The answer's address, with what differs each time left out. */
const ended = ({ status, headers }: Visit) => [status, headers.get('location')];

test('Google: consent in the browser becomes a connection, whose scopes are those that were granted', async () => {
  const url = new URL(await browser().begin('google', '?id=mail'));
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: 'code',
    client_id: 'emulated-google-client',
    redirect_uri: `${api.url}/connections/google/callback`,
    scope: gmail('modify'),
    state: expect.stringMatching(/^[\w-]+\.[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
    include_granted_scopes: 'true',
    access_type: 'offline',
    prompt: 'consent',
  });
  const visit = await browser().connect('google', '?id=mail&label=The%20mailbox&workflows=greeting');
  expect(ended(visit)).toEqual([303, '/app/connections?connection=google/mail&connected=true']);
  const { body, text } = await get('google/mail');
  expect(body).toMatchObject({
    ...{ source: 'oauth', status: 'connected', account: 'demo@acme.example', owner: 'admin' },
    ...{ label: 'The mailbox', workflows: ['greeting'], scopes: [gmail('modify')] },
  });
  const secret = await secretOf('google', 'mail');
  expect(secret).toMatchObject({
    client_id: 'emulated-google-client',
    client_secret: 'emulated-google-secret',
    refresh_token: expect.stringMatching(/^google_refresh_/),
    restricted_to: ['greeting'],
  });
  expect(text).not.toContain(String(secret?.['refresh_token']));
});

test('Google: a scope that is added keeps those granted before, and what is known of the connection', async () => {
  const query = (scope: string) => `?id=grown&scope=${encodeURIComponent(gmail(scope))}`;
  await browser().connect('google', `${query('readonly')}&label=Grown`);
  const begun = new URL(await browser().begin('google', query('send')));
  expect(begun.searchParams.get('login_hint')).toBe('demo@acme.example');
  await browser().connect('google', query('send'));
  const { body } = await get('google/grown');
  expect(body.scopes).toEqual(expect.arrayContaining([gmail('readonly'), gmail('send')]));
  expect([body.version, body.label]).toEqual([2, 'Grown']);
});

test('Google: a scope that the person does not grant is not had', async () => {
  const both = `?id=part&scope=${encodeURIComponent(`${gmail('readonly')} ${gmail('compose')}`)}`;
  const one = browser();
  const page = await one.visit(await one.begin('google', both));
  expect((await one.decide(page, 'allow', [gmail('compose')])).status).toBe(303);
  expect((await get('google/part')).body.scopes).not.toContain(gmail('compose'));
});

test('Notion: consent becomes a connection of the workspace, with the tokens that are replaced later', async () => {
  expect(ended(await browser().connect('notion'))).toEqual([
    303,
    '/app/connections?connection=notion/default&connected=true',
  ]);
  expect((await get('notion/default')).body).toMatchObject({
    account: 'Acme',
    source: 'oauth',
    scopes: null,
  });
  expect(await secretOf('notion', 'default')).toEqual({
    client_id: 'emulated-notion-client',
    client_secret: 'emulated-notion-secret',
    token: expect.stringMatching(/^ntn_/),
    refresh_token: expect.stringMatching(/^nrt_/),
  });
});

test('Notion: a deleted connection is revoked with its newest token', async () => {
  await browser().connect('notion', '?id=gone');
  const { token } = (await secretOf('notion', 'gone')) ?? {};
  const me = () =>
    fetch(`${providers.urls.notion}/v1/users/me`, {
      headers: { authorization: `Bearer ${token}`, 'notion-version': '2026-03-11' },
    });
  expect((await me()).status).toBe(200);
  const headers = { 'if-match': '*' };
  const { body } = await api.request('DELETE', '/connections/notion/gone', { role: 'admin', headers });
  expect(body).toEqual({ revoked: true, revoke_at: null });
  expect((await me()).status).toBe(401);
});

test('Notion: tokens that somebody else has used up are told by a test, and cured by connecting again', async () => {
  await browser().connect('notion', '?id=ended');
  const secret = await secretOf('notion', 'ended');
  // Its refresh by somebody else is what ends an access token here.
  const basic = Buffer.from('emulated-notion-client:emulated-notion-secret').toString('base64');
  await fetch(`${providers.urls.notion}/v1/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'refresh_token', refresh_token: secret?.['refresh_token'] }),
  });
  const test = () => api.request('POST', '/connections/notion/ended/test', { role: 'admin' });
  expect((await test()).body).toMatchObject({
    status: 'needs_reconnect',
    last_failure: { message: expect.stringContaining('no longer takes the connection') },
  });
  await browser().connect('notion', '?id=ended');
  expect((await test()).body).toMatchObject({ status: 'connected', last_failure: null });
});

test('GitHub: the App is installed, the installation is found to be the user’s, and acts by the App’s key', async () => {
  const visit = await browser().connect('github', '?id=work', 'allow', 'acme');
  expect(ended(visit)).toEqual([303, '/app/connections?connection=github/work&connected=true']);
  expect((await get('github/work')).body).toMatchObject({ account: 'acme', status: 'connected' });
  const secret = await secretOf('github', 'work');
  expect(secret).toEqual({
    app: { client_id: 'Iv23emulatedgithubapp', installation_id: expect.any(Number), account: 'acme' },
    private_key: providers.oauthClients['github']?.['private_key'],
  });
  // Who has authorized and installed it is led through without a page.
  const again = browser();
  expect((await again.visit(await again.begin('github', '?id=again'))).status).toBe(303);
  // Of several installations the account says which.
  await browser().connect('github', '?id=own&account=demo', 'demo');
  expect((await get('github/own')).body.account).toBe('demo');
  const unsaid = browser();
  const refused = await unsaid.visit(await unsaid.begin('github', '?id=unsaid'));
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('The App is installed for acme, demo: say which one');
  expect((await get('github/unsaid')).status).toBe(404);
});

test('GitHub: an installation that somebody names is not taken for the user’s', async () => {
  const one = browser();
  const state = new URL(await one.begin('github', '?id=spoofed')).searchParams.get('state');
  const visit = await one.visit(
    `${api.url}/connections/github/callback?installation_id=4711&setup_action=install&state=${state}`,
  );
  expect([visit.status, visit.text]).toEqual([400, expect.stringContaining('none of this GitHub user’s')]);
  expect((await get('github/spoofed')).status).toBe(404);
});

test('GitHub: an installation that an owner has to approve is none yet', async () => {
  const one = browser();
  const state = new URL(await one.begin('github', '?id=asked')).searchParams.get('state');
  const visit = await one.visit(`${api.url}/connections/github/callback?setup_action=request&state=${state}`);
  expect([visit.status, visit.text]).toEqual([422, expect.stringContaining('An owner of the organization')]);
});

test.each(['google', 'notion', 'github'])(
  '%s: who gives no access is told so, and nothing is saved',
  async (name) => {
    const one = browser();
    const page = await one.begin(name, '?id=denied');
    // GitHub leads who has authorized before back at once.
    const visit =
      name === 'github'
        ? await one.visit(
            `${api.url}/connections/github/callback?error=access_denied&state=${new URL(page).searchParams.get('state')}`,
          )
        : await one.through(page, ['deny']);
    expect(visit.status).toBe(422);
    expect(visit.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(visit.headers.get('referrer-policy')).toBe('no-referrer');
    expect(visit.text).toContain('was given. Nothing was saved');
    expect((await get(`${name}/denied`)).status).toBe(404);
  },
);

/** What comes back from Google when it is allowed, not yet visited. */
async function allowed(one: ConsentBrowser, id: string): Promise<string> {
  const page = await one.visit(await one.begin('google', `?id=${id}`));
  const form = new URLSearchParams({ answer: 'allow', asked: 'true', granted: gmail('modify') });
  for (const [, name = '', value = ''] of page.text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g))
    form.set(
      name,
      value.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
    );
  const action = `${new URL(page.url).origin}/o/oauth2/v2/auth/callback`;
  const answer = await fetch(action, { method: 'POST', body: form, redirect: 'manual' });
  return answer.headers.get('location') ?? '';
}

test('the answer is taken once', async () => {
  const one = browser();
  const location = await allowed(one, 'once');
  const cookie = one.cookie();
  expect((await one.visit(location)).status).toBe(303);
  expect(one.cookies.size).toBe(0);
  const replayed = await fetch(location, { headers: { cookie }, redirect: 'manual' });
  expect([replayed.status, JSON.parse(await replayed.text()).detail]).toEqual([
    400,
    'It was answered already. Nothing was saved; begin again on the page Connections',
  ]);
  expect((await get('google/once')).body.version).toBe(1);
});

test('of two at the same moment one is taken', async () => {
  const one = browser();
  const location = await allowed(one, 'twice');
  const headers = { cookie: one.cookie() };
  const both = await Promise.all([1, 2].map(() => fetch(location, { headers, redirect: 'manual' })));
  expect(both.map(({ status }) => status).sort()).toEqual([303, 400]);
  expect((await get('google/twice')).body.version).toBe(1);
});

test('another browser, one without its cookie, and one with another’s are refused', async () => {
  const [mine, other] = [browser(), browser('admin')];
  const location = await allowed(mine, 'foreign');
  await other.begin('google', '?id=foreign');
  expect((await browser().visit(location)).status).toBe(400);
  expect((await other.visit(location)).status).toBe(400);
  const [name = ''] = mine.cookies.keys();
  const [value = ''] = other.cookies.values();
  const swapped = browser();
  swapped.cookies.set(name, value);
  const visit = await swapped.visit(location);
  expect([visit.status, visit.text]).toEqual([400, expect.stringContaining('begun in another browser')]);
  expect((await get('google/foreign')).status).toBe(404);
  // Nothing of that has used it up.
  expect((await mine.visit(location)).status).toBe(303);
});

test('a state that was not made here, or for another provider, or changed, is refused', async () => {
  const one = browser();
  const location = new URL(await allowed(one, 'forged'));
  const state = location.searchParams.get('state') ?? '';
  const [text = '', mark = ''] = state.split('.');
  const changed = JSON.parse(Buffer.from(text, 'base64url').toString());
  const other = Buffer.from(JSON.stringify({ ...changed, id: 'stolen' })).toString('base64url');
  const states = [
    '',
    'x',
    `${text}.`,
    `${text}.${mark.slice(0, -2)}`,
    `${other}.${mark}`,
    `${state}.x`,
    `${state},${state}`,
  ];
  for (const sent of states) {
    location.searchParams.set('state', sent);
    const visit = await one.visit(location.href);
    expect([sent, visit.status]).toEqual([sent, 400]);
    expect(visit.text).toContain('none that was made here');
  }
  location.searchParams.set('state', state);
  location.pathname = '/connections/notion/callback';
  expect((await one.visit(location.href)).status).toBe(400);
  location.pathname = '/connections/google/callback';
  location.searchParams.delete('state');
  expect((await one.visit(location.href)).text).toContain('The provider sent no state back');
  expect((await get('google/forged')).status).toBe(404);
  expect((await get('google/stolen')).status).toBe(404);
});

test('after ten minutes it is begun again', async () => {
  const one = browser();
  const location = await allowed(one, 'late');
  const now = Date.now();
  vi.spyOn(Date, 'now').mockReturnValue(now);
  vi.useFakeTimers({ toFake: ['Date'], now: now + 600_000 });
  try {
    const visit = await one.visit(location);
    expect([visit.status, visit.text]).toEqual([400, expect.stringContaining('More than ten minutes')]);
  } finally {
    vi.useRealTimers();
    vi.restoreAllMocks();
  }
  expect((await get('google/late')).status).toBe(404);
});

test('a code that is not the provider’s is refused in the provider’s words, without a secret', async () => {
  for (const name of ['google', 'notion', 'github']) {
    const one = browser();
    const state = new URL(await one.begin(name, '?id=code')).searchParams.get('state');
    const visit = await one.visit(
      `${api.url}/connections/${name}/callback?code=stolen-code-1&state=${state}`,
    );
    expect([name, visit.status]).toEqual([name, 422]);
    expect(visit.text).toContain('gave no access');
    expect(visit.text).not.toMatch(/stolen-code|secret/);
    expect((await get(`${name}/code`)).status).toBe(404);
  }
});

test('a code is of no use without the verifier of the browser that began', async () => {
  const one = browser();
  const location = new URL(await allowed(one, 'pkce'));
  // Another authorization of the same browser: its state and cookie are good, the code is not its own.
  const state = new URL(await one.begin('google', '?id=pkce')).searchParams.get('state') ?? '';
  location.searchParams.set('state', state);
  const visit = await one.visit(location.href);
  expect([visit.status, visit.text]).toEqual([422, expect.stringContaining('PKCE verification failed')]);
  expect((await get('google/pkce')).status).toBe(404);
});

test('a client that is missing or incomplete is told with its parameter', async () => {
  await ssm.send(new DeleteParameterCommand({ Name: `${CLIENTS}/notion` }));
  const begin = () => api.request('GET', '/connections/notion/authorize', { role: 'admin' });
  const missing = await begin();
  expect([missing.status, missing.body.type]).toEqual([409, '/docs#oauth-client-missing']);
  expect(missing.body.detail).toContain(`the SSM parameter ${CLIENTS}/notion`);
  await putClient('notion', { client_id: 'only' });
  expect((await begin()).body.detail).toContain('lacks a valid value for client_secret');
  await putClient('notion', providers.oauthClients['notion'] ?? {});
  expect((await begin()).status).toBe(200);
});

test('the cookie is the browser’s alone and for this: HttpOnly, Lax, ten minutes', async () => {
  const { headers } = await api.request('GET', '/connections/google/authorize', { role: 'admin' });
  const port = new URL(api.url).port;
  expect(headers.getSetCookie()).toEqual([
    expect.stringMatching(
      new RegExp(
        `^orchestra-authorization-[\\w-]{8}-${port}=[\\w-]{43}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax$`,
      ),
    ),
  ]);
});

test.each([
  ['editor', '/connections/google/authorize', 403],
  ['viewer', '/connections/notion/authorize', 403],
  ['admin', '/connections/google/authorize?scope=https://www.googleapis.com/auth/drive', 400],
  ['admin', '/connections/google/authorize?scope=', 400],
  ['admin', '/connections/notion/authorize?scope=x', 400],
  ['admin', '/connections/github/authorize?account=a/b', 400],
  ['admin', '/connections/google/authorize?id=callback', 400],
  ['admin', '/connections/google/authorize?workflows=A%20b', 400],
] as const)('%s %s answers %i', async (role, route, status) => {
  expect((await api.request('GET', route, { role })).status).toBe(status);
});

test('from another origin than the redirect URI’s nothing is begun: its cookie would not come back', async () => {
  const elsewhere = api.url.replace('127.0.0.1', 'localhost');
  const response = await fetch(`${elsewhere}/connections/google/authorize`, {
    headers: { authorization: 'Bearer admin' },
  });
  const body = JSON.parse(await response.text());
  expect([response.status, body.type]).toEqual([403, '/docs#foreign-origin']);
  expect(body.detail).toContain(`open ${api.url}/app`);
});
