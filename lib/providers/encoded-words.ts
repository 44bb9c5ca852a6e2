// RFC 2047: the encoded words of a mail's headers, =?utf-8?Q?Gr=C3=BC=C3=9Fe?=.
import { textOf } from './charset.ts';

/** A question mark at the end of a word stands there often, though it should be encoded. */
const word = /=\?([^?\s]+)\?([QqBb])\?([^?]*\??)\?=/g;

/** A header as people read it. */
export function decodeWords(header: string): string {
  return mapWords(header, (text) => text);
}

/**
 * Writes each run of encoded words as one, in UTF-8. What it decodes to, a comma for example, stays within it, so that
 * no list of addresses is split there.
 */
export function joinWords(header: string): string {
  return mapWords(header, (text) => `=?utf-8?B?${Buffer.from(text.toWellFormed()).toString('base64')}?=`);
}

interface Word {
  readonly charset: string;
  readonly bytes: Buffer;
}

/** Replaces the runs of encoded words; white space between two words belongs to neither (section 6.2). */
function mapWords(header: string, write: (text: string) => string): string {
  let result = '';
  let end = 0;
  let run: Word[] = [];
  for (const found of header.matchAll(word)) {
    const [all, label = '', encoding = '', text = ''] = found;
    const between = header.slice(end, found.index);
    if (run.length === 0 || between.trim() !== '') {
      if (run.length > 0) result += write(runText(run));
      run = [];
      result += between;
    }
    // A language may follow the charset (RFC 2231, section 5).
    const [charset = ''] = label.toLowerCase().split('*');
    run.push({ charset, bytes: wordBytes(encoding, text) });
    end = found.index + all.length;
  }
  if (run.length > 0) result += write(runText(run));
  return result + header.slice(end);
}

function wordBytes(encoding: string, text: string): Buffer {
  if (encoding.toUpperCase() === 'B') return Buffer.from(text, 'base64');
  const bytes = Buffer.from(text.replace(/[_\s]/g, ' ')).toString('latin1');
  return Buffer.from(unescapeBytes(bytes), 'latin1');
}

/** `=C3=BC` as the bytes it stands for, one a character. */
export function unescapeBytes(text: string): string {
  return text.replace(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Words of one charset are decoded together, since many senders split them within a character. */
function runText(run: readonly Word[]): string {
  const groups: Word[][] = [];
  for (const one of run) {
    const last = groups.at(-1);
    if (last?.[0]?.charset === one.charset) last.push(one);
    else groups.push([one]);
  }
  return groups
    .map((words) => {
      const { charset = '' } = words[0] ?? {};
      const together = textOf(Buffer.concat(words.map(({ bytes }) => bytes)), charset);
      if (!together.includes('\ufffd')) return together;
      const apart = words.map(({ bytes }) => textOf(bytes, charset)).join('');
      return apart.includes('\ufffd') ? together : apart;
    })
    .join('');
}

/** The most bytes of UTF-8 in a word, which has at most 75 characters (RFC 2047, section 2). */
const MAX_WORD_BYTES = 45;

/** Writes a text in words whatever it holds: one that looks like a word itself would be decoded otherwise. */
export function encodedWords(text: string): string {
  const words: string[] = [];
  let current = '';
  for (const character of text.toWellFormed()) {
    if (Buffer.byteLength(current + character) > MAX_WORD_BYTES) {
      words.push(current);
      current = '';
    }
    current += character;
  }
  return [...words, current].map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}
