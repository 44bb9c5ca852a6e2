// The text of an HTML mail. The HTML comes from the sender: the cost of converting it is bounded here.
import {
  compile,
  type DomNode,
  type FormatCallback,
  type HtmlToTextOptions,
  type RecursiveCallback,
} from 'html-to-text';

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
  'address article aside body caption center dd details dialog dir dl dt fieldset figcaption figure footer header ' +
  'hgroup html legend main menu nav option optgroup search section summary td th tr';

const options: HtmlToTextOptions = {
  wordwrap: false,
  limits: { maxDepth: 2 * MAX_DEPTH, ellipsis: '' },
  // All of it: gateways put their text behind </html>, and a quoted mail has a body of its own.
  baseElements: { selectors: [] },
  formatters: { rows: formatTable, superscript: formatSuperscript },
  selectors: [
    { selector: 'img', format: 'skip' },
    ...blocks.split(' ').map((selector) => ({
      selector,
      format: 'block',
      options: { leadingLineBreaks: 1, trailingLineBreaks: 1 },
    })),
    { selector: 'table', format: 'rows' },
    { selector: 'sup', format: 'superscript' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
    // By default headings become upper case, which would change the text.
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
      selector,
      options: { uppercase: false },
    })),
    // What a reader of the mail does not see, for example first words that are for the list of mails alone.
    ...[
      'title',
      'template',
      'datalist',
      '[hidden]',
      '[style*="display:none" i]',
      '[style*="display: none" i]',
    ].map((selector) => ({ selector, format: 'skip' })),
  ],
};
const toText = compile(options);

/** @returns the text, and whether some of the HTML was left out */
export function htmlText(html: string): { readonly text: string; readonly cut: boolean } {
  const end = Math.min(html.length, MAX_HTML, tooDeep(html.slice(0, MAX_HTML)));
  // Cut between characters, not within a pair of surrogates.
  // A no-break space is one to whoever looks for words.
  const text = toText(html.slice(0, end).toWellFormed()).replaceAll('\u00a0', ' ').trimEnd();
  // A tab at the start stands for an empty first cell.
  return { text: text.replace(/^(?:\s*\n)?[^\S\t]*/, ''), cut: end < html.length };
}

type BlockTextBuilder = Parameters<FormatCallback>[2];

interface Cell {
  readonly text: string;
  readonly colspan: number;
}

/** Wrappers that may stand between a table and its rows, or a row and its cells. */
const wrappers = new Set(['thead', 'tbody', 'tfoot', 'form', 'center', 'colgroup']);

/** A table: a line for each row, with tabs between the cells. */
function formatTable(table: DomNode, walk: RecursiveCallback, builder: BlockTextBuilder): void {
  builder.openTable();
  table.children.forEach(row);
  builder.closeTable({ tableToString: tableText, leadingLineBreaks: 1, trailingLineBreaks: 1 });

  function row(node: DomNode): void {
    if (isBlank(node) || isHidden(node)) return;
    if (wrappers.has(node.name ?? '')) {
      node.children.forEach(row);
      return;
    }
    builder.openTableRow();
    // What stands in a table outside of its cells is shown too, for example its caption.
    if (node.name === 'tr') node.children.forEach(cell);
    else cell(node);
    builder.closeTableRow();
  }

  function cell(node: DomNode): void {
    if (isBlank(node)) return;
    if (wrappers.has(node.name ?? '')) {
      node.children.forEach(cell);
      return;
    }
    const isCell = node.name === 'td' || node.name === 'th';
    builder.openTableCell();
    if (!isCell || !isHidden(node)) walk(isCell ? node.children : [node], builder);
    builder.closeTableCell({ colspan: Math.min(Math.max(1, Number(node.attribs?.colspan) || 1), 100) });
  }
}

function isBlank({ type, data }: DomNode): boolean {
  return type === 'text' ? !data?.trim() : type !== 'tag';
}

/** Rows and cells are not selected one by one, so that what hides them is looked for here. */
function isHidden({ attribs }: DomNode): boolean {
  return attribs?.hidden !== undefined || /display:\s*none/i.test(attribs?.style ?? '');
}

/** A row that is longer, or has a cell of more lines, is there for the layout: its cells come one after another. */
const MAX_ROW = 300;
const MAX_CELL_LINES = 3;

function tableText(rows: readonly (readonly Cell[])[]): string {
  const used = usedColumns(rows);
  return rows
    .map((cells) => {
      const texts = cells.map(({ text }) => text.trim());
      const some = texts.filter((text) => text !== '');
      const isLayout =
        (some.length === 1 && some[0]?.includes('\n')) ||
        some.length === 0 ||
        some.join('').length > MAX_ROW ||
        some.some((text) => text.includes('\t') || text.split(/\n+/).length > MAX_CELL_LINES);
      if (isLayout) return some.join('\n');
      let column = 0;
      return cells
        .flatMap(({ colspan }, i) => {
          const shown = used.slice(column, column + colspan).filter(Boolean).length;
          column += colspan;
          const text = (texts[i] ?? '').replace(/\s*\n\s*/g, ' ');
          return shown > 0 || text !== '' ? [text, ...Array<string>(Math.max(0, shown - 1)).fill('')] : [];
        })
        .join('\t')
        .trimEnd();
    })
    .filter((line) => line !== '')
    .join('\n');
}

/** Whether a column has a text in any row; mails use empty ones as margins. */
function usedColumns(rows: readonly (readonly Cell[])[]): boolean[] {
  const used: boolean[] = [];
  for (const cells of rows) {
    let column = 0;
    for (const { text, colspan } of cells) {
      used[column] ||= text.trim() !== '';
      column += colspan;
    }
  }
  return Array.from(used, Boolean);
}

/** Digits set above a number are not its further digits: 10² and 15⁹⁹ would become 102 and 1599. */
function formatSuperscript(sup: DomNode, walk: RecursiveCallback, builder: BlockTextBuilder): void {
  const siblings = sup.parent?.children ?? [];
  const before = siblings[siblings.indexOf(sup) - 1];
  const follows = before?.type === 'text' && /\d$/.test(before.data ?? '');
  if (follows && /^\d/.test(sup.children[0]?.data ?? '')) builder.addLiteral('^');
  walk(sup.children, builder);
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
