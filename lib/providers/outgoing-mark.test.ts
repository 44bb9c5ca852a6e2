// Where the mail of an earlier try is looked for: in a search, and in the newest of the list, however many there are.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ProviderServer, startProviderServer } from '../../test/support/provider-server.ts';
import { gmailCaller } from './gmail.ts';
import { findDraft, findSent, KEY_HEADER } from './outgoing-mark.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const secrets = { client_id: 'c', client_secret: 's', refresh_token: 'r' };
const call = () =>
  gmailCaller(
    { secrets, signal: AbortSignal.timeout(60_000) },
    { get: async () => ({ token: 't', scopes: undefined, cached: false }), forget: () => {} },
  );
/** A mailbox in which `found` and `newest` are listed, by ids, and the last of all has the key. */
function answers(found: readonly string[], newest: readonly string[]) {
  const last = [...found, ...newest].at(-1);
  server.answerBy(({ path }) => {
    const [, kind = '', id] = /\/users\/me\/(messages|drafts)(?:\/([^?]+))?/.exec(path) ?? [];
    const item = (one: string) => {
      const message = { id: `m${one}`, threadId: `t${one}` };
      return kind === 'drafts' ? { id: one, message } : { ...message, id: one };
    };
    if (id === undefined) return { body: { [kind]: (path.includes('q=') ? found : newest).map(item) } };
    const headers = id === last ? [{ name: KEY_HEADER.toLowerCase(), value: 'the-key' }] : [];
    const described = { payload: { headers } };
    return { body: kind === 'drafts' ? { message: described } : described };
  });
}
const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);

test('all that is found is asked for, until one has the key', async () => {
  answers(ids('sent', 12), []);
  expect(await findSent(call(), 'the-key', { q: 'to:a' })).toEqual({ id: 'sent11', threadId: 'tsent11' });
  answers(ids('draft', 12), []);
  expect(await findDraft(call(), 'the-key', { q: 'to:a' })).toMatchObject({ id: 'draft11' });
});

test('the newest are looked at too, which a search may not know yet', async () => {
  answers(ids('old', 2), ids('new', 1));
  expect(await findSent(call(), 'the-key', { q: 'to:a' })).toMatchObject({ id: 'new0' });
  answers(ids('olddraft', 2), ids('newdraft', 1));
  expect(await findDraft(call(), 'the-key', { q: 'to:a' })).toMatchObject({ id: 'newdraft0' });
  const listed = server.asked.filter(({ path }) => /\/messages\?/.test(path)).map(({ path }) => path);
  expect(listed.every((path) => path.includes('labelIds=SENT'))).toBe(true);
  answers(ids('other', 3), []);
  expect(await findSent(call(), 'another-key', { q: 'to:a' })).toBeUndefined();
});
