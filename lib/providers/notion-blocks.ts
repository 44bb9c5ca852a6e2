// Markdown as Notion blocks, within Notion's limits for one request.
import type { BlockObjectRequest } from '@notionhq/client';
import { jsonBytes } from '../actions/invocation/output-size.ts';
import { type Piece, parseMarkdown, type Span, type TextPiece } from './markdown.ts';
import { codeLanguage } from './notion-code-languages.ts';
import {
  isNotionImage,
  isNotionLink,
  MAX_ARRAY,
  MAX_FORMULA,
  type RichText,
  richTexts,
} from './notion-text.ts';

// https://developers.notion.com/reference/request-limits: 1,000 blocks and 500 KB a request, of which some bytes are for the
// rest of it. https://developers.notion.com/reference/patch-block-children: 100 blocks a list, two levels below the first.
const MAX_BLOCKS = 1000;
const MAX_BYTES = 450_000;

type TextBlock<Child> = ReturnType<typeof textBlock<Child>>;
type SingleBlock = ReturnType<typeof single>[number];
/** Blocks of the third and the second level. A table can only be one of the first: its rows are below it. */
type Leaf = SingleBlock | TextBlock<never>;
type Middle = SingleBlock | TextBlock<Leaf>;

/** The blocks of a text. */
export function textBlocks(content: string): BlockObjectRequest[] {
  return parseMarkdown(content, isNotionLink).flatMap((piece): BlockObjectRequest[] => {
    if (piece.kind === 'table') return tables(piece.rows) ?? rowTexts(piece.rows);
    return 'children' in piece ? texts(piece, piece.children.flatMap(middle)) : single(piece);
  });
}

function middle(piece: Piece): Middle[] {
  if (piece.kind === 'table') return rowTexts(piece.rows);
  return 'children' in piece ? texts(piece, piece.children.flatMap(leaves)) : single(piece);
}

/** What would be deeper stands beside what it belongs to. */
function leaves(piece: Piece): Leaf[] {
  if (piece.kind === 'table') return rowTexts(piece.rows);
  if (!('children' in piece)) return single(piece);
  return [...texts<never>(piece, []), ...piece.children.flatMap(leaves)];
}

/** A text with the blocks below it, in the last of its blocks; what these cannot hold follows. */
function texts<Child extends object>(
  piece: TextPiece,
  below: readonly Child[],
): (TextBlock<Child> | Child)[] {
  const lists = richTexts(piece.spans);
  const [kept, over] = fitting(below, jsonBytes(lists.at(-1)));
  const blocks = lists.map((rich, i) => textBlock(piece, rich, i === lists.length - 1 ? kept : []));
  return [...blocks, ...over];
}

function fitting<Child extends object>(below: readonly Child[], bytesAbove: number): [Child[], Child[]] {
  let count = 1;
  let bytes = bytesAbove;
  const end = below.findIndex((block, i) => {
    count += countBlocks([block]);
    bytes += jsonBytes(block);
    return i === MAX_ARRAY || count > MAX_BLOCKS || bytes > MAX_BYTES;
  });
  return end === -1 ? [[...below], []] : [below.slice(0, end), below.slice(end)];
}

function textBlock<Child>({ kind, checked = false }: TextPiece, rich_text: RichText[], children: Child[]) {
  const content = { rich_text, ...(children.length > 0 && { children }) };
  switch (kind) {
    case 'paragraph':
      return { type: 'paragraph' as const, paragraph: content };
    case 'quote':
      return { type: 'quote' as const, quote: content };
    case 'bulleted':
      return { type: 'bulleted_list_item' as const, bulleted_list_item: content };
    case 'numbered':
      return { type: 'numbered_list_item' as const, numbered_list_item: content };
    case 'to_do':
      return { type: 'to_do' as const, to_do: { ...content, checked } };
  }
}

type Single = Exclude<Piece, TextPiece | { readonly kind: 'table' }>;

/** Blocks that have none below them. */
function single(piece: Single) {
  switch (piece.kind) {
    case 'divider':
      return [{ type: 'divider' as const, divider: {} }];
    case 'heading':
      return richTexts(piece.spans).map((rich) => heading(piece.level, rich));
    case 'code': {
      const language = codeLanguage(piece.language);
      return richTexts([{ text: piece.text }]).map((rich_text) => ({
        type: 'code' as const,
        code: { rich_text, language },
      }));
    }
    case 'image':
      return [image(piece.url, piece.alt)];
    case 'formula':
      return formula(piece.text);
  }
}

