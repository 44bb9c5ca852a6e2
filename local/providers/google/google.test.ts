// The emulated Google through Google's own Gmail client.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auth, gmail, type gmail_v1 } from '@googleapis/gmail';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../shared/emulator.ts';
import { googleClient } from './seed.ts';
import { usageLimit } from './usage-limit.ts';

const directory = mkdtempSync(join(tmpdir(), 'google-'));
let emulator: Emulator;
let mailbox: gmail_v1.Gmail;

async function start(): Promise<void> {
  emulator = await startEmulator('google', directory);
  mailbox = gmail({
    version: 'v1',
    rootUrl: `${emulator.url}/`,
    auth: clientWith(googleClient.refresh_token),
  });
}
beforeAll(start);
afterAll(() => emulator.close());

function clientWith(refresh_token: string): InstanceType<typeof auth.OAuth2> {
  const client = new auth.OAuth2({
    clientId: googleClient.client_id,
    clientSecret: googleClient.client_secret,
    endpoints: { oauth2TokenUrl: `${emulator.url}/oauth2/token` },
  });
  client.setCredentials({ refresh_token });
  return client;
}

async function mails(q: string) {
  const { data } = await mailbox.users.messages.list({ userId: 'me', q });
  return Promise.all(
    (data.messages ?? []).map(async ({ id }) => {
      const message = await mailbox.users.messages.get({ userId: 'me', id: id ?? '', format: 'raw' });
      return PostalMime.parse(Buffer.from(message.data.raw ?? '', 'base64url'));
    }),
  );
}

test('six of nine mails are unread, newest first, in real MIME', async () => {
  const unread = await mails('is:unread');
  expect(unread.map(({ subject }) => subject)).toEqual([
    'Invoice 2026-1187 is due on Friday',
    'Bug: the CSV export breaks names with umlauts',
    'Übergabe am Dienstag: Schlüssel fürs Büro',
    'Serverless Weekly 412: queues, costs and a conference',
    'How long are our logs kept?',
    '[Resolved] Elevated error rate on api.acme.example',
  ]);
  expect(unread[0]?.text).toContain('over 1,240.50 € for hosting');
  expect(unread[0]?.html).toContain('<b>1,240.50&nbsp;€</b>');
  expect(unread[2]?.from).toEqual({ name: 'Jürgen Weiß', address: 'juergen.weiss@acme.example' });
  expect(unread[2]?.text).toContain('Königstraße 7');
  expect(unread[5]).not.toHaveProperty('text');
  expect(unread[5]?.html).toContain('<h2>Elevated error rate: resolved</h2>');
  expect(unread[1]?.text).toContain('"MÃ¼ller" where the web page shows "Müller"');
  expect((await mails('in:inbox')).length).toBe(9);
  const [figures] = await mails('has:attachment');
  expect(figures?.attachments[0]?.filename).toBe('october.csv');
});

test('a reply is in the thread of its mail', async () => {
  const { data } = await mailbox.users.messages.list({ userId: 'me', q: 'subject:minutes' });
  expect(new Set(data.messages?.map(({ threadId }) => threadId)).size).toBe(1);
  expect(data.messages?.length).toBe(2);
});

test('the format full gives the text as base64url', async () => {
  const { data: list } = await mailbox.users.messages.list({ userId: 'me', q: 'subject:Invoice' });
  const { data } = await mailbox.users.messages.get({ userId: 'me', id: list.messages?.[0]?.id ?? '' });
  expect(data.payload?.mimeType).toBe('multipart/alternative');
  const text = Buffer.from(data.payload?.parts?.[0]?.body?.data ?? '', 'base64url').toString();
  expect(text).toContain('over 1,240.50 € for hosting in October');
});

test('a wrong refresh token, a wrong secret and a made-up access token are refused as Google refuses them', async () => {
  await expect(clientWith('1//nonsense').getAccessToken()).rejects.toMatchObject({
    status: 400,
    response: { data: { error: 'invalid_grant' } },
  });
  const body = new URLSearchParams({ ...googleClient, client_secret: 'no', grant_type: 'refresh_token' });
  const answered = await fetch(`${emulator.url}/oauth2/token`, { method: 'POST', body });
  expect([answered.status, await answered.json()]).toMatchObject([401, { error: 'invalid_client' }]);
  for (const headers of [{}, { authorization: 'Bearer ya29.made-up' }]) {
    const response = await fetch(`${emulator.url}/gmail/v1/users/me/messages`, { headers });
    expect([response.status, await response.json()]).toMatchObject([
      401,
      { error: { status: 'UNAUTHENTICATED' } },
    ]);
  }
});

