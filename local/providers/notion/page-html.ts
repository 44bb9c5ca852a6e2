// A plain web page of a Notion page, so that the address in its `url` shows something in a browser.
import { escapeHtml, htmlPage } from '../shared/html.ts';
import { plainText, type RichText } from './content.ts';
import { titleOf } from './properties.ts';
import type { Page, Workspace } from './store.ts';

const tags: Readonly<Record<string, string>> = {
  heading_1: 'h2',
  heading_2: 'h3',
  heading_3: 'h4',
  quote: 'blockquote',
  code: 'pre',
  bulleted_list_item: 'li',
  numbered_list_item: 'li',
  to_do: 'li',
  table: 'table',
  table_row: 'tr',
};

export function pageHtml(page: Page, workspace: Workspace): string {
  return htmlPage(titleOf(page.properties), blocksHtml(page.id, workspace), 'Notion');
}

function blocksHtml(parentId: string, workspace: Workspace): string {
  return (workspace.children[parentId] ?? [])
    .map((id) => {
      const block = workspace.blocks[id];
      if (!block || block.in_trash) return '';
      // The contents of blocks come from `readBlocks`.
      const text = escapeHtml(plainText((block.content['rich_text'] ?? []) as RichText));
      const tag = tags[block.type] ?? 'p';
      const cells = (block.content['cells'] ?? []) as RichText[];
      const inner = cells.map((cell) => `<td>${escapeHtml(plainText(cell))}</td>`).join('');
      return `<${tag}>${text}${inner}${blocksHtml(id, workspace)}</${tag}>`;
    })
    .join('');
}
