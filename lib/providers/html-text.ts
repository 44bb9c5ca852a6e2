// The text of an HTML mail. The HTML comes from the sender: the cost of converting it is bounded here.
import { compile, type HtmlToTextOptions } from 'html-to-text';
import { formatStyled } from './html-style.ts';
import { formatTable } from './html-table.ts';
import { formatLink, formatScript } from './html-words.ts';

/** Characters that are converted; Gmail itself shows no more than 102 KB of a mail's HTML. */
const MAX_HTML = 128 * 1024;
/** Elements inside each other; tables made for layout reach a few dozen. */
const MAX_DEPTH = 250;

/** Elements without content (HTML standard, "Void elements"). */
const empty = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));
/** Elements that end where a sibling of the same kind begins, since their end tag may be left out. */
const endedBySibling: Readonly<Record<string, readonly string[]>> = {
  p: ['p'],
  li: ['li'],
  dt: ['dt', 'dd'],
  dd: ['dt', 'dd'],
  td: ['td', 'th'],
  th: ['td', 'th'],
  tr: ['td', 'th', 'tr'],
  option: ['option'],
};

/** Elements that browsers show on lines of their own and the converter would run together with the text around. */
const blocks =
  'address article aside body button caption center dd details dialog dir dl dt fieldset figcaption figure footer header ' +
  'hgroup html legend li main menu nav option optgroup search section summary td textarea th tr';

const options: HtmlToTextOptions = {
  wordwrap: false,
  // An element is walked again without its style, and a list's item as one of the list.
  limits: { maxDepth: 3 * MAX_DEPTH, ellipsis: '' },
  // All of it: gateways put their text behind </html>, and a quoted mail has a body of its own.
  baseElements: { selectors: [] },
  formatters: {
    link: formatLink,
    rows: formatTable,
    styled: formatStyled,
    sub: formatScript('_'),
    sup: formatScript('^'),
  },
  // Without the zero-width space, which separates no words; it is left out below.
  whitespaceCharacters: ' \t\r\n\f',
  selectors: [
    { selector: 'img', format: 'skip' },
    ...blocks.split(' ').map((selector) => ({
      selector,
      format: 'block',
      options: { leadingLineBreaks: 1, trailingLineBreaks: 1 },
    })),
    { selector: 'table', format: 'rows' },
    { selector: 'sub', format: 'sub' },
    { selector: 'sup', format: 'sup' },
    // A price that is struck out runs together with the one that counts.
    ...['del', 's', 'strike'].map((selector) => ({
      selector,
      format: 'inlineSurround',
      options: { prefix: '~~', suffix: '~~' },
    })),
    { selector: 'a', format: 'link' },
    { selector: '[style]', format: 'styled' },
    // By default headings become upper case, which would change the text.
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
      selector,
      options: { uppercase: false },
    })),
    // What a reader of the mail does not see.
    ...['title', 'template', 'datalist', 'svg', '[hidden]'].map((selector) => ({ selector, format: 'skip' })),
  ],
};
const toText = compile(options);

/** @returns the text, and whether some of the HTML was left out */
export function htmlText(html: string): { readonly text: string; readonly cut: boolean } {
  const end = Math.min(html.length, MAX_HTML, tooDeep(html.slice(0, MAX_HTML)));
  // Cut between characters, not within a pair of surrogates.
  const text = tidied(toText(html.slice(0, end).toWellFormed())).trimEnd();
  // A tab at the start stands for an empty first cell.
  return { text: text.replace(/^(?:\s*\n)?[^\S\t]*/, ''), cut: end < html.length };
}

/** Characters that nobody sees: soft hyphens, byte order marks, what keeps apart or together what it stands between. */
const invisible = /\u034f|[\u00ad\u200b\u2060\ufeff]/g;
/** Joiners shape the letters and emoji that they stand between (Unicode, section 23.2), and nothing else. */
const uselessJoiner = /(?<![^\s\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\s\u200c\u200d])/g;

/**
 * Without what fills the first line that lists of mails show (hundreds of invisible characters), and with at most one empty
 * line: blocks that are empty or end in a line break would give more than are seen.
 */
function tidied(text: string): string {
  // A no-break space is one to whoever looks for words.
  const visible = text.replaceAll('\u00a0', ' ').replace(invisible, '').replace(uselessJoiner, '');
  const lines = visible.split('\n').map((line) => line.trimEnd());
  return lines.join('\n').replace(/\n{3,}/g, '\n\n');
}

/**
 * Where the elements are first nested deeper than is converted; infinite when nowhere. The parser's time is quadratic in
 * the depth, and the conversion is recursive.
 */
function tooDeep(html: string): number {
  const open: string[] = [];
  const tag = /<(?:(!--)|(\/?)([a-z][a-z0-9]*))/gi;
  for (let found = tag.exec(html); found; found = tag.exec(html)) {
    const [, comment, slash, given = ''] = found;
    const name = given.toLowerCase();
    if (comment) {
      const end = html.indexOf('-->', tag.lastIndex);
      if (end === -1) break;
      tag.lastIndex = end;
    } else if (slash) {
      const start = open.lastIndexOf(name);
      if (start !== -1) open.length = start;
    } else if (!empty.has(name)) {
      const ended = endedBySibling[name] ?? [];
      while (ended.includes(open.at(-1) ?? '')) open.pop();
      open.push(name);
      if (open.length > MAX_DEPTH) return found.index;
    }
  }
  return Number.POSITIVE_INFINITY;
}
