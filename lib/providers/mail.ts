// A mail as workflows see it: decoded from its raw MIME source, with few fields, and texts of limited size.
import PostalMime, { type Email } from 'postal-mime';
import * as z from 'zod';
import { cutText, fairLimit, jsonBytes, MAX_TEXT_BYTES } from '../actions/invocation/output-size.ts';
import { htmlText } from './html-text.ts';
import { addressList, addressText, MAX_ADDRESS_TEXT } from './mail-address.ts';
import { type MailSource, mailSource } from './mail-source.ts';

export const mail = z.object({
  id: z.string().describe("The message's id in Gmail"),
  thread_id: z.string().describe("The conversation's id in Gmail"),
  subject: z.string().describe('The subject; empty when there is none'),
  from: z.string().describe('The sender, as Name <address>'),
  to: z.array(z.string()).describe('The first 20 recipients, as Name <address>'),
  date: z.string().describe('When it arrived, ISO 8601 in UTC'),
  snippet: z.string().describe('Its first words'),
  body_text: z.string().describe('Its text; of a mail that is HTML only, the text of the HTML'),
  truncated: z.boolean().describe('Whether body_text is cut'),
  unread: z.boolean().describe('Whether it is unread'),
  labels: z.array(z.string()).describe('Ids of its labels in Gmail: INBOX, UNREAD, …'),
});
export type Mail = z.output<typeof mail>;

/** For the examples of the actions that return mails. */
export const exampleMail: Mail = {
  id: '18c2f0a1b2c3d4e5',
  thread_id: '18c2f0a1b2c3d4e5',
  subject: 'Invoice 1042',
  from: 'Ada Lovelace <ada@example.com>',
  to: ['team@example.com'],
  date: '2026-03-02T09:30:00.000Z',
  snippet: 'Please find the invoice for February',
  body_text: 'Please find the invoice for February attached.',
  truncated: false,
  unread: true,
  labels: ['INBOX', 'UNREAD'],
};

/** Gmail's message with format raw (REST reference, users.messages). */
export const rawMessage = z.object({
  id: z.string(),
  threadId: z.string(),
  labelIds: z.array(z.string()).default([]),
  snippet: z.string().default(''),
  /** Milliseconds since 1970; before it, less than 0. */
  internalDate: z.string().regex(/^-?\d{1,15}$/),
  /** The mail's source (RFC 5322) as base64url. */
  raw: z.string(),
});

/**
 * The bytes of a mail's source that are decoded. Texts come before attachments, and 192 KiB of text are kept; the
 * decoder takes about a second for a megabyte of short lines.
 */
const MAX_SOURCE = 512 * 1024;
const MAX_ENCODED = Math.ceil((MAX_SOURCE / 3) * 4);

/**
 * Decodes a message: MIME multipart, transfer encodings, charsets and encoded words. Never fails, since the source comes
 * from the sender and one mail must not hide the others. The text of a mail that cannot be decoded is its snippet.
 */
export async function decodeMail(message: z.output<typeof rawMessage>): Promise<Mail> {
  // Google pads base64url ("Type and format summary": byte), others do not; either may be folded.
  const encoded = message.raw.replace(/[^\w+/-]+/g, '');
  const source = Buffer.from(encoded.slice(0, MAX_ENCODED), 'base64url');
  const cut = encoded.length > MAX_ENCODED;
  const readable = mailSource(source, cut);
  const parsed = await parse(readable.source);
  const snippet = plainSnippet(message.snippet);
  const body = bodyText(parsed, readable, cut) ?? { text: snippet, cut: true };
  return {
    id: message.id,
    thread_id: message.threadId,
    // Encoded words may hold line breaks, which a title elsewhere must not have.
    subject: cutText((parsed?.subject ?? '').replace(/\p{Cc}+/gu, ' ').trim(), 1000),
    from: addresses(parsed, 'from')[0] ?? '',
    to: addresses(parsed, 'to').slice(0, 20),
    date: new Date(Number(message.internalDate)).toISOString(),
    snippet: cutText(snippet, 1000),
    body_text: body.text.replaceAll('\r\n', '\n').toWellFormed(),
    truncated: body.cut,
    unread: message.labelIds.includes('UNREAD'),
    labels: message.labelIds.slice(0, 50),
  };
}

/** What all headers of a name list. */
function addresses(mail: Email | undefined, name: string): string[] {
  const headers = (mail?.headers ?? []).filter(({ key }) => key === name);
  const list = headers.flatMap(({ value }) => addressList(value));
  return list.map((one) => cutText(addressText(one), MAX_ADDRESS_TEXT));
}

/** Gmail's snippets are HTML: `It&#39;s &lt;ready&gt; &amp; waiting`. */
function plainSnippet(html: string): string {
  const names: Readonly<Record<string, string>> = {
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: ' ',
  };
  return html
    .replace(
      /&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
      (entity, name, decimal, hex) => {
        if (name !== undefined) return names[name] ?? entity;
        const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
        return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : entity;
      },
    )
    .toWellFormed();
}

/** @returns the headers alone when the body cannot be read; undefined when neither can */
async function parse(source: Buffer): Promise<(Email & { readonly headersOnly?: true }) | undefined> {
  try {
    return await PostalMime.parse(source);
  } catch {
    const end = source.indexOf('\r\n\r\n');
    const headers = source.subarray(0, end === -1 ? source.length : end);
    const read = await PostalMime.parse(headers).catch(() => undefined);
    return read && { ...read, headersOnly: true };
  }
}

/** @returns undefined when the mail's text could not be read */
function bodyText(
  mail: (Email & { readonly headersOnly?: true }) | undefined,
  { textCut, htmlAlone }: MailSource,
  sourceCut: boolean,
): { readonly text: string; readonly cut: boolean } | undefined {
  if (!mail || mail.headersOnly) return undefined;
  const plain = mail.text?.trim();
  // Of plain text beside HTML that has no other form, the parser's HTML has both.
  if (plain && !(htmlAlone && mail.html)) return { text: plain, cut: textCut };
  if (!mail.html) {
    const other = otherText(mail);
    if (other) return { text: other, cut: textCut };
    return sourceCut ? undefined : { text: '', cut: false };
  }
  try {
    const converted = htmlText(mail.html);
    if (converted.cut && converted.text === '') return undefined;
    return { text: converted.text, cut: converted.cut || textCut };
  } catch {
    return undefined;
  }
}

/** The text of a mail that has neither plain text nor HTML, for example an invitation. */
function otherText({ attachments }: Email): string | undefined {
  const found = attachments.find(
    ({ mimeType, disposition }) => mimeType.startsWith('text/') && disposition !== 'attachment',
  );
  return found && typeof found.content !== 'string'
    ? new TextDecoder().decode(found.content).trim()
    : undefined;
}

/** Cuts the longest texts so that all mails fit together; short ones stay whole. */
export function fitMails(mails: readonly Mail[], maxBytes = MAX_TEXT_BYTES): Mail[] {
  const texts = mails.map((one) => jsonBytes(one.body_text));
  const rest = mails.reduce((sum, one, i) => sum + jsonBytes(one) - (texts[i] ?? 0) + 1, 0);
  const limit = fairLimit(texts, Math.max(0, maxBytes - rest));
  return mails.map((one) => fitMail(one, limit));
}

/** Cuts a mail's text to a number of bytes as JSON. */
export function fitMail(one: Mail, maxBytes = MAX_TEXT_BYTES): Mail {
  const body_text = cutText(one.body_text, maxBytes);
  return body_text.length === one.body_text.length ? one : { ...one, body_text, truncated: true };
}
