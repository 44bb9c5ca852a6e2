// The text of bytes in a mail. Labels are often missing or wrong there, so that the bytes have the last word.
import { TextDecoder } from 'node:util';
import { codePages } from './code-pages.ts';

/** Code pages, and names without their marks, that the Encoding Standard does not list. */
const aliases: Readonly<Record<string, string>> = {
  932: 'shift_jis',
  936: 'gb18030',
  949: 'euc-kr',
  950: 'big5',
  874: 'windows-874',
  1361: 'euc-kr',
  20127: 'windows-1252',
  50220: 'iso-2022-jp',
  50221: 'iso-2022-jp',
  50222: 'iso-2022-jp',
  51932: 'euc-jp',
  65001: 'utf-8',
  eucjp: 'euc-jp',
  euckr: 'euc-kr',
  uhc: 'euc-kr',
  shiftjis: 'shift_jis',
  mskanji: 'shift_jis',
  iso2022jp: 'iso-2022-jp',
  iso2022jp1: 'iso-2022-jp',
  iso2022jp2: 'iso-2022-jp',
  iso2022jpms: 'iso-2022-jp',
  big5hkscs: 'big5',
  euccn: 'gb18030',
  tis620: 'windows-874',
  ansi: 'windows-1252',
  ansix31101983: 'windows-1252',
  latin7: 'iso-8859-13',
  latin8: 'iso-8859-14',
  latin9: 'iso-8859-15',
  latin0: 'iso-8859-15',
  latin10: 'iso-8859-16',
  gb231280: 'gb18030',
  utf8mb4: 'utf-8',
  macroman: 'macintosh',
  // Names of code pages.
  pc8codepage437: '437',
  pc850multilingual: '850',
  pcp852: '852',
  pc775baltic: '775',
  ibm00858: '858',
  cp00858: '858',
  roman8: 'hproman8',
  r8: 'hproman8',
  mac10006: 'macgreek',
  mac10029: 'macce',
  maccentraleurroman: 'macce',
  maccenteuro: 'macce',
  maccentraleurope: 'macce',
  maciceland: 'macicelandic',
  macromania: 'macromanian',
};
/** Encodings in which two bytes can be a character; in all others of the standard but UTF-8 and -16, one is. */
const multibyte = new Set(['gb18030', 'big5', 'euc-jp', 'euc-kr', 'shift_jis']);

const decoders = new Map<string, TextDecoder>();

/** @returns undefined when there is no such encoding in the Encoding Standard */
function decoder(label: string, fatal = false): TextDecoder | undefined {
  const key = `${label} ${fatal}`;
  const known = decoders.get(key);
  if (known) return known;
  try {
    const made = new TextDecoder(label, { fatal });
    // By the encoding, so that a mail cannot fill it with labels.
    decoders.set(`${made.encoding} ${fatal}`, made);
    return made;
  } catch {
    return undefined;
  }
}

