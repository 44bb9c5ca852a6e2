// Markdown-like text as Notion blocks, within Notion's limits for one request.
import type { BlockObjectRequest } from '@notionhq/client';
import { jsonBytes } from '../actions/invocation/output-size.ts';
import { type ListItem, type Piece, parseMarkdown, type Span, spans } from './markdown.ts';

// Notion, "Request limits": 2,000 characters a rich text, 2,000 a URL, 100 elements an array, 1,000 blocks and
// 500 KB a request. Some bytes are reserved for the rest of the request.
const MAX_TEXT = 2000;
const MAX_ARRAY = 100;
const MAX_BLOCKS = 1000;
const MAX_BYTES = 450_000;

interface RichText {
  readonly text: { readonly content: string; readonly link?: { readonly url: string } };
  readonly annotations?: { readonly bold?: boolean; readonly italic?: boolean; readonly code?: boolean };
}

/** Names of languages after a code fence that are not Notion's own. */
const shortNames: Readonly<Record<string, string>> = {
  js: 'javascript',
  ts: 'typescript',
  py: 'python',
  sh: 'shell',
  yml: 'yaml',
  md: 'markdown',
  dockerfile: 'docker',
};
// Notion refuses languages that it does not know; these it knows.
// biome-ignore format: a list of words
const languages = [
  'bash', 'c', 'c#', 'c++', 'css', 'diff', 'docker', 'go', 'graphql', 'html', 'java', 'javascript', 'json',
  'kotlin', 'makefile', 'markdown', 'mermaid', 'php', 'powershell', 'python', 'r', 'ruby', 'rust', 'scala',
  'shell', 'sql', 'swift', 'toml', 'typescript', 'xml', 'yaml',
] as const;

/** The blocks of a text; see parseMarkdown for what is read. */
export function textBlocks(content: string): BlockObjectRequest[] {
  return parseMarkdown(content).flatMap((piece) =>
    'children' in piece ? itemBlocks(piece) : pieceBlocks(piece),
  );
}

/** Batches of blocks that Notion accepts in one request each, in order. */
export function batches(blocks: readonly BlockObjectRequest[]): BlockObjectRequest[][] {
  const result: BlockObjectRequest[][] = [];
  let batch: BlockObjectRequest[] = [];
  let count = 0;
  let bytes = 0;
  for (const block of blocks) {
    const blockCount = countBlocks([block]);
    const blockBytes = jsonBytes(block);
    const full =
      batch.length === MAX_ARRAY || count + blockCount > MAX_BLOCKS || bytes + blockBytes > MAX_BYTES;
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

/** How many blocks these are with their children. */
export function countBlocks(blocks: readonly BlockObjectRequest[]): number {
  return blocks.reduce((sum, block) => {
    const [content] = Object.values(block).filter((value) => typeof value === 'object');
    return sum + 1 + (content && 'children' in content ? (content.children?.length ?? 0) : 0);
  }, 0);
}

/** A page's title as rich text: one line, no markup. */
export function titleText(text: string): { text: { content: string } }[] {
  const line = text.replace(/\s*\n\s*/g, ' ');
  return chunks(line, MAX_TEXT)
    .slice(0, MAX_ARRAY)
    .map((content) => ({ text: { content } }));
}

/** A list item with the items below it; those beyond Notion's limit follow it. */
function itemBlocks(item: ListItem): BlockObjectRequest[] {
  const below = item.children.flatMap((child) => richTexts(child.text).map((rich) => itemBlock(child, rich)));
  const [first = [], ...rest] = richTexts(item.text);
  const children = below.slice(0, MAX_ARRAY);
  const own = { rich_text: first, ...(children.length > 0 && { children }) };
  const block: BlockObjectRequest =
    item.kind === 'to_do'
      ? { type: 'to_do', to_do: { ...own, checked: item.checked } }
      : item.kind === 'numbered'
        ? { type: 'numbered_list_item', numbered_list_item: own }
        : { type: 'bulleted_list_item', bulleted_list_item: own };
  return [block, ...rest.map((rich) => itemBlock(item, rich)), ...below.slice(MAX_ARRAY)];
}

function itemBlock({ kind, checked }: ListItem, rich_text: RichText[]) {
  if (kind === 'to_do') return { type: 'to_do' as const, to_do: { rich_text, checked } };
  if (kind === 'numbered') return { type: 'numbered_list_item' as const, numbered_list_item: { rich_text } };
  return { type: 'bulleted_list_item' as const, bulleted_list_item: { rich_text } };
}

function pieceBlocks(piece: Exclude<Piece, ListItem>): BlockObjectRequest[] {
  if (piece.kind === 'divider') return [{ type: 'divider', divider: {} }];
  if (piece.kind === 'code') {
    const name = shortNames[piece.language.toLowerCase()] ?? piece.language.toLowerCase();
    const language = languages.find((known) => known === name) ?? 'plain text';
    return richTexts(piece.text, [{ text: piece.text }]).map((rich_text) => ({
      type: 'code',
      code: { rich_text, language },
    }));
  }
  return richTexts(piece.text).map((rich_text): BlockObjectRequest => {
    if (piece.kind === 'heading') return headingBlock(piece.level, rich_text);
    if (piece.kind === 'quote') return { type: 'quote', quote: { rich_text } };
    return { type: 'paragraph', paragraph: { rich_text } };
  });
}

function headingBlock(level: 1 | 2 | 3, rich_text: RichText[]): BlockObjectRequest {
  if (level === 1) return { type: 'heading_1', heading_1: { rich_text } };
  if (level === 2) return { type: 'heading_2', heading_2: { rich_text } };
  return { type: 'heading_3', heading_3: { rich_text } };
}

/** A text as rich texts within the limits: one array, or more where one block cannot hold them all. */
function richTexts(text: string, parts: readonly Span[] = spans(text)): RichText[][] {
  const all = parts.flatMap(({ text, style, url }) =>
    chunks(text, MAX_TEXT).map((content) => ({
      text: { content, ...(url !== undefined && url.length <= MAX_TEXT && { link: { url } }) },
      ...(style !== undefined && { annotations: { [style]: true } }),
    })),
  );
  const arrays: RichText[][] = [];
  for (let at = 0; at < all.length; at += MAX_ARRAY) arrays.push(all.slice(at, at + MAX_ARRAY));
  return arrays.length > 0 ? arrays : [[]];
}

/** Cuts a text into pieces of at most so many UTF-16 units, never inside a surrogate pair. */
function chunks(text: string, size: number): string[] {
  const result: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + size, text.length);
    if (end < text.length && /[\uD800-\uDBFF]/.test(text[end - 1] ?? '')) end--;
    result.push(text.slice(at, end));
    at = end;
  }
  return result;
}
