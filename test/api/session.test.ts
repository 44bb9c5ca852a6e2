// A browser's session over real HTTP: the cookie, who may use it, and where the refresh token must not appear.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

const demo = { user_id: 'demo', password: 'demo' };

async function post(path: string, body: object | undefined, headers: Record<string, string> = {}) {
  const response = await fetch(`${stack.stack.apiUrl}/auth/${path}`, {
    method: 'POST',
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    cookies: response.headers.getSetCookie(),
    text,
    body: text && JSON.parse(text),
  };
}

/** Logs in as a page of the API's own origin does. */
async function openSession() {
  const origin = { origin: stack.stack.apiUrl };
  const { status, cookies, body } = await post('login', { ...demo, session: true }, origin);
  expect([status, cookies.length]).toEqual([200, 1]);
  const [pair = ''] = cookies[0]?.split(';') ?? [];
  return { body, cookie: pair, set: cookies[0], sent: { ...origin, cookie: pair } };
}

test('a session’s refresh token is in a cookie, and nowhere in the answer', async () => {
  const { body, cookie, set } = await openSession();
  const { port } = new URL(stack.stack.apiUrl);
  expect(set).toBe(`${cookie}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict`);
  const [name, token = ''] = cookie.split('=');
  expect([name, token.length > 20]).toEqual([`orchestra-session-${port}`, true]);
  expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'roles', 'token_type', 'user_id']);
  expect(JSON.stringify(body)).not.toContain(token);
});

test('the cookie refreshes, in two tabs at once, until it is logged out, which removes it', async () => {
  const { sent, cookie } = await openSession();
  const [one, two] = await Promise.all([post('refresh', undefined, sent), post('refresh', {}, sent)]);
  for (const { status, body, cookies } of [one, two])
    expect([status, body.user_id, body.roles, cookies]).toEqual([200, 'demo', ['admin'], []]);
  const out = await post('logout', undefined, sent);
  const [name] = cookie.split('=');
  expect([out.status, out.cookies]).toEqual([
    204,
    [`${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`],
  ]);
  const refused = await post('refresh', undefined, sent);
  expect([refused.status, refused.body.type, refused.cookies]).toEqual([401, '/docs#login-failed', []]);
});

test('without a session there is nothing to refresh, and nothing to log out', async () => {
  const origin = { origin: stack.stack.apiUrl };
  for (const body of [undefined, {}]) {
    const refused = await post('refresh', body, origin);
    expect([refused.status, refused.body.detail]).toEqual([
      401,
      'There is no session, and no refresh token in the body',
    ]);
    expect((await post('logout', body, origin)).status).toBe(204);
  }
});

test('a refresh token in the body goes before the cookie, and needs no origin', async () => {
  const { cookie } = await openSession();
  const { body } = await post('login', { user_id: 'viewer', password: 'viewer' });
  const answer = await post('refresh', { refresh_token: body.refresh_token }, { cookie });
  expect([answer.status, answer.body.user_id]).toEqual([200, 'viewer']);
  const out = await post('logout', { refresh_token: body.refresh_token }, { cookie });
  expect([out.status, out.cookies]).toEqual([204, []]);
});

test('who is not a page of the API’s own origin can neither begin, use nor end a session', async () => {
  const { sent, cookie } = await openSession();
  const { port } = new URL(stack.stack.apiUrl);
  const foreign: Record<string, string>[] = [
    {},
    { origin: 'http://127.0.0.1:1' },
    { origin: `http://localhost:${port}` },
    { origin: `https://127.0.0.1:${port}` },
    { ...sent, 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of foreign) {
    for (const answer of [
      await post('login', { ...demo, session: true }, headers),
      await post('refresh', undefined, { ...headers, cookie }),
      await post('logout', {}, { ...headers, cookie }),
    ]) {
      expect([headers, answer.status, answer.body.type, answer.cookies]).toEqual([
        headers,
        403,
        '/docs#foreign-origin',
        [],
      ]);
    }
  }
  // The laptop itself refuses what a browser says to come from another site.
  const elsewhere = { ...sent, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect((await post('refresh', undefined, elsewhere)).status).toBe(403);
  expect((await post('refresh', undefined, sent)).status).toBe(200);
});

test('a refresh token in the body counts, whatever session there is beside it', async () => {
  const { cookie } = await openSession();
  const { body } = await post('login', { user_id: 'viewer', password: 'viewer' });
  const refreshed = await post('refresh', { refresh_token: body.refresh_token }, { cookie });
  expect([refreshed.status, refreshed.body.user_id]).toEqual([200, 'viewer']);
});

test('a client cannot have the cookie’s rules changed by a header', async () => {
  const headers = { origin: `https://${new URL(stack.stack.apiUrl).host}`, 'x-forwarded-proto': 'https' };
  const { status, cookies } = await post('login', { ...demo, session: true }, headers);
  expect([status, cookies]).toEqual([403, []]);
});

test('the login page learns whether there is a session, and the users of a laptop', async () => {
  const read = async (headers: Record<string, string> = {}) =>
    (await fetch(`${stack.stack.apiUrl}/auth/session`, { headers })).json();
  const demo_users = [
    { user_id: 'demo', password: 'demo', role: 'admin' },
    { user_id: 'editor', password: 'editor', role: 'editor' },
    { user_id: 'viewer', password: 'viewer', role: 'viewer' },
  ];
  expect(await read()).toEqual({ session: false, demo_users });
  const { cookie } = await openSession();
  expect(await read({ cookie })).toEqual({ session: true, demo_users });
});

test('refresh tokens are in no log', async () => {
  const { sent, cookie } = await openSession();
  const [, token = ''] = cookie.split('=');
  await post('refresh', undefined, sent);
  await post('refresh', { refresh_token: token, more: 1 }, sent);
  await post('refresh', undefined, { cookie });
  await fetch(`${stack.stack.apiUrl}/workflows`, { headers: sent });
  await post('logout', undefined, sent);
  const logs = filesBelow(stack.home).filter((path) => path.endsWith('.log'));
  expect(logs.length).toBeGreaterThan(0);
  for (const path of logs) expect([path, readFileSync(path, 'utf8').includes(token)]).toEqual([path, false]);
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}
