// Finds the mails that a call has made before, by the call's key in a header of theirs.
import * as z from 'zod';
import type { GmailCall } from './gmail.ts';

/** The header that holds the call's key. */
export const KEY_HEADER = 'X-AI-Orchestra-Call';

/** Where a mail of an earlier try is looked for: a search of Gmail. */
export interface Earlier {
  readonly q: string;
}

/** How many mails to one person are searched: the most that Gmail lists at once. */
const MAX_SEARCHED = 500;
/** The newest are listed too: Gmail's search knows a mail later than its lists do. */
const MAX_NEWEST = 20;
const AT_ONCE = 5;

const message = z.object({ id: z.string(), threadId: z.string() });
export const draft = z.object({ id: z.string(), message });
export type Draft = z.output<typeof draft>;
export type Message = z.output<typeof message>;
const drafts = z.object({ drafts: z.array(draft).default([]) });
const messages = z.object({ messages: z.array(message).default([]) });

const headers = z
  .array(z.object({ name: z.string(), value: z.string() }))
  .default([])
  .transform((list) => list.find(({ name }) => name.toLowerCase() === KEY_HEADER.toLowerCase())?.value ?? '');
const described = z.object({ payload: z.object({ headers }).default({ headers: '' }) });

/** The draft that an earlier try of a call has left. Needs no scope that creating drafts does not need. */
export async function findDraft(call: GmailCall, key: string, earlier: Earlier): Promise<Draft | undefined> {
  const list = (query: object) =>
    call(drafts, (gmail) => gmail.users.drafts.list({ userId: 'me', ...query }));
  const lists = await Promise.all([
    list({ q: earlier.q, maxResults: MAX_SEARCHED }),
    list({ maxResults: MAX_NEWEST }),
  ]);
  const all = lists.flatMap((one) => one.drafts);
  const keyOf = async (id: string) => {
    const { message: found } = await call(z.object({ message: described }), (gmail) =>
      gmail.users.drafts.get({ userId: 'me', id, format: 'metadata' }),
    );
    return found.payload.headers;
  };
  return findMarked(
    key,
    all,
    ({ message: { id } }) => id,
    ({ id }) => keyOf(id),
  );
}

/** The sent mail of an earlier try of a call. Needs a scope that reads mails. */
export async function findSent(call: GmailCall, key: string, earlier: Earlier): Promise<Message | undefined> {
  const list = (query: object) =>
    call(messages, (gmail) => gmail.users.messages.list({ userId: 'me', labelIds: ['SENT'], ...query }));
  const lists = await Promise.all([
    list({ q: earlier.q, maxResults: MAX_SEARCHED }),
    list({ maxResults: MAX_NEWEST }),
  ]);
  const all = lists.flatMap((one) => one.messages);
  const keyOf = async (id: string) => {
    const found = await call(described, (gmail) =>
      gmail.users.messages.get({ userId: 'me', id, format: 'metadata', metadataHeaders: [KEY_HEADER] }),
    );
    return found.payload.headers;
  };
  return findMarked(
    key,
    all,
    ({ id }) => id,
    ({ id }) => keyOf(id),
  );
}

/**
 * What a message's header said, by the message's id. Gmail searches no such header, and replaces the Message-ID of what it
 * sends (seen in 2022: FlowCrypt/flowcrypt-browser#4273), so that each mail must be asked for. A message never changes: once
 * is enough.
 */
const seenKeys = new Map<string, string>();
const MAX_SEEN = 5000;

/** Notes whose a message is, so that it is not asked for. */
export function rememberKey(messageId: string, key: string): void {
  seenKeys.set(messageId, key);
  for (const id of [...seenKeys.keys()].slice(0, -MAX_SEEN)) seenKeys.delete(id);
}

async function findMarked<Item>(
  key: string,
  items: readonly Item[],
  messageId: (item: Item) => string,
  keyOf: (item: Item) => Promise<string>,
): Promise<Item | undefined> {
  const unknown = new Map(
    items.flatMap((item) => (seenKeys.has(messageId(item)) ? [] : [[messageId(item), item]])),
  );
  const earlier = () => items.find((item) => seenKeys.get(messageId(item)) === key);
  const asked = [...unknown];
  for (let at = 0; at < asked.length && !earlier(); at += AT_ONCE) {
    await Promise.all(
      asked.slice(at, at + AT_ONCE).map(async ([id, item]) => rememberKey(id, await keyOf(item))),
    );
  }
  return earlier();
}
