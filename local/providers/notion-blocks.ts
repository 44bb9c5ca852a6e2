// Notion's blocks: retrieve, list, append, update, delete.
import * as z from 'zod';
import { isBlockType, readBlocks, readContent } from './notion-content.ts';
import { NotionError, validate } from './notion-errors.ts';
import { titleOf } from './notion-properties.ts';
import {
  answer,
  archived,
  blockId,
  body,
  findBlock,
  findParentPage,
  listOf,
  pagingShape,
  type Routes,
  view,
} from './notion-wire.ts';
import {
  addBlocks,
  minute,
  type Page,
  type Parent,
  readId,
  showBlock,
  showPage,
  touch,
  type Workspace,
} from './notion-workspace.ts';

export function addBlockRoutes({ app, state: space, baseUrl }: Routes): void {
  app.get('/v1/blocks/:id', (call) => {
    const block = space.blocks[blockId(call)];
    if (block) return answer(showBlock(block, space));
    return answer(showChildPage(findParentPage(space, blockId(call)), space));
  });

  app.get('/v1/blocks/:id/children', (call) => {
    const id = blockId(call);
    if (!space.blocks[id]) findParentPage(space, id);
    const blocks = (space.children[id] ?? []).flatMap((child) => space.blocks[child] ?? []);
    const pages = Object.values(space.pages).filter(
      (page) => page.parent.type === 'page_id' && page.parent.page_id === id,
    );
    const shown = [
      ...blocks.filter((block) => !block.in_trash).map((block) => showBlock(block, space)),
      ...pages.filter((page) => !page.in_trash).map((page) => showChildPage(page, space)),
    ];
    const { page_size, start_cursor } = {
      page_size: call.req.query('page_size'),
      start_cursor: call.req.query('start_cursor'),
    };
    const paging = validate(
      pagingShape,
      {
        ...(page_size !== undefined && { page_size: Number(page_size) }),
        ...(start_cursor !== undefined && { start_cursor }),
      },
      'query',
    );
    return answer(listOf(shown, paging, 'block'));
  });

  app.patch('/v1/blocks/:id/children', async (call) => {
    const id = blockId(call);
    const sent = validate(
      z.looseObject({ children: z.unknown(), after: z.string().optional() }),
      await body(call),
    );
    const block = space.blocks[id];
    if ((block ?? findParentPage(space, id)).in_trash) throw archived();
    const parent: Parent = block ? { type: 'block_id', block_id: id } : { type: 'page_id', page_id: id };
    const after = sent.after === undefined ? undefined : readId(sent.after, 'body.after');
    const added = addBlocks(space, parent, readBlocks(sent.children), after);
    touch(space, id);
    const shown = added.flatMap((child) => space.blocks[child] ?? []).map((child) => showBlock(child, space));
    return answer(listOf(shown, { page_size: 100 }, 'block'));
  });

  app.patch('/v1/blocks/:id', async (call) => {
    const block = findBlock(space, call);
    const sent = validate(z.record(z.string(), z.unknown()), await body(call));
    const type = Object.keys(sent).find(isBlockType);
    if (type !== undefined && type !== block.type) {
      throw new NotionError(
        'validation_error',
        `Provided type ${type} does not match the block's type ${block.type}.`,
      );
    }
    if (type) block.content = { ...block.content, ...readContent(type, sent[type], `body.${type}`).content };
    const trashed = sent['in_trash'] ?? sent['archived'];
    if (typeof trashed === 'boolean') block.in_trash = trashed;
    block.last_edited_time = minute();
    touch(space, block.id);
    return answer(showBlock(block, space));
  });

  app.delete('/v1/blocks/:id', (call) => {
    const page = space.pages[blockId(call)];
    if (page) {
      page.in_trash = true;
      return answer({ ...showPage(page, view(call, baseUrl)), object: 'block', type: 'child_page' });
    }
    const block = findBlock(space, call);
    block.in_trash = true;
    touch(space, block.id);
    return answer(showBlock(block, space));
  });
}

/** A page as a block of the page that it is in. */
function showChildPage(page: Page, space: Workspace): Record<string, unknown> {
  const { id, created_time, last_edited_time, in_trash, parent, properties } = page;
  return {
    object: 'block',
    id,
    parent,
    created_time,
    last_edited_time,
    has_children: (space.children[id] ?? []).length > 0,
    archived: in_trash,
    in_trash,
    type: 'child_page',
    child_page: { title: titleOf(properties) },
  };
}
