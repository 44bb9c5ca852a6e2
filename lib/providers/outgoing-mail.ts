// A mail that a workflow writes: its parameters, and its source (RFC 5322) for Gmail.
import { domainToASCII } from 'node:url';
import MailComposer from 'nodemailer/lib/mail-composer';
import * as z from 'zod';
import { InvalidInput } from '../errors.ts';
import { decodeWords, encodedWords, joinWords } from './encoded-words.ts';
import { type GmailCall, messageId } from './gmail.ts';
import { addressPattern, addressText, mailboxes } from './mail-address.ts';
import { type Earlier, KEY_HEADER } from './outgoing-mark.ts';

interface Recipient {
  readonly name: string;
  readonly address: string;
}

const notAnAddress = 'must be one address: ada@example.com or Ada Lovelace <ada@example.com>';
/** `ada@example.com` or `Ada Lovelace <ada@example.com>`, as `from` of a mail has it. */
const quotedName = '"(?:[^"\\\\\\p{Cc}]|\\\\[^\\p{Cc}])*"\\s*';
const oneAddress = new RegExp(
  `^(?:(${addressPattern})|(${quotedName}|[^<>\\p{Cc}]*)<(${addressPattern})>)$`,
  'u',
);
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
  /** Whether an earlier try of the same call can have made it. */
  readonly isRepeat: boolean;
  /** Finds what an earlier try made, among the mails to the same person. */
  readonly earlier: Earlier;
}

/** An address that is one word of a search, written as the mail has it. */
const searchable = /^\w[\w.+-]*@(?!.*\bxn--)[\w.-]+$/;

/** What is known of the tries of a call: see ActionContext. */
interface CallTries {
  readonly callKey: string;
  readonly triedSince: Date | undefined;
  readonly since: Date;
}

/**
 * Composes the mail's source. A reply takes recipients and subject from the mail that it answers, unless they are given.
 * @throws InvalidInput when recipients or subject are missing; NotFound when the mail to answer does not exist
 */
export async function compose(
  { to, cc, subject, body, reply_to_message_id }: z.output<typeof outgoingInput>,
  { callKey, triedSince, since }: CallTries,
  call: GmailCall,
): Promise<Composed> {
  const original = reply_to_message_id === undefined ? undefined : await answered(call, reply_to_message_id);
  const recipients = to ? recipientsOf(to) : original?.replyTo;
  if (!recipients) throw needed('to');
  const [first] = recipients;
  if (!first) throw new InvalidInput('The mail cannot be answered: it does not say who wrote it. Give `to`');
  const chosenSubject = subject ?? (original && `Re: ${original.subject.trim().replace(replyMark, '')}`);
  if (chosenSubject === undefined) throw needed('subject');
  const line = chosenSubject.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const composer = new MailComposer({
    to: [...recipients],
    ...(cc && { cc: recipientsOf(cc) }),
    subject: line.includes('=?') ? encodedWords(line) : line,
    text: body,
    ...(original && { inReplyTo: original.messageId, references: original.references }),
    headers: { [KEY_HEADER]: callKey },
  });
  const source = await composer.compile().build();
  return {
    message: {
      raw: source.toString('base64url'),
      ...(original && { threadId: original.threadId }),
    },
    subject: line,
    to: recipients.map(addressText),
    isRepeat: triedSince !== undefined,
    earlier: {
      q: `${searchable.test(first.address) ? `to:${first.address} ` : ''}after:${Math.floor(since.getTime() / 1000)}`,
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

/** The fields that a reply takes from the mail that it answers (RFC 5322, sections 3.6.2 and 3.6.4). */
async function answered(call: GmailCall, id: string) {
  const metadataHeaders = ['Message-ID', 'In-Reply-To', 'References', 'Reply-To', 'From', 'Subject'];
  const { threadId, payload } = await call(metadata, (gmail) =>
    gmail.users.messages.get({ userId: 'me', id, format: 'metadata', metadataHeaders }),
  );
  // Of several with one name the first.
  const header = (wanted: string) =>
    payload.headers.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())?.value ?? '';
  const [own] = messageIds(header('Message-ID'));
  const parents = messageIds(header('In-Reply-To'));
  const before = messageIds(header('References'));
  const replyTo = answerable(header('Reply-To'));
  const conversation = before.length > 0 ? before : parents.length === 1 ? parents : [];
  return {
    threadId,
    subject: decodeWords(header('Subject')),
    // Some mailing programs write a Reply-To without an address.
    replyTo: (replyTo.length > 0 ? replyTo : answerable(header('From'))).slice(0, 50),
    messageId: own,
    references: [...shortened(conversation.filter((one) => one !== own)), ...(own ? [own] : [])],
  };
}

/** The ids in a header; some programs leave the angle brackets out, or encode a long id. */
function messageIds(header: string): string[] {
  const text = decodeWords(header);
  const ids = text.match(/<[^<>\s\p{C}]{1,900}>/gu);
  return (
    ids ??
    (text.match(/(?<!\S)[^<>\s\p{C}@]{1,400}@[^<>\s\p{C}@]{1,400}(?!\S)/gu) ?? []).map((id) => `<${id}>`)
  );
}

/** Of a long conversation the first and the latest, as mail programs do. */
function shortened(ids: readonly string[]): string[] {
  const latest = ids.slice(-MAX_REFERENCES + 1);
  return ids.length > MAX_REFERENCES ? [...ids.slice(0, 1), ...latest] : [...ids];
}
const MAX_REFERENCES = 20;

/** Those in a header to whom a mail can be sent. */
function answerable(header: string): Recipient[] {
  return mailboxes(joinWords(header)).flatMap(
    ({ name, address }) => recipient(`${name.replace(/[<>\p{Cc}]/gu, '')} <${address}>`) ?? [],
  );
}

/** How a subject says that it is a reply: RFC 5322, section 3.6.5, and what programs in other languages write. */
const replyMark =
  /^(?:(?:re|aw|antw|sv|vs|rv|odp|ynt|回复|答复|回覆|답장)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]\s*)+/iu;

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
  const given = address.slice(at + 1);
  // An IP address in brackets, or a name that is ASCII already, is no international one.
  const domain = /^[\w.:[\]-]+$/.test(given) ? given.toLowerCase() : domainToASCII(given);
  if (domain === '') return undefined;
  return { name: plainName(name), address: `${address.slice(0, at)}@${domain}` };
}

/** The name that is meant (RFC 5322, section 3.2.4), without what mail programs would decode in it. */
function plainName(given: string): string {
  const [, quoted] = /^"(.*)"$/.exec(given.trim()) ?? [];
  const name = quoted?.replace(/\\(.)/gu, '$1') ?? given.trim();
  return name.replaceAll('=?', '= ?');
}
