// A mail's source (RFC 5322, RFC 2045), made so that its parser reads it right whatever the sender wrote: every text in
// UTF-8 and base64, every header in UTF-8 with one encoded word for each run of them.
import { textOf } from './charset.ts';
import { decodeWords, joinWords, unescapeBytes } from './encoded-words.ts';
import { flowedText } from './flowed-text.ts';
import { headerParameter } from './header-parameter.ts';

export interface MailSource {
  readonly source: Buffer;
  /** Whether the last text of a source that is cut is not whole. */
  readonly textCut: boolean;
  /** Whether some HTML has no plain text as its alternative. */
  readonly htmlAlone: boolean;
}

/** What stands within one boundary. */
interface Multipart {
  readonly type: string;
  /** The multipart/alternative that it is in, or is. */
  readonly alternative: { hasPlain: boolean } | undefined;
}
type Boundaries = ReadonlyMap<string, Multipart>;

/** @param cut whether the mail goes on behind what is given */
export function mailSource(given: Buffer, cut: boolean): MailSource {
  // One character a byte; a byte order mark is no part of the first header's name.
  let source = given.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '');
  const boundaries = new Map<string, Multipart>();
  const written: string[] = [];
  let within: Multipart | undefined;
  let htmlAlone = false;
  let textCut = false;
  // What stands before the first part of a multipart and behind its last is no part, and shown by nobody.
  let isPart = true;
  for (let at = 0; at < source.length; ) {
    if (!isPart) {
      const next = nextBoundary(source, at, boundaries);
      written.push(source.slice(at, next.end));
      within = next.multipart;
      isPart = within !== undefined && !next.isLast;
      at = next.end;
      continue;
    }
    const header = headerBlock(source, at, boundaries);
    const block = source.slice(at, header.end);
    let part = readPart(block, within?.type);
    at = header.body;
    if (part.boundary !== undefined && part.encoding !== '' && !within && !cut)
      source = source.slice(0, at) + decodedParts(source.slice(at), part.boundary, part.encoding);
    // A boundary that stands nowhere separates nothing: what it should have separated is shown as it is.
    if (part.boundary !== undefined && !within && !cut && !source.includes(`\n--${part.boundary}`, at - 1))
      part = readPart(withoutType(block), undefined);
    written.push(...part.headers);
    if (part.boundary !== undefined) {
      const alternative = part.type === 'multipart/alternative' ? { hasPlain: false } : within?.alternative;
      boundaries.set(part.boundary, { type: part.type, alternative });
    }
    // A mail within the mail begins with its own headers.
    isPart = part.type === 'message/rfc822' && part.encoding === '' && !part.isAttached && header.hasBody;
    if (!part.type.startsWith('text/') || part.isAttached) {
      if (header.hasBody) written.push('\r\n');
      continue;
    }
    const end = header.hasBody ? nextBoundary(source, at, boundaries).start : at;
    const isLast = cut && end === source.length;
    const text = partText(part, source.slice(at, end), isLast);
    written.push(`Content-Type: ${part.type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n`);
    written.push(Buffer.from(text.toWellFormed()).toString('base64'), '\r\n');
    at = end;
    const isHtml = part.type === 'text/html';
    const alternative = within?.alternative;
    if (isHtml && !alternative?.hasPlain) htmlAlone = true;
    if (alternative && part.type === 'text/plain' && text.trim() !== '') alternative.hasPlain = true;
    // The same text as HTML adds nothing.
    if (isLast) textCut = !(isHtml && alternative?.hasPlain);
  }
  return { source: Buffer.from(written.join(''), 'latin1'), textCut, htmlAlone };
}

/** Some programs encode all parts together, which no multipart may be (RFC 2045, section 6.4; zbateson/mail-mime-parser#202). */
function decodedParts(body: string, boundary: string, encoding: string): string {
  const isBoundary = (text: string) => `\n${text}`.includes(`\n--${boundary}`);
  if (isBoundary(body)) return body;
  const decoded = decodedBody(body, encoding);
  return isBoundary(decoded) ? decoded : body;
}

