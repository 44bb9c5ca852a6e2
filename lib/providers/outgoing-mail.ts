// A mail that a workflow writes: its parameters, and its source (RFC 5322) for Gmail.
import { domainToASCII } from 'node:url';
import MailComposer from 'nodemailer/lib/mail-composer';
import { addressParser, decodeWords } from 'postal-mime';
import * as z from 'zod';
import { earliestAttempt } from '../actions/call-key.ts';
import { InvalidInput } from '../errors.ts';
import { type GmailCall, messageId } from './gmail.ts';

interface Recipient {
  readonly name: string;
  readonly address: string;
}

const notAnAddress = 'must be one address: ada@example.com or Ada Lovelace <ada@example.com>';
const bare = /([\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*)/u.source;
/** `ada@example.com` or `Ada Lovelace <ada@example.com>`, as `from` of a mail has it. */
const oneAddress = new RegExp(`^(?:${bare}|([^<>\\p{Cc}]*)<${bare}>)$`, 'u');
const address = z
  .string()
  .trim()
  .max(400)
  .regex(oneAddress, { error: notAnAddress, abort: true })
  .refine((text) => recipient(text) !== undefined, notAnAddress);

const outgoingFields = {
  to: z
    .array(address)
    .min(1)
    .max(50)
    .optional()
    .describe('Who gets it, as address or Name <address>; a reply goes to who wrote the mail when left out'),
  cc: z.array(address).max(50).optional().describe('Who gets a copy'),
  subject: z
    .string()
    .max(900)
    .optional()
    .describe("The subject; of a reply the mail's own with Re: when left out. Line breaks become spaces"),
  body: z.string().max(200_000).describe('The text; sent as plain text, not as Markdown or HTML'),
  reply_to_message_id: messageId
    .optional()
    .describe('The mail that it answers, by its id in Gmail; it then stands in the same conversation'),
};
/** A mail with recipients and a subject, or a reply, which has both. */
export const outgoingInput = z
  .strictObject(outgoingFields)
  .meta({ anyOf: [{ required: ['to', 'subject'] }, { required: ['reply_to_message_id'] }] });

export interface Composed {
  /** The request of Gmail's `messages.send`, and of `drafts.create` in its field `message`. */
  readonly message: { readonly raw: string; readonly threadId?: string };
  readonly subject: string;
  readonly to: readonly string[];
  /** Finds the mail that an earlier attempt of the same call created among those to the same person. */
  readonly earlier: { readonly key: string; readonly q: string };
}

const KEY_HEADER = 'X-AI-Orchestra-Call';

/**
 * Composes the mail's source. A reply takes recipients and subject from the mail that it answers, unless they are given.
 * @throws InvalidInput when recipients or subject are missing; NotFound when the mail to answer does not exist
 */
export async function compose(
  { to, cc, subject, body, reply_to_message_id }: z.output<typeof outgoingInput>,
  key: string,
  call: GmailCall,
): Promise<Composed> {
  const original = reply_to_message_id === undefined ? undefined : await answered(call, reply_to_message_id);
  const recipients = to ? recipientsOf(to) : original?.replyTo;
  if (!recipients) throw needed('to');
  const [first] = recipients;
  if (!first) throw new InvalidInput('The mail cannot be answered: it does not say who wrote it. Give `to`');
  const chosenSubject = subject ?? (original && `Re: ${original.subject.replace(/^(?:re:\s*)+/i, '')}`);
  if (chosenSubject === undefined) throw needed('subject');
  const line = chosenSubject.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const composer = new MailComposer({
    to: [...recipients],
    ...(cc && { cc: recipientsOf(cc) }),
    subject: line,
    text: body,
    ...(original && { inReplyTo: original.messageId, references: original.references }),
    headers: { [KEY_HEADER]: key },
  });
  const source = await composer.compile().build();
  return {
    message: {
      raw: source.toString('base64url'),
      ...(original && { threadId: original.threadId }),
    },
    subject: line,
    to: recipients.map(({ name, address }) => (name ? `${name} <${address}>` : address)),
    earlier: {
      key,
      q: `to:${first.address} after:${Math.floor(earliestAttempt().getTime() / 1000)}`,
    },
  };
}

const metadata = z.object({
  id: z.string(),
  threadId: z.string(),
  payload: z
    .object({ headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]) })
    .default({ headers: [] }),
});

/** A mail's headers by name; of several with one name the first. */
async function headersOf(call: GmailCall, id: string, names: readonly string[]) {
  const message = await call(metadata, (gmail) =>
    gmail.users.messages.get({ userId: 'me', id, format: 'metadata', metadataHeaders: [...names] }),
  );
  const header = (header: string) =>
    message.payload.headers.find(({ name }) => name.toLowerCase() === header.toLowerCase())?.value ?? '';
  return { threadId: message.threadId, header };
}

/** The fields that a reply takes from the mail that it answers (RFC 5322, section 3.6.4). */
async function answered(call: GmailCall, id: string) {
  const names = ['Message-ID', 'References', 'Reply-To', 'From', 'Subject'];
  const { threadId, header } = await headersOf(call, id, names);
  const ids = (text: string) => text.match(/<[^<>\s]{1,900}>/g) ?? [];
  const [own] = ids(header('Message-ID'));
  return {
    threadId,
    subject: decodeWords(header('Subject')),
    replyTo: addressParser(header('Reply-To') || header('From'), { flatten: true })
      .flatMap(
        ({ name, address = '' }) =>
          recipient(`${decodeWords(name).replace(/[<>\p{Cc}]/gu, '')} <${address}>`) ?? [],
      )
      .slice(0, 50),
    messageId: own,
    // In long conversations the first and the latest, as mail clients do.
    references: [...ids(header('References')).slice(-20), ...(own ? [own] : [])],
  };
}

/** How many mails to one person within 15 days are searched. */
const MAX_LOOKED_AT = 100;
const AT_ONCE = 5;

/** The first of the messages that an earlier attempt of the same call created. */
export async function findEarlier<Item extends { readonly messageId: string }>(
  call: GmailCall,
  key: string,
  items: readonly Item[],
): Promise<Item | undefined> {
  for (let at = 0; at < Math.min(items.length, MAX_LOOKED_AT); at += AT_ONCE) {
    const some = items.slice(at, at + AT_ONCE);
    const keys = await Promise.all(
      some.map(async ({ messageId }) => (await headersOf(call, messageId, [KEY_HEADER])).header(KEY_HEADER)),
    );
    const found = keys.indexOf(key);
    if (found !== -1) return some[found];
  }
  return undefined;
}

function needed(field: string): InvalidInput {
  return new InvalidInput(`The input is invalid. /${field}: is needed, unless reply_to_message_id is given`);
}

function recipientsOf(texts: readonly string[]): Recipient[] {
  return texts.flatMap((text) => recipient(text) ?? []);
}

/** Undefined when the text is not one address. */
function recipient(text: string): Recipient | undefined {
  const [, alone, name = '', address = alone ?? ''] = oneAddress.exec(text.trim()) ?? [];
  const at = address.lastIndexOf('@');
  const domain = domainToASCII(address.slice(at + 1));
  if (domain === '') return undefined;
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address: `${address.slice(0, at)}@${domain}` };
}
