// gmail.send_message by each scope: what is recorded, and what becomes of a call whose answer was lost.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EmulatedActions, startEmulatedActions } from '../../../test/support/emulated-actions.ts';
import { type FaultProxy, startFaultProxy } from '../../../test/support/fault-proxy.ts';
import { grantedConnection } from '../../../test/support/google-consent.ts';

let emulated: EmulatedActions;
let gmail: FaultProxy;
beforeAll(async () => {
  emulated = await startEmulatedActions('google');
  gmail = await startFaultProxy(emulated.url('google'));
  process.env['GMAIL_BASE_URL'] = gmail.url;
  for (const scopes of [['compose'], ['send'], ['send', 'readonly'], ['readonly']]) {
    emulated.server.stored.set(
      `/ai-orchestra/test/connections/google/${scopes.join('-')}`,
      JSON.stringify(await grantedConnection(emulated.url('google'), ...scopes)),
    );
  }
});
beforeEach(() => gmail.clear());
afterAll(async () => {
  await gmail.close();
  await emulated.close();
});

let calls = 0;
/** The tries of one call. */
function call(connection: string) {
  const subject = `once-${calls++}`;
  const step_id = subject;
  const input = { to: ['anna.lind@acme.example'], subject, body: 'x' };
  return {
    subject,
    send: (first_try: boolean, on_unknown?: 'retry', as = connection) =>
      emulated.action('gmail/send-message', input, {
        connection: as,
        execution: { step_id, first_try },
        ...(on_unknown && { on_unknown }),
      }),
    /** How often it is in the mailbox. */
    sent: async () => {
      const { messages } = await emulated.action('gmail/list-messages', {
        query: `in:sent subject:${subject}`,
      });
      return Array.isArray(messages) ? messages.length : -1;
    },
  };
}
const asked = () =>
  gmail.requests
    .filter(({ path }) => path.startsWith('/gmail/'))
    .map(({ method, path }) => `${method} ${path.slice('/gmail/v1/users/me/'.length).split('?')[0]}`);
const records = () =>
  [...emulated.server.stored.keys()].filter((key) => key.startsWith('/logs-bucket/calls/'));

test('who may write drafts sends one, and a further try gives what the first gave and asks Gmail nothing', async () => {
  for (const connection of ['default', 'compose']) {
    gmail.clear();
    const { send, sent } = call(connection);
    const output = await send(true);
    expect(asked()).toEqual(['POST drafts', 'POST drafts/send']);
    expect(await send(false)).toEqual(output);
    expect(asked()).toHaveLength(2);
    expect(await sent()).toBe(1);
  }
});

