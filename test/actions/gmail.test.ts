// The actions that write mail and label it against the emulated Gmail.
import { auth, gmail, type gmail_v1 } from '@googleapis/gmail';
import PostalMime, { type Email } from 'postal-mime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { googleClient } from '../../local/providers/google/seed.ts';
import {
  type ActionOptions,
  type EmulatedActions,
  startEmulatedActions,
} from '../support/emulated-actions.ts';

let emulated: EmulatedActions;
let mailbox: gmail_v1.Gmail;
beforeAll(async () => {
  emulated = await startEmulatedActions('google');
  const url = emulated.url('google');
  const client = new auth.OAuth2({
    clientId: googleClient.client_id,
    clientSecret: googleClient.client_secret,
    endpoints: { oauth2TokenUrl: `${url}/oauth2/token` },
  });
  client.setCredentials({ refresh_token: googleClient.refresh_token });
  mailbox = gmail({ version: 'v1', rootUrl: `${url}/`, auth: client });
});
afterAll(() => emulated.close());

const act = (name: string, input: object, options?: ActionOptions) =>
  emulated.action(`gmail/${name}`, input, options);
/** A call of its own. */
const call = (call_id: string): ActionOptions => ({ execution: { call_id } });
async function source(
  id: unknown,
): Promise<Email & { labels: string[]; header(name: string): string | undefined }> {
  const { data } = await mailbox.users.messages.get({ userId: 'me', id: String(id), format: 'raw' });
  const parsed = await PostalMime.parse(Buffer.from(data.raw ?? '', 'base64url'));
  const header = (name: string) => parsed.headers.find(({ key }) => key === name)?.value;
  return { ...parsed, labels: data.labelIds ?? [], header };
}
async function first(q: string): Promise<string> {
  const { data } = await mailbox.users.messages.list({ userId: 'me', q });
  return data.messages?.[0]?.id ?? '';
}
const drafts = async () => (await mailbox.users.drafts.list({ userId: 'me' })).data.drafts ?? [];

test('create_draft: a reply goes to who wrote the mail, in its conversation', async () => {
  const invoice = await first('subject:invoice');
  const { data: original } = await mailbox.users.messages.get({ userId: 'me', id: invoice });
  const body = 'Grüße,\n\nit is paid.\n.\nFrom us';
  const output = await act('create-draft', { reply_to_message_id: invoice, body }, call('reply'));
  expect(output).toEqual({
    draft_id: (await drafts())[0]?.id,
    message_id: (await drafts())[0]?.message?.id,
    thread_id: original.threadId,
    to: ['Northwind Billing <billing@northwind.example>'],
    subject: 'Re: Invoice 2026-1187 is due on Friday',
  });
  const draft = await source(output['message_id']);
  expect(draft.labels).toEqual(['DRAFT']);
  expect(draft.to).toEqual([{ name: 'Northwind Billing', address: 'billing@northwind.example' }]);
  expect(draft.from?.address).toBe('demo@acme.example');
  expect(draft.subject).toBe('Re: Invoice 2026-1187 is due on Friday');
  expect(draft.text?.trimEnd()).toBe(body);
  expect([draft.inReplyTo, draft.references]).toEqual([
    '<inv-1187@northwind.example>',
    '<inv-1187@northwind.example>',
  ]);
});

test('create_draft: a reply to a reply names the whole conversation; people with other letters', async () => {
  const reply = await first('subject:minutes from:mei');
  const output = await act('create-draft', { reply_to_message_id: reply, body: 'Yes' }, call('re-re'));
  expect(output['subject']).toBe('Re: Minutes of the team meeting');
  const draft = await source(output['message_id']);
  expect(draft.references).toBe('<minutes-2026-23@acme.example> <minutes-2026-23-re@acme.example>');
  const handover = await first('from:juergen.weiss@acme.example');
  const german = await act('create-draft', { reply_to_message_id: handover, body: 'Ja' }, call('german'));
  expect(german['to']).toEqual(['Jürgen Weiß <juergen.weiss@acme.example>']);
  expect(german['subject']).toBe('Re: Übergabe am Dienstag: Schlüssel fürs Büro');
  const written = await source(german['message_id']);
  expect([written.to?.[0]?.name, written.subject]).toEqual(['Jürgen Weiß', german['subject']]);
});

test('create_draft and send_message: the same call made again gives what it made before', async () => {
  const input = { to: ['anna.lind@acme.example'], subject: 'Once', body: 'Only once' };
  for (const [name, count] of [
    ['create-draft', async () => (await drafts()).length],
    [
      'send-message',
      async () => (await mailbox.users.messages.list({ userId: 'me', q: 'in:sent' })).data.resultSizeEstimate,
    ],
  ] as const) {
    const before = Number(await count());
    const made = await act(name, input, call('once'));
    expect(await act(name, input, call('once'))).toEqual(made);
    expect(await count()).toBe(before + 1);
    // Another iteration of a loop, another step, another run.
    await act(name, input, call('twice'));
    await act(name, input, { execution: { step_id: 'other' } });
    await act(name, input, { execution: { id: 'arn:aws:states:us-east-1:000000000000:execution:m:later' } });
    expect(await count()).toBe(before + 4);
  }
});