function formula(expression: string) {
  if (expression.length <= MAX_FORMULA) return [{ type: 'equation' as const, equation: { expression } }];
  return richTexts([{ text: expression }]).map((rich_text) => ({
    type: 'code' as const,
    code: { rich_text, language: 'latex' as const },
  }));
}

/** Notion has three levels of headings. */
function heading(level: number, rich_text: RichText[]) {
  if (level === 1) return { type: 'heading_1' as const, heading_1: { rich_text } };
  if (level === 2) return { type: 'heading_2' as const, heading_2: { rich_text } };
  return { type: 'heading_3' as const, heading_3: { rich_text } };
}

function image(url: string, alt: string) {
  const [caption = []] = richTexts([{ text: alt }]);
  if (isNotionImage(url)) return { type: 'image' as const, image: { external: { url }, caption } };
  const [rich_text = []] = richTexts([{ text: alt || url, url }]);
  return { type: 'paragraph' as const, paragraph: { rich_text } };
}

type Rows = readonly (readonly (readonly Span[])[])[];

/** Tables of at most 100 rows, each with the header; undefined where a row does not fit into one. */
function tables(rows: Rows): BlockObjectRequest[] | undefined {
  const width = rows[0]?.length ?? 0;
  const cells = rows.map((row) => row.map((cell) => richTexts(cell)));
  if (width > MAX_ARRAY || cells.flat().some((lists) => lists.length > 1)) return undefined;
  const [header, ...body] = cells.map((row) => ({
    type: 'table_row' as const,
    table_row: { cells: row.map(([rich = []]) => rich) },
  }));
  if (!header) return undefined;
  // A header without a text is how tables without one are written.
  const head = header.table_row.cells.some((cell) => cell.length > 0) ? [header] : [];
  const size = jsonBytes(header);
  const groups = [head.slice()];
  let bytes = size;
  for (const row of body) {
    const rowBytes = jsonBytes(row);
    if (size + rowBytes > MAX_BYTES) return undefined;
    if (groups.at(-1)?.length === MAX_ARRAY || bytes + rowBytes > MAX_BYTES) {
      groups.push(head.slice());
      bytes = size;
    }
    groups.at(-1)?.push(row);
    bytes += rowBytes;
  }
  return groups
    .filter((group) => group.length > 0)
    .map((children) => ({
      type: 'table',
      table: { table_width: width, has_column_header: head.length > 0, has_row_header: false, children },
    }));
}

/** A table where none can be: a line for each row. */
function rowTexts(rows: Rows): TextBlock<never>[] {
  return rows.flatMap((row) => {
    const spans = row.flatMap((cell, i) => (i === 0 ? cell : [{ text: ' | ' }, ...cell]));
    return richTexts(spans).map((rich_text) => ({ type: 'paragraph' as const, paragraph: { rich_text } }));
  });
}

/** Batches of blocks that Notion accepts in one request each, and one more block in it; in order. */
export function batches(blocks: readonly BlockObjectRequest[]): BlockObjectRequest[][] {
  const result: BlockObjectRequest[][] = [];
  let batch: BlockObjectRequest[] = [];
  let count = 0;
  let bytes = 0;
  for (const block of blocks) {
    const blockCount = countBlocks([block]);
    const blockBytes = jsonBytes(block);
    const full =
      batch.length === MAX_ARRAY - 1 || count + blockCount >= MAX_BLOCKS || bytes + blockBytes > MAX_BYTES;
    if (full && batch.length > 0) {
      result.push(batch);
      batch = [];
      count = 0;
      bytes = 0;
    }
    batch.push(block);
    count += blockCount;
    bytes += blockBytes;
  }
  return batch.length > 0 ? [...result, batch] : result;
}

/** How many blocks these are with those below them. */
export function countBlocks(blocks: readonly object[]): number {
  return blocks.reduce((sum: number, block) => {
    const contents = Object.values(block).filter((value) => typeof value === 'object');
    return sum + 1 + contents.reduce((inner, { children }) => inner + countBlocks(children ?? []), 0);
  }, 0);
}
