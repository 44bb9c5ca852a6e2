// The text of an HTML mail. The HTML comes from the sender: the cost of converting it is bounded here.
import { convert } from 'html-to-text';

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

/** @returns the text, and whether some of the HTML was left out */
export function htmlText(html: string): { readonly text: string; readonly cut: boolean } {
  const end = Math.min(html.length, MAX_HTML, tooDeep(html.slice(0, MAX_HTML)));
  const text = convert(html.slice(0, end), {
    wordwrap: false,
    limits: { maxDepth: 2 * MAX_DEPTH, ellipsis: '' },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      // By default headings become upper case, which would change the text.
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
    ],
  });
  return { text: text.trim(), cut: end < html.length };
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
