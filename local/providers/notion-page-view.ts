// A plain web page of a Notion page, so that the address in its `url` shows something in a browser.
import { escapeHtml, htmlPage } from './html.ts';
import { plainText, type RichText } from './notion-content.ts';
import { titleOf } from './notion-properties.ts';
import type { Page, Workspace } from './notion-workspace.ts';

const tags: Readonly<Record<string, string>> = {
  heading_1: 'h2',
  heading_2: 'h3',
  heading_3: 'h4',
  quote: 'blockquote',
  code: 'pre',
  bulleted_list_item: 'li',
  numbered_list_item: 'li',
  to_do: 'li',
};

export function pageView(page: Page, space: Workspace): string {
  return htmlPage(titleOf(page.properties), blocksView(page.id, space), 'Notion');
}

function blocksView(parentId: string, space: Workspace): string {
  return (space.children[parentId] ?? [])
    .map((id) => {
      const block = space.blocks[id];
      if (!block || block.in_trash) return '';
      // Blocks with text were made by `readBlocks`.
      const text = escapeHtml(plainText((block.content['rich_text'] ?? []) as RichText));
      const tag = tags[block.type] ?? 'p';
      return `<${tag}>${text}${blocksView(id, space)}</${tag}>`;
    })
    .join('');
}
