// gmail.create_draft and send_message: what Google is asked, and that a lost answer makes no second mail.
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Asked,
  invoke,
  type ProviderServer,
  startProviderServer,
} from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: createDraft } = await import('./create-draft.ts');
const { handler: sendMessage } = await import('./send-message.ts');

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  const fields = { client_id: 'id', client_secret: 'hush-hush', refresh_token: 'refresh-me' };
  server.stored.set('/ai-orchestra/test/connections/google/default', JSON.stringify(fields));
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const users = '/gmail/v1/users/me';
/** A mailbox with one mail, `m1`, that loses its answers to what is sent to it as often as told. */
function mailbox(headers: Record<string, string>, lose = 0) {
  const written: { readonly id: string; readonly raw: string; readonly threadId?: string }[] = [];
  server.answerBy(({ method, path, json }: Asked) => {
    if (path === '/token') return { body: { access_token: 'access-1' } };
    if (method === 'POST') {
      const message = Object(json).message ?? json;
      written.push({ id: `w${written.length}`, ...Object(message) });
      if (written.length <= lose) return 'drop';
      const made = { id: written.at(-1)?.id, threadId: Object(message).threadId ?? 't-new' };
      return { body: path.includes('drafts') ? { id: `d-${made.id}`, message: made } : made };
    }
    const [, id = ''] = /\/messages\/([^?]+)/.exec(path) ?? [];
    if (id === 'm1') {
      const list = Object.entries(headers).map(([name, value]) => ({ name, value }));
      return { body: { id, threadId: 't1', payload: { headers: list } } };
    }
    const all = written.map((one) => ({ id: one.id, threadId: one.threadId ?? 't-new' }));
    if (path.startsWith(`${users}/drafts`)) {
      return { body: { drafts: all.map((message) => ({ id: `d-${message.id}`, message })) } };
    }
    if (id === '') return { body: all.length > 0 ? { messages: all } : { resultSizeEstimate: 0 } };
    const raw = Buffer.from(written.find((one) => one.id === id)?.raw ?? '', 'base64url').toString();
    const value = /^x-ai-orchestra-call: (.*)\r$/im.exec(raw)?.[1] ?? '';
    // Gmail keeps the name as it was written.
    return { body: { id, threadId: 't', payload: { headers: [{ name: 'X-Ai-Orchestra-Call', value }] } } };
  });
  return written;
}
const asked = () =>
  server.asked
    .filter(({ path }) => path !== '/token')
    .map(({ method, path }) => `${method} ${decodeURIComponent(path).replace(/after:\d+/, 'after:…')}`);
const parse = (raw = '') => PostalMime.parse(Buffer.from(raw, 'base64url'));

test('a reply takes its fields from the mail that it answers', async () => {
  const written = mailbox({
    'Message-Id': '<own@example.com>',
    References: '<first@example.com>\t<second@example.com>',
    From: '"Lovelace, Ada" <ada@example.com>',
    'Reply-To': '=?UTF-8?Q?B=C3=BCro?= <office@example.com>, second@example.com',
    Subject: 'RE: re: =?UTF-8?B?w5xiZXI=?=',
  });
  const output = await invoke(createDraft, { reply_to_message_id: 'm1', body: 'Hello', cc: [] });
  expect(output).toEqual({
    draft_id: 'd-w0',
    message_id: 'w0',
    thread_id: 't1',
    to: ['Büro <office@example.com>', 'second@example.com'],
    subject: 'Re: Über',
  });
  expect(written[0]?.threadId).toBe('t1');
  const mail = await parse(written[0]?.raw);
  expect(mail.inReplyTo).toBe('<own@example.com>');
  expect(mail.references).toBe('<first@example.com> <second@example.com> <own@example.com>');
  expect(mail.to).toEqual([
    { name: 'Büro', address: 'office@example.com' },
    { name: '', address: 'second@example.com' },
  ]);
  expect(asked()).toEqual([
    `GET ${users}/messages/m1?format=metadata&metadataHeaders=Message-ID&metadataHeaders=References&metadataHeaders=Reply-To&metadataHeaders=From&metadataHeaders=Subject`,
    `GET ${users}/drafts?q=to:office@example.com after:…&maxResults=100`,
    `POST ${users}/drafts`,
  ]);
});

