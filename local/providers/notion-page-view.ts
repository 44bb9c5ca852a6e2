// A plain web page of a Notion page, so that the address in its `url` shows something in a browser.
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
  const title = escapeHtml(titleOf(page.properties));
  return (
    `<!doctype html><meta charset="utf-8"><title>${title}</title>` +
    '<style>body{font:16px/1.5 system-ui;max-width:44rem;margin:3rem auto;padding:0 1rem}pre{white-space:pre-wrap}</style>' +
    `<h1>${title}</h1>${blocksView(page.id, space)}<hr><p><small>Emulated Notion</small></p>`
  );
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

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