test('a draft whose sending got no answer is sent once; its id is not known to who may not read', async () => {
  const lost = async (connection: string) => {
    const { send, sent } = call(connection);
    gmail.inject(['lose'], { path: /drafts\/send$/ });
    await expect(send(true)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
    const output = await send(false);
    expect(await sent()).toBe(1);
    return output;
  };
  expect(await lost('default')).toMatchObject({ message_id: expect.stringMatching(/./) });
  expect(await lost('compose')).toMatchObject({ message_id: '', thread_id: expect.stringMatching(/./) });
});

test('a draft whose creation got no answer is the one that is sent', async () => {
  const { send, sent, subject } = call('default');
  gmail.inject(['lose'], { path: /\/drafts$/ });
  await expect(send(true)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  await send(false);
  expect(await sent()).toBe(1);
  const drafts = await emulated.action('gmail/list-messages', { query: `in:drafts subject:${subject}` });
  expect(drafts['messages']).toEqual([]);
});

test('a draft that somebody deleted before it was sent is not taken for a sent mail, and is written again on demand', async () => {
  const { send, sent, subject } = call('default');
  gmail.inject(['drop'], { path: /drafts\/send$/ });
  await expect(send(true)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  const record = emulated.server.stored.get(records().at(-1) ?? '') ?? '';
  const { draft } = JSON.parse(record);
  await emulated.action('gmail/modify-message', { message_id: draft.message.id, remove_labels: ['DRAFT'] });
  await expect(send(false)).rejects.toMatchObject({ name: 'OutcomeUnknown' });
  expect(await sent()).toBe(0);
  // Of two at once the one that comes second has a record that is not the one it has read.
  const both = await Promise.allSettled([send(false, 'retry'), send(false, 'retry')]);
  expect(both).toContainEqual({ status: 'fulfilled', value: expect.objectContaining({ subject }) });
  expect(await sent()).toBe(1);
});

test('who may send alone: a lost answer is an unknown outcome, and is made again only where the step says so', async () => {
  const { send, sent } = call('send');
  gmail.inject(['lose'], { path: /messages\/send$/ });
  await expect(send(true)).rejects.toMatchObject({ name: 'OutcomeUnknown' });
  await expect(send(false)).rejects.toMatchObject({ name: 'OutcomeUnknown' });
  expect(asked()).toEqual(['POST messages/send']);
  expect(await sent()).toBe(1);
  await send(false, 'retry');
  expect(await sent()).toBe(2);
});

test('what was begun in one way goes on in it, also when the connection may do more or less since', async () => {
  const alone = call('send');
  gmail.inject(['lose'], { path: /messages\/send$/ });
  await expect(alone.send(true)).rejects.toMatchObject({ name: 'OutcomeUnknown' });
  await expect(alone.send(false, undefined, 'compose')).rejects.toMatchObject({ name: 'OutcomeUnknown' });
  expect(await alone.send(false, undefined, 'default')).toMatchObject({ subject: alone.subject });
  expect(await alone.sent()).toBe(1);
  const byDraft = call('compose');
  gmail.inject(['lose'], { path: /drafts\/send$/ });
  await expect(byDraft.send(true)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  for (const first of [false, true])
    await expect(byDraft.send(first, undefined, 'send')).rejects.toMatchObject({ name: 'Unauthorized' });
  expect(await byDraft.send(false)).toMatchObject({ subject: byDraft.subject });
  expect(await byDraft.sent()).toBe(1);
});

test('who may send and read finds the mail whose answer was lost', async () => {
  const { send, sent } = call('send-readonly');
  gmail.inject(['lose'], { path: /messages\/send$/ });
  await expect(send(true)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  expect(await send(false)).toMatchObject({ message_id: expect.stringMatching(/./) });
  expect(await sent()).toBe(1);
});

test('who may send and read sends again what is not found', async () => {
  const { send, sent } = call('send-readonly');
  gmail.inject(['drop'], { path: /messages\/send$/ });
  await expect(send(true)).rejects.toMatchObject({ name: 'ProviderUnavailable' });
  await send(false);
  expect(await sent()).toBe(1);
});

test('what was sent is told, also when that could not be recorded', async () => {
  for (const connection of ['default', 'send']) {
    const { send, sent, subject } = call(connection);
    let key = '';
    const when = () => {
      key = records().at(-1) ?? '';
      emulated.server.stored.set(key, '!');
      return false;
    };
    gmail.inject(['drop'], { path: /\/send$/, when });
    expect(await send(true)).toMatchObject({ subject, message_id: expect.stringMatching(/./) });
    expect([emulated.server.stored.get(key), await sent()]).toEqual(['!', 1]);
    emulated.server.stored.delete(key);
  }
});

test('what Gmail refused is no unknown outcome: the next try sends it', async () => {
  const { send, sent } = call('send');
  gmail.inject([{ status: 400, body: '{"error":{"message":"no"}}' }], { path: /messages\/send$/ });
  await expect(send(true)).rejects.toMatchObject({ name: 'InvalidInput' });
  await send(false);
  expect(await sent()).toBe(1);
});

test('two tries at once send one mail, and leave no draft', async () => {
  for (const connection of ['default', 'compose']) {
    const { send, sent, subject } = call(connection);
    // Neither looks for what the other does, so that each creates a draft.
    const both = await Promise.all([send(true), send(true)]);
    expect(both).toEqual([expect.objectContaining({ subject }), expect.objectContaining({ subject })]);
    expect(await sent()).toBe(1);
    const drafts = await emulated.action('gmail/list-messages', { query: `in:drafts subject:${subject}` });
    expect(drafts['messages']).toEqual([]);
  }
});

test('a draft alone is looked for by further tries, and not by the first', async () => {
  const input = { to: ['anna.lind@acme.example'], subject: 'draft alone', body: 'x' };
  const create = (first_try: boolean) =>
    emulated.action('gmail/create-draft', input, { execution: { step_id: 'draft-alone', first_try } });
  const made = await create(true);
  expect(asked()).toEqual(['POST drafts']);
  expect(await create(false)).toEqual(made);
  expect(asked().filter((one) => one.startsWith('POST'))).toHaveLength(1);
});

test('without its record nothing is sent', async () => {
  for (const connection of ['default', 'send']) {
    const { send, sent } = call(connection);
    await send(true);
    const key = records().at(-1) ?? '';
    emulated.server.stored.set(key, '!');
    gmail.clear();
    await expect(send(true)).rejects.toMatchObject({
      name: 'ProviderUnavailable',
      message: 'The record of the call could not be kept in S3: AccessDenied',
    });
    expect(asked().filter((one) => one.endsWith('/send'))).toEqual([]);
    emulated.server.stored.delete(key);
    expect(await sent()).toBe(1);
  }
});

test('who may only read sends nothing', async () => {
  const { send } = call('readonly');
  await expect(send(true)).rejects.toMatchObject({
    name: 'Unauthorized',
    message: expect.stringContaining('insufficient authentication scopes'),
  });
});
