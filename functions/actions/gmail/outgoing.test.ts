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
beforeEach(() => {
  server.reset();
  unsearched = false;
});
afterAll(() => server.close());

const users = '/gmail/v1/users/me';
/** A mailbox with one mail, `m1`, that loses its answers to what is sent to it as often as told. */
let mailboxes = 0;
let unsearched = false;
function mailbox(headers: Record<string, string>, lose = 0) {
  const prefix = `w${mailboxes++}-`;
  const written: { readonly id: string; readonly raw: string; readonly threadId?: string; sent?: true }[] =
    [];
  const notFound = { status: 404, body: { error: { message: 'Requested entity was not found.' } } };
  for (const key of server.stored.keys()) if (key.startsWith('/logs-bucket/')) server.stored.delete(key);
  let posts = 0;
  server.answerBy(({ method, path, json }: Asked) => {
    if (path === '/token') return { body: { access_token: 'access-1' } };
    if (method === 'POST') {
      posts += 1;
      if (path.endsWith('/drafts/send')) {
        const draft = written.find(({ id, sent }) => `d-${id}` === Object(json).id && !sent);
        if (!draft) return notFound;
        draft.sent = true;
        return posts <= lose ? 'drop' : { body: { id: draft.id, threadId: draft.threadId ?? 't-new' } };
      }
      const message = Object(json).message ?? json;
      written.push({ id: `${prefix}${written.length}`, ...Object(message) });
      if (posts <= lose) return 'drop';
      const made = { id: written.at(-1)?.id, threadId: Object(message).threadId ?? 't-new' };
      return { body: path.includes('drafts') ? { id: `d-${made.id}`, message: made } : made };
    }
    const [, id = ''] = /\/messages\/([^?]+)/.exec(path) ?? [];
    if (id === 'm1') {
      const list = Object.entries(headers).map(([name, value]) => ({ name, value }));
      return { body: { id, threadId: 't1', payload: { headers: list } } };
    }
    // Gmail's search knows a mail later than its lists do.
    const isDraft = path.startsWith(`${users}/drafts`);
    const listed =
      unsearched && path.includes('q=') ? [] : written.filter(({ sent = false }) => sent !== isDraft);
    const all = listed.map((one) => ({ id: one.id, threadId: one.threadId ?? 't-new' }));
    if (path.startsWith(`${users}/drafts?`)) {
      return { body: { drafts: all.map((message) => ({ id: `d-${message.id}`, message })) } };
    }
    if (id === '' && !isDraft)
      return { body: all.length > 0 ? { messages: all } : { resultSizeEstimate: 0 } };
    const [, ofDraft = id] = /\/drafts\/d-([^?]+)/.exec(path) ?? [];
    const raw = Buffer.from(written.find((one) => one.id === ofDraft)?.raw ?? '', 'base64url').toString();
    const value = /^x-ai-orchestra-call: (.*)\r$/im.exec(raw)?.[1] ?? '';
    // Gmail keeps the name as it was written.
    const found = {
      id: ofDraft,
      threadId: 't',
      payload: { headers: [{ name: 'X-Ai-Orchestra-Call', value }] },
    };
    return { body: isDraft ? { id: `d-${ofDraft}`, message: found } : found };
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
    draft_id: expect.stringMatching(/^d-w\d+-0$/),
    message_id: expect.stringMatching(/^w\d+-0$/),
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
    `GET ${users}/messages/m1?format=metadata&metadataHeaders=Message-ID&metadataHeaders=In-Reply-To&metadataHeaders=References&metadataHeaders=Reply-To&metadataHeaders=From&metadataHeaders=Subject`,
    `GET ${users}/drafts?q=to:office@example.com after:…&maxResults=500`,
    `GET ${users}/drafts?maxResults=20`,
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

/** What a reply to a mail with these headers has. */
async function reply(headers: Record<string, string>) {
  const written = mailbox({ From: 'ada@example.com', ...headers });
  const output = await invoke(createDraft, { reply_to_message_id: 'm1', body: 'x' });
  const raw = written.at(-1)?.raw ?? '';
  const mail = await parse(raw);
  return { output, mail, source: Buffer.from(raw, 'base64url').toString() };
}

test.each([
  [
    { From: 'Jürgen <jürgen@exämple.de>' },
    ['Jürgen <jürgen@xn--exmple-cua.de>'],
    'To: =?UTF-8?Q?J=C3=BCrgen?= <jürgen@exämple.de>',
  ],
  [{ From: '"john doe"@example.com' }, ['"john doe"@example.com'], 'To: <"john doe"@example.com>'],
  [{ From: 'Ada <ada@exämple.de>' }, ['Ada <ada@xn--exmple-cua.de>'], 'To: Ada <ada@xn--exmple-cua.de>'],
  [
    { From: `<${'reply+'.repeat(12)}x@reply.github.example>` },
    [`${'reply+'.repeat(12)}x@reply.github.example`],
    `To: ${'reply+'.repeat(12)}x@reply.github.example`,
  ],
  [{ From: 'a@my_host.example.com' }, ['a@my_host.example.com'], 'To: a@my_host.example.com'],
  [{ From: 'a..b.@docomo.example' }, ['a..b.@docomo.example'], 'To: <"a..b."@docomo.example>'],
  [{ From: 'a@[192.0.2.1]' }, ['a@[192.0.2.1]'], 'To: <a@[192.0.2.1]>'],
  [
    { From: 'Joe Foo, PhD <joe@example.com>' },
    ['Joe Foo, PhD <joe@example.com>'],
    'To: "Joe Foo, PhD" <joe@example.com>',
  ],
  [
    { From: '=?UTF-8?Q?M=C3=BCller,_Anna?= <anna@example.com>' },
    ['Müller, Anna <anna@example.com>'],
    'To: =?UTF-8?Q?M=C3=BCller=2C_Anna?= <anna@example.com>',
  ],
  [{ 'Reply-To': 'undisclosed' }, ['ada@example.com'], 'To: ada@example.com'],
  [{ 'Reply-To': '<>' }, ['ada@example.com'], 'To: ada@example.com'],
  [{ 'Reply-To': 'undisclosed-recipients:;' }, ['ada@example.com'], 'To: ada@example.com'],
  [{ 'Reply-To': '  ' }, ['ada@example.com'], 'To: ada@example.com'],
  [
    { 'Reply-To': 'Team: a@example.com, B <b@example.com>;' },
    ['a@example.com', 'B <b@example.com>'],
    'To: a@example.com, B <b@example.com>',
  ],
  [{ 'Reply-To': '<mailto:office@example.com>' }, ['office@example.com'], 'To: office@example.com'],
])('a reply goes to %j', async (headers, to, header) => {
  const { output, source } = await reply(headers);
  expect(output['to']).toEqual(to);
  expect(source.replace(/\r\n /g, ' ').split('\r\n')).toContain(header);
});

const manyIds = Array.from({ length: 40 }, (_, i) => `<r${i}@x>`);
test.each([
  [{ 'Message-ID': '<m1@x>', 'In-Reply-To': '<parent@x>' }, '<parent@x> <m1@x>'],
  [{ 'Message-ID': '<m1@x>', 'In-Reply-To': '<parent@x> <other@x>' }, '<m1@x>'],
  [{ 'Message-ID': '<m1@x>', 'In-Reply-To': "Ada's mail of Monday <parent@x>" }, '<parent@x> <m1@x>'],
  [
    { 'Message-ID': '<m1@x>', 'In-Reply-To': '<parent@x>', References: '<r0@x>\r\n <r1@x>' },
    '<r0@x> <r1@x> <m1@x>',
  ],
  [{ 'Message-ID': '<m1@x>', References: '<r0@x> <m1@x>' }, '<r0@x> <m1@x>'],
  [
    { 'Message-ID': '<m1@x>', References: manyIds.join(' ') },
    ['<r0@x>', ...manyIds.slice(-19), '<m1@x>'].join(' '),
  ],
  [
    { 'Message-ID': '<m1@x>', References: manyIds.slice(0, 20).join('') },
    [...manyIds.slice(0, 20), '<m1@x>'].join(' '),
  ],
  [{ 'Message-ID': 'm1@x', References: 'r0@x, <r1@x>' }, '<r1@x> <m1@x>'],
  [{ 'Message-ID': '<a+b/c=$1%"q"@[127.0.0.1]>' }, '<a+b/c=$1%"q"@[127.0.0.1]>'],
  [
    { 'Message-ID': '=?utf-8?Q?=3Cm1=40x=3E?=', References: '=?utf-8?Q?=3Cr0=40x=3E_=3Cr1=40x=3E?=' },
    '<r0@x> <r1@x> <m1@x>',
  ],
  [{ References: '<r0@x>' }, '<r0@x>'],
])('a reply to %j names the conversation', async (headers: Record<string, string>, references) => {
  const { mail } = await reply(headers);
  expect(mail.references).toBe(references);
});

test.each([
  ['Hello', 'Re: Hello'],
  ['Re: Hello', 'Re: Hello'],
  ['RE:re :  Hello', 'Re: Hello'],
  ['Re[2]: Hello', 'Re: Hello'],
  ['AW: Antw: Hallo', 'Re: Hallo'],
  ['SV: Hej', 'Re: Hej'],
  ['回复：你好', 'Re: 你好'],
  ['Fwd: Hello', 'Re: Fwd: Hello'],
  ['Revenue: up', 'Re: Revenue: up'],
  ['Vs. them', 'Re: Vs. them'],
  ['=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe?=', 'Re: Grüße'],
  ['', 'Re:'],
])('the subject of a reply to %j', async (given, subject) => {
  const { output, mail } = await reply({ Subject: given });
  expect([output['subject'], mail.subject]).toEqual([subject, subject]);
});

test.each([
  'jürgen@exämple.de',
  'Jürgen <jürgen@exämple.de>',
  '"john doe"@example.com',
  'Doe, John <"john doe"@example.com>',
  'a@my_host.example.com',
  'अजय@डाटा.भारत',
])('a mail can be sent to %s', async (to) => {
  mailbox({});
  await expect(invoke(sendMessage, { to: [to], subject: 'x', body: 'x' })).resolves.toMatchObject({
    subject: 'x',
  });
});

test.each([
  'ada',
  'ada@',
  '@example.com',
  'a b@example.com',
  'a@example.com, b@example.com',
  'a@exa mple.com',
  'Ada <a@example.com> <b@example.com>',
  'a@example.com\r\nBcc: b@example.com',
  '"a\r\nBcc: b@example.com"@example.com',
  'a\u202e@example.com',
  'a<b>@example.com',
])('no address: %j', async (to) => {
  const written = mailbox({});
  await expect(invoke(sendMessage, { to: [to], subject: 'x', body: 'x' })).rejects.toMatchObject({
    name: 'InvalidInput',
  });
  expect(written).toEqual([]);
});

test.each([
  ['"Ada \\"Q\\" Lovelace" <a@x.example>', 'Ada "Q" Lovelace'],
  ['"back\\\\slash" <a@x.example>', 'back\\slash'],
  ['"Lovelace, Ada" <a@x.example>', 'Lovelace, Ada'],
  ['"Ada <b@y.example>" <a@x.example>', 'Ada <b@y.example>'],
  ['Ada "Q" Lovelace <a@x.example>', 'Ada "Q" Lovelace'],
  ['=?utf-8?Q?Ada?= <a@x.example>', '= ?utf-8?Q?Ada?='],
])('the name in %s arrives as it is meant', async (to, name) => {
  const written = mailbox({});
  await invoke(sendMessage, { to: [to], subject: 'x', body: 'x' });
  expect((await parse(written[0]?.raw)).to).toEqual([{ name, address: 'a@x.example' }]);
});

test.each([
  'How to write =?utf-8?Q?Gr=C3=BC=C3=9Fe?= in a subject',
  `=?utf-8?B?QQ==?= ${'long 😀 '.repeat(30)}=?x?=`,
  'a =? b',
])('a subject that looks encoded arrives as it was written: %s', async (subject) => {
  const written = mailbox({});
  const output = await invoke(sendMessage, { to: ['a@x.example'], subject, body: 'x' });
  expect(output['subject']).toBe(subject.trim());
  expect((await parse(written[0]?.raw)).subject).toBe(subject.trim());
  const source = Buffer.from(written[0]?.raw ?? '', 'base64url').toString();
  expect(Math.max(...source.split('\r\n').map((line) => line.length))).toBeLessThan(100);
});

test('a mail is asked once whose it is, and not at all when it was sent from here', async () => {
  const written = mailbox({});
  const send = (call_id: string) =>
    invoke(sendMessage, { to: ['ada@example.com'], subject: 'x', body: 'x' }, { execution: { call_id } });
  for (const call_id of ['a', 'b', 'c']) await send(call_id);
  expect(written).toHaveLength(3);
  const gets = () => asked().filter((one) => one.includes('format=metadata'));
  expect(gets()).toEqual([]);
  // Those of somebody else.
  written.push({ id: 'other-1', raw: '' }, { id: 'other-2', raw: '' });
  for (const call_id of ['d', 'e']) await send(call_id);
  expect(gets()).toHaveLength(2);
  expect(asked().filter((one) => one === `POST ${users}/drafts/send`)).toHaveLength(5);
});

test.each([
  ['send_message', sendMessage],
  ['create_draft', createDraft],
] as const)('%s: a retry finds among the newest what the search does not have yet', async (_id, handler) => {
  const written = mailbox({}, 1);
  unsearched = true;
  const input = { to: ['ada@example.com'], subject: 'x', body: 'x' };
  await expect(invoke(handler, input)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  await invoke(handler, input);
  expect(written).toHaveLength(1);
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
  [
    'create_draft',
    createDraft,
    'drafts',
    { draft_id: expect.stringMatching(/^d-w\d+-0$/), message_id: expect.stringMatching(/^w\d+-0$/) },
  ],
  ['send_message', sendMessage, 'drafts', { message_id: expect.stringMatching(/^w\d+-0$/) }],
] as const)(
  '%s: after a lost response the retry finds the mail, and creates none',
  async (_id, handler, path, found) => {
    const written = mailbox({}, 1);
    const input = { to: ['Ada <ada@example.com>'], subject: 'Once', body: 'x' };
    await expect(invoke(handler, input)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
    expect(await invoke(handler, input)).toMatchObject(found);
    expect(written).toHaveLength(1);
    expect(asked().filter((one) => one.startsWith('POST') && !one.endsWith('/send'))).toEqual([
      `POST ${users}/${path}`,
    ]);
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
