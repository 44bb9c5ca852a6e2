// A mail as workflows see it: decoded from its raw MIME source, small, and cut to a size.
import { convert } from 'html-to-text';
import PostalMime, { type Address } from 'postal-mime';
import * as z from 'zod';
import { cutText, jsonBytes } from '../actions/output-size.ts';

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

/** Gmail's message with format raw (REST reference, users.messages). */
export const rawMessage = z.object({
  id: z.string(),
  threadId: z.string(),
  labelIds: z.array(z.string()).default([]),
  snippet: z.string().default(''),
  /** Milliseconds since 1970. */
  internalDate: z.string().regex(/^\d{1,15}$/),
  /** The mail's source (RFC 5322) as base64url. */
  raw: z.string(),
});

/** The bytes that the texts of an output's mails may have together; the rest of 256 KiB is for later steps. */
const MAX_BYTES = 192 * 1024;

/** Decodes a message: MIME multipart, transfer encodings, charsets and encoded words. Nothing is cut yet but headers. */
export async function decodeMail(message: z.output<typeof rawMessage>): Promise<Mail> {
  const parsed = await PostalMime.parse(Buffer.from(message.raw, 'base64url'));
  const plain = parsed.text?.trim();
  const text = plain || (parsed.html ? htmlText(parsed.html) : '');
  return {
    id: message.id,
    thread_id: message.threadId,
    subject: cutText(parsed.subject ?? '', 1000),
    from: parsed.from ? addressText(parsed.from) : '',
    to: (parsed.to ?? []).slice(0, 20).map(addressText),
    date: new Date(Number(message.internalDate)).toISOString(),
    snippet: cutText(message.snippet, 1000),
    body_text: text.replaceAll('\r\n', '\n'),
    truncated: false,
    unread: message.labelIds.includes('UNREAD'),
    labels: message.labelIds.slice(0, 50),
  };
}

/** Cuts the longest texts so that all mails fit together; short ones stay whole. */
export function fitMails(mails: readonly Mail[], maxBytes = MAX_BYTES): Mail[] {
  const texts = mails.map((one) => jsonBytes(one.body_text));
  const rest = mails.reduce((sum, one, i) => sum + jsonBytes(one) - (texts[i] ?? 0) + 1, 0);
  const limit = fairLimit(texts, Math.max(0, maxBytes - rest));
  return mails.map((one) => fitMail(one, limit));
}

/** Cuts a mail's text to a number of bytes as JSON. */
export function fitMail(one: Mail, maxBytes = MAX_BYTES): Mail {
  const body_text = cutText(one.body_text, maxBytes);
  return body_text.length === one.body_text.length ? one : { ...one, body_text, truncated: true };
}

/** The largest limit a text such that all texts, each cut to it, stay within the bytes. */
function fairLimit(sizes: readonly number[], bytes: number): number {
  let left = bytes;
  const ascending = [...sizes].sort((a, b) => a - b);
  for (const [i, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - i));
    if (size > share) return share;
    left -= size;
  }
  return bytes;
}

function htmlText(html: string): string {
  return convert(html, {
    wordwrap: false,
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      // Shouting headings would change what the mail says.
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
    ],
  }).trim();
}

function addressText({ name, address, group }: Address): string {
  if (group) return cutText(`${name}: ${group.map(addressText).join(', ')};`, 300);
  return cutText(name ? `${name} <${address ?? ''}>` : (address ?? ''), 300);
}
