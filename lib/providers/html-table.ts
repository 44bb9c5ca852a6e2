// The tables of an HTML mail as text: a line for each row, with tabs between the cells.
import type { DomNode, FormatCallback, RecursiveCallback } from 'html-to-text';
import { dropSizeless, isHidden } from './html-style.ts';

type BlockTextBuilder = Parameters<FormatCallback>[2];

interface Cell {
  readonly text: string;
  readonly colspan: number;
  readonly rowspan: number;
}

/** Wrappers that may stand between a table and its rows, or a row and its cells. */
const wrappers = new Set(['thead', 'tbody', 'tfoot', 'form', 'center', 'colgroup']);

export function formatTable(table: DomNode, walk: RecursiveCallback, builder: BlockTextBuilder): void {
  builder.openTable();
  table.children.forEach(row);
  builder.closeTable({ tableToString: tableText, leadingLineBreaks: 1, trailingLineBreaks: 1 });

  function row(node: DomNode): void {
    if (isBlank(node) || isHidden(node)) return;
    dropSizeless(node);
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
    dropSizeless(node);
    builder.openTableCell();
    if (!isCell || !isHidden(node)) walk(isCell ? node.children : [node], builder);
    builder.closeTableCell({
      colspan: span(node.attribs?.colspan, 100),
      rowspan: span(node.attribs?.rowspan, 1000),
    });
  }
}

function isBlank({ type, data }: DomNode): boolean {
  return type === 'text' ? !data?.trim() : type !== 'tag';
}

function span(given: unknown, max: number): number {
  return Math.min(Math.max(1, Math.floor(Number(given)) || 1), max);
}

/** A row that is longer, or has a cell of more lines, is there for the layout: its cells come one after another. */
const MAX_ROW = 300;
const MAX_CELL_LINES = 3;

function tableText(rows: readonly (readonly Cell[])[]): string {
  const placed = rows.map(placer());
  const shown = shownColumns(placed);
  return placed
    .map((cells) => {
      const some = cells.map(({ text }) => text).filter((text) => text !== '');
      const isLayout =
        (some.length === 1 && some[0]?.includes('\n')) ||
        some.length === 0 ||
        some.join('').length > MAX_ROW ||
        some.some((text) => text.includes('\t') || text.split(/\n+/).length > MAX_CELL_LINES);
      if (isLayout) return some.join('\n');
      const line: string[] = [];
      for (const { column, text } of cells)
        if (text !== '') line[shown.get(column) ?? 0] = text.replace(/\s*\n\s*/g, ' ');
      return Array.from(line, (text) => text ?? '').join('\t');
    })
    .filter((line) => line !== '')
    .join('\n');
}

interface PlacedCell {
  readonly column: number;
  readonly text: string;
}

/** From here on, columns are counted as if no cell reached into the next row, which bounds the work. */
const MAX_COLUMNS = 1000;

/** Finds the columns in which a row's cells begin: beside those that reach down from rows before (HTML standard, 4.9.12). */
function placer() {
  /** For each column, the first row in which it is free again. */
  const free: number[] = [];
  return (cells: readonly Cell[], row: number): PlacedCell[] => {
    let next = 0;
    return cells.map(({ text, colspan, rowspan }) => {
      while (next < MAX_COLUMNS && (free[next] ?? 0) > row) next += 1;
      const column = next;
      next += colspan;
      for (let at = column; at < Math.min(next, MAX_COLUMNS); at += 1) free[at] = row + rowspan;
      return { column, text: text.trim() };
    });
  };
}

/** The columns in which a text begins, each with its place among them; mails use empty ones as margins. */
function shownColumns(rows: readonly (readonly PlacedCell[])[]): ReadonlyMap<number, number> {
  const used = new Set(
    rows.flatMap((cells) => cells.filter(({ text }) => text !== '').map(({ column }) => column)),
  );
  return new Map([...used].toSorted((a, b) => a - b).map((column, place) => [column, place]));
}
