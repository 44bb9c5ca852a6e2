// What Gmail does with a mail's source (RFC 5322) that the emulator behind leaves out.
import { randomBytes } from 'node:crypto';
import PostalMime, { decodeWords } from 'postal-mime';

export interface Header {
  readonly name: string;
  readonly value: string;
}

/** The headers of a mail's source (base64url), unfolded and decoded, as the API returns them. */
export async function sourceHeaders(raw: string): Promise<Header[]> {
  const { headers } = await PostalMime.parse(Buffer.from(raw, 'base64url'));
  return headers.map(({ originalKey, value }) => ({ name: originalKey, value: decodeWords(value) }));
}

/**
 * A message whose source arrives at Gmail to be sent or kept as a draft: Gmail adds From and Date where they are
 * missing, and replaces the Message-ID by one of its own.
 * @param message the API's Message, with `raw`
 */
export async function completeMessage(
  message: Record<string, unknown>,
  mailbox: string,
): Promise<Record<string, unknown>> {
  const { raw } = message;
  if (typeof raw !== 'string') return message;
  const given = await sourceHeaders(raw);
  const has = (wanted: string) => given.some(({ name }) => name.toLowerCase() === wanted);
  const source = Buffer.from(raw, 'base64url').toString('latin1').replace(/\r?\n/g, '\r\n');
  const end = source.indexOf('\r\n\r\n');
  const givenHeaders = source
    .slice(0, end === -1 ? source.length : end)
    .replace(/^message-id:.*(?:\r\n[ \t].*)*\r\n/im, '');
  const headers = [
    ...(has('from') ? [] : [`From: ${mailbox}`]),
    ...(has('date') ? [] : [`Date: ${new Date().toUTCString().replace('GMT', '+0000')}`]),
    `Message-ID: <CA+${randomBytes(24).toString('base64url')}@mail.gmail.com>`,
    givenHeaders,
  ];
  const rest = end === -1 ? '\r\n\r\n' : source.slice(end);
  const header = (wanted: string) => given.find(({ name }) => name.toLowerCase() === wanted)?.value;
  return {
    ...message,
    raw: Buffer.from(headers.join('\r\n') + rest, 'latin1').toString('base64url'),
    // Searched as people read them; the emulator would search the encoded words.
    ...Object.fromEntries(
      ['to', 'cc', 'subject'].flatMap((name) => (header(name) === undefined ? [] : [[name, header(name)]])),
    ),
  };
}

/** Whether a mailbox is among the recipients in a mail's source (base64url). */
export async function isAddressedTo(mailbox: string, raw: string): Promise<boolean> {
  const { to = [], cc = [], bcc = [] } = await PostalMime.parse(Buffer.from(raw, 'base64url'));
  return [...to, ...cc, ...bcc]
    .flatMap((one) => one.group ?? [one])
    .some(({ address }) => address?.toLowerCase() === mailbox);
}