test('a reply with other recipients and another subject stays in the thread', async () => {
  const written = mailbox({ From: 'ada@example.com', Subject: 'x' });
  const input = { reply_to_message_id: 'm1', body: 'x', to: ['bob@example.com'], subject: 'Other' };
  expect(await invoke(sendMessage, input)).toMatchObject({
    to: ['bob@example.com'],
    subject: 'Other',
    thread_id: 't1',
  });
  // The mail had no Message-ID to name.
  expect((await parse(written[0]?.raw)).inReplyTo).toBeUndefined();
});

test.each([
  ['', {}],
  ['a name alone', { From: 'Nobody' }],
  ['a header in a name', { From: '=?UTF-8?Q?x=0D=0ABcc=3A_thief=40evil.example?=' }],
  ['no address', { From: '<not an address>' }],
])('a mail that cannot be answered: %s', async (_what, headers: Record<string, string>) => {
  const written = mailbox(headers);
  await expect(invoke(createDraft, { reply_to_message_id: 'm1', body: 'x' })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: 'The mail cannot be answered: it does not say who wrote it. Give `to`',
  });
  expect(written).toEqual([]);
});

test('a hostile sender adds no header and no recipient to the answer', async () => {
  const written = mailbox({
    From: '=?UTF-8?Q?Ada=0D=0ABcc=3A_thief=40evil.example=0D=0A?= <ada@example.com>',
    'Message-ID': '<a@b>\r\nBcc: thief@evil.example',
    References: '<x@y>\r\nBcc: <thief@evil.example>',
    Subject: 'Hi =?UTF-8?Q?=0D=0ABcc=3A_thief=40evil.example?=',
  });
  const output = await invoke(createDraft, { reply_to_message_id: 'm1', body: 'x' });
  expect(output['to']).toEqual(['AdaBcc: thief@evil.example <ada@example.com>']);
  const mail = await parse(written[0]?.raw);
  expect(mail.headers.map(({ key }) => key).toSorted()).toEqual(
    [
      'x-ai-orchestra-call',
      'to',
      'in-reply-to',
      'references',
      'subject',
      'message-id',
      'content-transfer-encoding',
      'date',
      'mime-version',
      'content-type',
    ].toSorted(),
  );
  expect(mail.to?.map(({ address }) => address)).toEqual(['ada@example.com']);
});

test.each([
  ['create_draft', createDraft, 'drafts', { draft_id: 'd-w0', message_id: 'w0' }],
  ['send_message', sendMessage, 'messages/send', { message_id: 'w0' }],
] as const)(
  '%s: after a lost response the retry finds the mail, and creates none',
  async (_id, handler, path, found) => {
    const written = mailbox({}, 1);
    const input = { to: ['Ada <ada@example.com>'], subject: 'Once', body: 'x' };
    await expect(invoke(handler, input)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
    expect(await invoke(handler, input)).toMatchObject(found);
    expect(written).toHaveLength(1);
    expect(asked().filter((one) => one.startsWith('POST'))).toEqual([`POST ${users}/${path}`]);
    // The call of another iteration is another one.
    await invoke(handler, input, { execution: { call_id: '1' } });
    expect(written).toHaveLength(2);
  },
);

test('a text that looks like a file name or a URL is sent as it is', async () => {
  const written = mailbox({});
  for (const body of ['/etc/passwd', `${server.url}/secret`, 'file:///etc/passwd']) {
    await invoke(
      sendMessage,
      { to: ['a@example.com'], subject: body, body },
      { execution: { call_id: body } },
    );
    expect((await parse(written.at(-1)?.raw)).text?.trim()).toBe(body);
  }
  expect(server.asked.filter(({ path }) => path === '/secret')).toEqual([]);
});