function withoutType(block: string): string {
  return block.replace(/^content-type:.*(?:\r?\n[ \t].*)*(?:\r?\n|$)/gim, '');
}

/** The next line that is a boundary (RFC 2046, section 5.1.1); white space may follow it. */
function nextBoundary(source: string, from: number, boundaries: Boundaries) {
  for (let at = from; at < source.length; ) {
    if (source.startsWith('--', at)) {
      const end = lineEnd(source, at);
      const found = boundaryOf(source.slice(at, end), boundaries);
      if (found) return { ...found, start: at, end };
    }
    const next = source.indexOf('\n--', at);
    if (next === -1) break;
    at = next + 1;
  }
  return { multipart: undefined, isLast: true, start: source.length, end: source.length };
}

function boundaryOf(line: string, boundaries: Boundaries) {
  if (!line.startsWith('--') || line.length > 1000) return undefined;
  const name = line.slice(2).trimEnd();
  const multipart = boundaries.get(name);
  if (multipart) return { multipart, isLast: false };
  const ended = name.endsWith('--') ? boundaries.get(name.slice(0, -2)) : undefined;
  return ended && { multipart: ended, isLast: true };
}

function lineEnd(source: string, at: number): number {
  const found = source.indexOf('\n', at);
  return found === -1 ? source.length : found + 1;
}

/** Where a part's headers end, by an empty line or, without a body, by a boundary, and where its body begins. */
function headerBlock(source: string, from: number, boundaries: Boundaries) {
  for (let at = from; at < source.length; ) {
    const next = lineEnd(source, at);
    const line = source.slice(at, next);
    if (/^\r*\n?$/.test(line)) return { end: at, body: next, hasBody: true };
    if (boundaryOf(line, boundaries)) return { end: at, body: at, hasBody: false };
    at = next;
  }
  return { end: source.length, body: source.length, hasBody: false };
}

interface Part {
  /** Its headers to write; of a text without those that say how it is encoded. */
  readonly headers: readonly string[];
  readonly type: string;
  readonly charset: string;
  /** base64, quoted-printable or nothing. */
  readonly encoding: string;
  /** The parameters of RFC 3676; undefined when its lines are as they are. */
  readonly flow: { readonly deletesSpaces: boolean } | undefined;
  readonly boundary: string | undefined;
  readonly isAttached: boolean;
}

function readPart(block: string, parentType: string | undefined): Part {
  const headers = block.replace(/\r?\n$/, '').split(/\r?\n(?![ \t])/);
  const value = (name: string) =>
    headers
      .find((header) => header.slice(0, name.length + 1).toLowerCase() === `${name}:`)
      ?.slice(name.length + 1)
      .replace(/\r?\n/g, '')
      .trim();
  // Some programs encode the header as a whole.
  const contentType = value('content-type')?.replace(/^=\?.*/s, decodeWords);
  const isEncoded = contentType !== value('content-type');
  // RFC 2046, section 5.1.5: the parts of a digest are mails. RFC 2045, section 5.2: anything else is a text.
  const byDefault =
    contentType === undefined && parentType === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  const named = /^[\w.+-]+\/[\w.+-]+/.exec(contentType ?? '')?.[0].toLowerCase() ?? byDefault;
  const parameter = (name: string) => headerParameter(contentType ?? '', name);
  // RFC 2046, section 5.1.1: it ends in no space.
  const boundary = named.startsWith('multipart/') ? parameter('boundary')?.trimEnd() : undefined;
  // Without a boundary, nothing says where its parts are: it is shown as it is.
  const type = named.startsWith('multipart/') && boundary === undefined ? 'text/plain' : named;
  const isAttached = /^attachment\b/i.test(value('content-disposition') ?? '');
  const charset = parameter('charset') ?? '';
  const isText = type.startsWith('text/') && !isAttached;
  const isMultipart = boundary !== undefined;
  const isFlowed = type === 'text/plain' && parameter('format')?.toLowerCase() === 'flowed';
  return {
    headers: headers
      .filter((header) => header !== '')
      .filter((header) => !(isText && /^content-type:/i.test(header)))
      .filter((header) => !((isText || isMultipart) && /^content-transfer-encoding:/i.test(header)))
      .map((header) => {
        // So that the parser finds the same parts.
        if (isMultipart && /^content-type:/i.test(header))
          return `Content-Type: ${type}; boundary=${inQuotes(boundary)}\r\n`;
        if (isEncoded && /^content-type:/i.test(header)) return `Content-Type: ${type}\r\n`;
        return `${/^content-/i.test(header) ? header : readableHeader(header, charset)}\r\n`;
      }),
    type,
    charset,
    encoding: transferEncoding(value('content-transfer-encoding') ?? ''),
    flow: isFlowed ? { deletesSpaces: parameter('delsp')?.toLowerCase() === 'yes' } : undefined,
    boundary,
    isAttached,
  };
}