test('a restart keeps what was read, sent and drafted, with the same ids and the same refresh token', async () => {
  const [first] = (await mailbox.users.messages.list({ userId: 'me', q: 'is:unread' })).data.messages ?? [];
  await mailbox.users.messages.modify({
    userId: 'me',
    id: first?.id ?? '',
    requestBody: { removeLabelIds: ['UNREAD'] },
  });
  const raw = Buffer.from('To: anna.lind@acme.example\r\nSubject: Kept\r\n\r\nHello').toString('base64url');
  const sent = await mailbox.users.messages.send({ userId: 'me', requestBody: { raw } });
  const draft = await mailbox.users.drafts.create({ userId: 'me', requestBody: { message: { raw } } });
  await emulator.close();
  await start();
  expect((await mails('is:unread')).length).toBe(5);
  const again = await mailbox.users.messages.get({ userId: 'me', id: sent.data.id ?? '' });
  expect(again.data.internalDate).toBe(sent.data.internalDate);
  const drafts = await mailbox.users.drafts.list({ userId: 'me' });
  expect(drafts.data.drafts?.map(({ id }) => id)).toEqual([draft.data.id]);
});

test('the first words of a mail that is HTML only are of its text', async () => {
  const { data: list } = await mailbox.users.messages.list({ userId: 'me', q: 'subject:Elevated' });
  const { data } = await mailbox.users.messages.get({ userId: 'me', id: list.messages?.[0]?.id ?? '' });
  expect(data.snippet).toMatch(/^Elevated error rate: resolved Between 02:14 and 02:51 UTC, 4.2 % of/);
});

test('the source of a mail is padded base64url, whatever its length', async () => {
  const { data: list } = await mailbox.users.messages.list({ userId: 'me', q: 'in:inbox' });
  const raws = await Promise.all(
    (list.messages ?? []).map(async ({ id }) => {
      const { data } = await mailbox.users.messages.get({ userId: 'me', id: id ?? '', format: 'raw' });
      return data.raw ?? '';
    }),
  );
  expect(raws).toHaveLength(9);
  for (const raw of raws) {
    expect(raw).toMatch(/^[\w-]+={0,2}$/);
    expect(raw.length % 4).toBe(0);
  }
  expect(raws.some((raw) => raw.endsWith('='))).toBe(true);
});

test('a snippet ends between characters, and is HTML', async () => {
  const snippet = async (text: string) => {
    const source = `To: anna.lind@acme.example\r\nSubject: S\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}`;
    const raw = Buffer.from(source).toString('base64url');
    const { data } = await mailbox.users.messages.send({ userId: 'me', requestBody: { raw } });
    const read = await mailbox.users.messages.get({ userId: 'me', id: data.id ?? '', format: 'minimal' });
    return read.data.snippet;
  };
  expect(await snippet(`${'x'.repeat(139)}😀 and more`)).toBe('x'.repeat(139));
  expect(await snippet(`It's <ready> & "waiting"`)).toMatch(/^It&#39;s/);
  const { data } = await mailbox.users.threads.list({ userId: 'me', maxResults: 50 });
  expect(data.threads?.every(({ snippet: words = '' }) => (words ?? '').isWellFormed())).toBe(true);
});

test("too many requests are answered as Gmail's usage limit", async () => {
  const reset = 1_796_054_400;
  const limited = await usageLimit(
    Response.json(
      { message: 'API rate limit exceeded' },
      { status: 403, headers: { 'x-ratelimit-reset': String(reset) } },
    ),
  );
  const message = 'User-rate limit exceeded.  Retry after 2026-11-30T16:00:00.000Z';
  expect([limited.status, await limited.json()]).toEqual([
    403,
    {
      error: {
        code: 403,
        message,
        errors: [{ message, domain: 'usageLimits', reason: 'userRateLimitExceeded' }],
        status: 'PERMISSION_DENIED',
      },
    },
  ]);
  const other = await usageLimit(Response.json({ error: 'no' }, { status: 403 }));
  expect([other.status, await other.json()]).toEqual([403, { error: 'no' }]);
});