/** The encoding that a label means. @returns undefined for a missing or unknown label */
function encodingOf(label: string): string | undefined {
  const name = label
    .toLowerCase()
    .replace(/["'\s]/g, '')
    // Of a label that quoted-printable has encoded, and of a list of them.
    .replace(/^3d|[,;].*$/g, '')
    .slice(0, 40);
  const bare = name.replace(/^(?:x-|cs)/, '').replace(/[-_.:]/g, '');
  const iso = /^(?:iso)?8859(\d{0,2})$/.exec(bare)?.[1];
  const page = /^(?:cp|windows|win|ms|ibm|dos|codepage)?(\d+)$/.exec(bare)?.[1] ?? '';
  const candidates = [
    aliases[bare],
    aliases[page],
    name,
    bare,
    page && `windows-${page}`,
    iso !== undefined && `iso-8859-${iso || 1}`,
    page,
  ];
  for (const candidate of candidates) {
    if (!candidate) continue;
    if (Object.hasOwn(codePages, candidate)) return candidate;
    const found = decoder(candidate)?.encoding;
    // GB 18030 has all of GBK, and GBK all of GB 2312.
    if (found) return found === 'gbk' ? 'gb18030' : found;
  }
  return undefined;
}

/**
 * @param label the charset as the mail names it @param cut whether the bytes may end within a character
 *
 * UTF-8 is not mistaken for anything else: bytes above 127 that are valid UTF-8 are UTF-8, whatever a label for one byte a
 * character says; where a label means two, they must also be three bytes a character, as East Asian UTF-8 is. Without a
 * label that helps it is windows-1252, which has all of ISO 8859-1.
 */
export function textOf(bytes: Uint8Array, label = '', cut = false): string {
  const mark = marked(bytes);
  if (mark) return decode(bytes, mark);
  const encoding = encodingOf(label);
  const ascii = !bytes.some((byte) => byte > 127);
  if (encoding?.startsWith('utf-16') && (bytes.includes(0) || !(ascii || valid(bytes, 'utf-8', cut))))
    return utf16(bytes, label, encoding);
  if (ascii) {
    // An encoding of two bytes a character, without any zero, is a wrong label.
    return (
      sevenBit(bytes, label) ??
      decode(bytes, encoding?.startsWith('utf-16') ? 'utf-8' : (encoding ?? 'utf-8'))
    );
  }
  const utf8 = valid(bytes, 'utf-8', cut);
  if (utf8 !== undefined) {
    const isLabelled =
      encoding !== undefined && multibyte.has(encoding) && !bytes.some((byte) => byte > 0xdf);
    return (isLabelled ? valid(bytes, encoding, cut) : undefined) ?? utf8;
  }
  if (encoding === 'iso-2022-jp') {
    // It has 7 bits a byte: these are the other two encodings of Japanese.
    return valid(bytes, 'shift_jis', cut) ?? valid(bytes, 'euc-jp', cut) ?? decode(bytes, encoding);
  }
  return encoding && encoding !== 'utf-8' ? decode(bytes, encoding) : mostlyUtf8(bytes);
}

function decode(bytes: Uint8Array, encoding: string): string {
  const page = codePages[encoding];
  if (page !== undefined)
    return Buffer.from(bytes)
      .toString('latin1')
      .replace(/[\u0080-\u00ff]/g, (character) => page[character.charCodeAt(0) - 128] ?? character);
  return decoder(encoding)?.decode(bytes) ?? Buffer.from(bytes).toString('latin1');
}

/** The text when all bytes are valid in the encoding. */
function valid(bytes: Uint8Array, encoding: string, cut: boolean): string | undefined {
  try {
    // As a stream, an unfinished last character is no error. It takes a decoder of its own, which keeps the rest.
    return cut
      ? new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true })
      : decoder(encoding, true)?.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The encoding that a byte order mark names. */
function marked([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return a === 0xff && b === 0xfe ? 'utf-16le' : undefined;
}

/**
 * Without a mark. A label with the order of the bytes decides, unless the text is nonsense by it, or nearly all ASCII by
 * the other order; many programs write little-endian under "utf-16", which alone means big-endian (RFC 2781, section 4.3).
 */
function utf16(bytes: Uint8Array, label: string, encoding: string): string {
  const isOrdered = /le|be/i.test(label);
  const labelled = isOrdered ? encoding : 'utf-16be';
  const text = decode(bytes, labelled);
  const other = decode(bytes, labelled === 'utf-16be' ? 'utf-16le' : 'utf-16be');
  const nonsense = count(text, never) - count(other, never);
  if (nonsense !== 0) return nonsense < 0 ? text : other;
  return count(other, ascii) > (isOrdered ? other.length * 0.7 : count(text, ascii)) ? other : text;
}

const ascii = /[\n\r\t -~]/g;
/** Characters that stand in no text. */
const never = /[\p{Co}\p{Cn}\ufffd]|(?![\t\n\r])\p{Cc}/gu;

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** UTF-8 with some broken characters, or no UTF-8 at all. */
function mostlyUtf8(bytes: Uint8Array): string {
  const text = decode(bytes, 'utf-8');
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  const whole = text.match(/[^\0-\x7f\ufffd]/gu)?.length ?? 0;
  return whole > broken ? text : decode(bytes, 'windows-1252');
}

const ESC = '\u001b';
/** ISO-2022-KR and -CN (RFC 1557, RFC 1922): what announces their characters, and what begins and ends them. */
const announcement = new RegExp(`${ESC}\\$[)*+]([A-Z])`, 'g');
const SHIFT_OUT = '\u000e';
const SHIFT_IN = '\u000f';

/** Encodings that write other characters in ASCII, by their escapes; undefined when there are none. */
function sevenBit(bytes: Uint8Array, label: string): string | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  if (text.includes(`${ESC}$`)) {
    const [announced] = text.matchAll(announcement);
    if (!announced) return decode(bytes, 'iso-2022-jp');
    const parts = text.replace(announcement, '').split(SHIFT_OUT);
    const plain = parts.map((part, i) => {
      const [shifted = '', ...rest] = part.split(SHIFT_IN);
      return i === 0 ? part : high(shifted) + rest.join('');
    });
    return decode(Buffer.from(plain.join(''), 'latin1'), announced[1] === 'C' ? 'euc-kr' : 'gb18030');
  }
  // RFC 1843: ~{ begins GB 2312 without its high bits, ~} ends it, ~~ is a tilde.
  if (/^(?:x-)?hz\b/i.test(label)) {
    const plain = text.replace(/~\{([^~\n]*)(?:~\}|(?=\n)|$)|~~|~\n/g, (whole, part) =>
      part === undefined ? (whole === '~~' ? '~' : '') : high(part),
    );
    return decode(Buffer.from(plain, 'latin1'), 'gb18030');
  }
  // RFC 2152.
  if (/utf-?7$/i.test(label)) {
    return text.replace(/\+([A-Za-z\d+/]*)-?/g, (_, part) =>
      part === '' ? '+' : decode(Buffer.from(part, 'base64'), 'utf-16be'),
    );
  }
  return undefined;
}

/** With the high bit, as EUC-KR and GB 2312 write the same characters. */
function high(text: string): string {
  return text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) | 0x80));
}