/** base64, quoted-printable or nothing; comments and whatever follows the name say nothing (RFC 2045, section 6.1). */
function transferEncoding(header: string): string {
  const [name = ''] = /[\w-]+/.exec(header.replace(/\([^()]*\)/g, ' ')) ?? [];
  return /^(?:base64|quoted-printable)$/i.test(name) ? name.toLowerCase() : '';
}

function inQuotes(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** @param charset that of the text below, which senders of bytes above 127 use in the headers too */
function readableHeader(header: string, charset: string): string {
  if (/^[\t\r\n -~]*$/.test(header) && !header.includes('=?')) return header;
  const colon = header.indexOf(':') + 1;
  const text = textOf(Buffer.from(header.slice(colon), 'latin1'), charset);
  // Words are joined over the folds between them; a line end that is none begins no header.
  const line = joinWords(text)
    .replace(/\r?\n(?=[ \t])/g, '')
    .replace(/[\r\n]/g, ' ');
  return header.slice(0, colon) + Buffer.from(line.toWellFormed()).toString('latin1');
}

function partText({ type, charset, encoding, flow }: Part, body: string, isCut: boolean): string {
  const bytes = Buffer.from(decodedBody(body, encoding), 'latin1');
  const meta = /<meta[^>]{0,300}charset\s*=\s*["']?\s*([\w-]+)/i;
  const label =
    charset || (type === 'text/html' ? meta.exec(bytes.toString('latin1', 0, 4096))?.[1] : undefined);
  const text = textOf(bytes, label, isCut);
  return flow ? flowedText(text, flow.deletesSpaces) : text;
}

/** One character a byte. */
function decodedBody(body: string, encoding: string): string {
  if (encoding === 'quoted-printable') return unescapeBytes(body.replace(/=[ \t]*(?:\r?\n|$)/g, ''));
  if (encoding !== 'base64') return body;
  const [encoded, footer] = apart(body);
  if (footer !== '') return `${decodedBody(encoded, encoding)}\n${footer}`;
  if (isWords(body)) return body;
  // Other characters are noise (RFC 2045, section 6.8), and some senders pad within.
  const units = body.replace(/[^A-Za-z\d+/=]+/g, '').split(/=+/);
  return Buffer.concat(units.map((unit) => Buffer.from(unit, 'base64'))).toString('latin1');
}

const NOT_BASE64 = /[^A-Za-z\d+/=\s]/;

/** What is base64, and what a mailing list has put below it, as below every mail (afewmail/afew#146). */
function apart(body: string): [encoded: string, footer: string] {
  const padding = body.indexOf('=');
  const end = padding === -1 ? body.length : lineEnd(body, padding);
  const [encoded, footer] = [body.slice(0, end), body.slice(end)];
  const isFooter = NOT_BASE64.test(footer) && !NOT_BASE64.test(encoded) && !isWords(encoded);
  return isFooter ? [encoded, footer] : [body, ''];
}

/** Whether a text that is said to be base64 is not: words stand in its lines, with spaces between them. */
function isWords(body: string): boolean {
  const spaces = body.match(/\S[ \t]+(?=\S)/g)?.length ?? 0;
  return spaces > body.length / 50;
}