test('send_message: it is sent with everything in it, and to oneself it arrives', async () => {
  const input = {
    to: ['Lind, Anna <anna.lind@acme.example>', 'demo@acme.example'],
    cc: ['Mei 😀 <mei.tanaka@acme.example>', 'ops@bücher.example'],
    subject: `Wöchentlich ${'ü'.repeat(200)}`,
    body: `${'x'.repeat(3000)}\n\n<b>no HTML</b> **no Markdown**`,
  };
  const output = await act('send-message', input, call('whole'));
  const sent = await source(output['message_id']);
  expect(sent.labels.toSorted()).toEqual(['INBOX', 'SENT', 'UNREAD']);
  expect(sent.to).toEqual([
    { name: 'Lind, Anna', address: 'anna.lind@acme.example' },
    { name: '', address: 'demo@acme.example' },
  ]);
  expect(sent.cc).toEqual([
    { name: 'Mei 😀', address: 'mei.tanaka@acme.example' },
    { name: '', address: 'ops@xn--bcher-kva.example' },
  ]);
  expect(sent.subject).toBe(input.subject);
  expect(sent.text?.trimEnd()).toBe(input.body);
  expect(sent.html).toBeUndefined();
  expect(sent.header('message-id')).toMatch(/@mail\.gmail\.com>$/);
  const { data } = await mailbox.users.messages.get({
    userId: 'me',
    id: String(output['message_id']),
    format: 'raw',
  });
  const longest = Math.max(
    ...Buffer.from(data.raw ?? '', 'base64url')
      .toString()
      .split('\r\n')
      .map((line) => line.length),
  );
  // RFC 5322, section 2.1.1.
  expect(longest).toBeLessThanOrEqual(78);
});

test.each([
  'Hello\r\nBcc: thief@evil.example\r\n\r\nAnother body',
  'Hello\nBcc: thief@evil.example',
  'Hello\rBcc: thief@evil.example',
  'Hello\u0085Bcc: thief@evil.example',
  'Hello\u2028Bcc: thief@evil.example',
  'Hello\0Bcc: thief@evil.example',
])('a subject adds no header and no recipient: %j', async (subject) => {
  const output = await act('send-message', { to: ['a@acme.example'], subject, body: 'x' }, call(subject));
  expect(output['subject']).toMatch(/^Hello Bcc: thief@evil\.example/);
  const sent = await source(output['message_id']);
  expect([sent.bcc, sent.subject, sent.text?.trim()]).toEqual([undefined, output['subject'], 'x']);
  expect(sent.headers.filter(({ key }) => key === 'bcc')).toEqual([]);
});

test.each([
  'a@acme.example\r\nBcc: thief@evil.example',
  'Anna\r\nBcc: thief@evil.example <a@acme.example>',
  'a@acme.example, thief@evil.example',
  'a@acme.example <thief@evil.example> <b@acme.example>',
  '<a@acme.example',
  'a@acme.example>',
  'nobody',
  'a b@acme.example',
  'a@',
  '@acme.example',
  '',
])('a recipient that is no address: %j', async (to) => {
  const failed = act('send-message', { to: [to], subject: 'x', body: 'x' });
  await expect(failed).rejects.toMatchObject({
    name: 'InvalidInput',
    message:
      'The input is invalid. /to/0: must be one address: ada@example.com or Ada Lovelace <ada@example.com>',
  });
});

test('a mail to nobody, about nothing, or in reply to what is not there', async () => {
  const failing = (input: object) => expect(act('create-draft', { body: 'x', ...input })).rejects;
  await failing({ subject: 'x' }).toMatchObject({
    name: 'InvalidInput',
    message: 'The input is invalid. /to: is needed, unless reply_to_message_id is given',
  });
  await failing({ to: ['a@acme.example'] }).toMatchObject({
    message: 'The input is invalid. /subject: is needed, unless reply_to_message_id is given',
  });
  await failing({ reply_to_message_id: 'nothing' }).toMatchObject({ name: 'NotFound' });
});

test('modify_message: read, archived, a new label; the same twice changes nothing', async () => {
  const letter = await first('from:serverless');
  const input = {
    message_id: letter,
    add_labels: ['Triage/Später'],
    remove_labels: ['UNREAD', 'inbox', 'Unknown'],
  };
  const output = await act('modify-message', input);
  const labels: string[] = Object(output['labels']);
  expect(labels).toHaveLength(1);
  const { data } = await mailbox.users.labels.get({ userId: 'me', id: labels[0] ?? '' });
  expect(data.name).toBe('Triage/Später');
  expect(await act('modify-message', input)).toEqual(output);
  const back = await act('modify-message', {
    message_id: letter,
    add_labels: ['INBOX', 'triage/später'],
    remove_labels: [],
  });
  expect(Object(back['labels']).toSorted()).toEqual(['INBOX', ...labels].toSorted());
});

test('modify_message: a label that several calls create at once is made once', async () => {
  const { data } = await mailbox.users.messages.list({ userId: 'me', q: 'in:inbox' });
  const ids = (data.messages ?? []).slice(0, 4).map(({ id }) => id);
  const outputs = await Promise.all(
    ids.map((message_id) => act('modify-message', { message_id, add_labels: ['Together'] })),
  );
  const { labels = [] } = (await mailbox.users.labels.list({ userId: 'me' })).data;
  const made = labels.filter(({ name }) => name === 'Together').map(({ id }) => id);
  expect(made).toHaveLength(1);
  for (const output of outputs) expect(output['labels']).toContain(made[0]);
  await expect(
    act('modify-message', { message_id: ids[0], add_labels: ['Together'], remove_labels: ['together'] }),
  ).rejects.toMatchObject({ message: 'The input is invalid. /add_labels: Together is in remove_labels too' });
});
