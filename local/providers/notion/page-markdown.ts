// A page as Markdown in Notion's own form: https://developers.notion.com/guides/data-apis/enhanced-markdown.
import * as z from 'zod';
import type { RichText } from './content.ts';
import type { Block, Workspace } from './store.ts';

const parts = z.custom<RichText>((value) => Array.isArray(value)).catch([]);
const content = z.object({
  rich_text: parts,
  caption: parts,
  cells: z.array(parts).catch([]),
  checked: z.boolean().catch(false),
  language: z.string().catch(''),
  expression: z.string().catch(''),
  url: z.string().catch(''),
  has_column_header: z.boolean().catch(false),
  has_row_header: z.boolean().catch(false),
  type: z.string().catch(''),
  external: z.object({ url: z.string() }).optional().catch(undefined),
  file: z.object({ url: z.string() }).optional().catch(undefined),
});
type Content = z.output<typeof content>;

export function pageMarkdown(pageId: string, workspace: Workspace): string {
  return lines(pageId, workspace, '').join('\n');
}

/** What stands behind the blocks within one. */
const closings: ReadonlyMap<string, string> = new Map([
  ['toggle', '</details>'],
  ['callout', '</callout>'],
]);

/** @param indent a tab for each level */
function lines(parentId: string, workspace: Workspace, indent: string): string[] {
  const blocks = (workspace.children[parentId] ?? [])
    .flatMap((id) => workspace.blocks[id] ?? [])
    .filter((block) => !block.in_trash);
  return blocks.flatMap((block, index) => {
    const number = blocks.slice(0, index + 1).findLastIndex(({ type }) => type !== 'numbered_list_item');
    const own = content.parse(block.content);
    if (block.type === 'table') return tableLines(block, own, workspace).map((line) => indent + line);
    const [first = '', ...rest] = blockLines(block, own, index - number);
    const closing = closings.get(block.type);
    return [
      indent + first,
      ...rest.map((line) => indent + line),
      ...lines(block.id, workspace, `${indent}\t`),
      ...(closing === undefined ? [] : [indent + closing]),
    ];
  });
}

/** @param number of an item of a numbered list */
function blockLines(block: Block, own: Content, number: number): string[] {
  const text = inline(own.rich_text);
  switch (block.type) {
    case 'heading_1':
      return [`# ${text}`];
    case 'heading_2':
      return [`## ${text}`];
    case 'heading_3':
      return [`### ${text}`];
    case 'bulleted_list_item':
      return [`- ${text}`];
    case 'numbered_list_item':
      return [`${number}. ${text}`];
    case 'to_do':
      return [`- [${own.checked ? 'x' : ' '}] ${text}`];
    case 'quote':
      return [`> ${text}`];
    case 'toggle':
      return ['<details>', `<summary>${text}</summary>`];
    case 'callout':
      return ['<callout>', `\t${text}`];
    case 'code':
      return [`\`\`\`${own.language}`, ...plain(own.rich_text).split('\n'), '```'];
    case 'equation':
      return ['$$', ...own.expression.split('\n'), '$$'];
    case 'divider':
      return ['---'];
    case 'image':
      return [`![${inline(own.caption)}](${address(own)})`];
    // "Media blocks": <file src="URL">Caption</file>.
    case 'file':
    case 'pdf':
    case 'video':
    case 'audio':
      return [`<${block.type} src="${address(own)}">${inline(own.caption)}</${block.type}>`];
    case 'bookmark':
    case 'embed':
      return [`[${inline(own.caption) || escaped(own.url)}](${own.url})`];
    default:
      return [text];
  }
}

function address({ external, file }: Content): string {
  return external?.url ?? file?.url ?? '';
}

function tableLines({ id }: Block, own: Content, workspace: Workspace): string[] {
  const rows = (workspace.children[id] ?? []).flatMap((row) => workspace.blocks[row] ?? []);
  const header = own.has_column_header ? ' header-row="true"' : '';
  const column = own.has_row_header ? ' header-column="true"' : '';
  return [
    `<table${header}${column}>`,
    ...rows.flatMap((row) => [
      '<tr>',
      ...content.parse(row.content).cells.map((cell) => `<td>${inline(cell)}</td>`),
      '</tr>',
    ]),
    '</table>',
  ];
}

function plain(text: RichText): string {
  return text.map(({ plain_text }) => plain_text).join('');
}

function inline(text: RichText): string {
  return text.map(span).join('');
}

function span({
  type,
  annotations: { bold, italic, strikethrough, underline, code },
  ...part
}: RichText[number]) {
  let shown =
    type === 'equation' ? `$${part.plain_text}$` : code ? `\`${part.plain_text}\`` : escaped(part.plain_text);
  if (strikethrough) shown = `~~${shown}~~`;
  if (italic) shown = `*${shown}*`;
  if (bold) shown = `**${shown}**`;
  if (underline) shown = `<span underline="true">${shown}</span>`;
  return part.href === null ? shown : `[${shown}](${part.href})`;
}

/** "The following characters should be escaped outside of code blocks"; a line break within a block is a tag. */
function escaped(text: string): string {
  return text.replace(/[\\*~`$[\]<>{}|^]/g, '\\$&').replaceAll('\n', '<br>');
}
