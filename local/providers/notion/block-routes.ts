// Notion's blocks: retrieve, update, delete; list and append children.
import * as z from 'zod';
import { isBlockType, readBlocks, readContent } from './content.ts';
import { archived, NotionError, validate } from './errors.ts';
import { withFiles } from './file-routes.ts';
import { pathId, queryPaging, type Routes, readBody, readId, viewOptions } from './request.ts';
import { blockObject, childPageObject, jsonResponse, listOf, pageObject } from './responses.ts';
import { addBlocks, currentMinute, findBlock, findPage, type Parent, touch } from './store.ts';

/** Where blocks are inserted, since version 2026-03-11; `after` is its predecessor. */
const position = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start') }),
  z.object({ type: z.literal('end') }),
  z.object({ type: z.literal('after_block'), after_block: z.object({ id: z.string() }) }),
]);

export function addBlockRoutes({ app, state: workspace, baseUrl }: Routes): void {
  app.get('/v1/blocks/:id', (call) => {
    const block = workspace.blocks[pathId(call, 'block')];
    if (block) return jsonResponse(blockObject(block, workspace));
    return jsonResponse(childPageObject(findPage(workspace, pathId(call, 'block'), 'block'), workspace));
  });

  app.patch('/v1/blocks/:id', async (call) => {
    const block = findBlock(workspace, pathId(call, 'block'));
    const sent = validate(z.record(z.string(), z.unknown()), await readBody(call));
    const type = Object.keys(sent).find(isBlockType);
    if (type !== undefined && type !== block.type) {
      throw new NotionError(
        'validation_error',
        `Provided type ${type} does not match the block's type ${block.type}.`,
      );
    }
    if (type)
      block.content = { ...block.content, ...readContent(type, sent[type], `body.${type}`, 0).content };
    const trashed = sent['in_trash'] ?? sent['archived'];
    if (typeof trashed === 'boolean') block.in_trash = trashed;
    block.last_edited_time = currentMinute();
    touch(workspace, block.id);
    return jsonResponse(blockObject(block, workspace));
  });

  app.delete('/v1/blocks/:id', (call) => {
    const page = workspace.pages[pathId(call, 'block')];
    if (page) {
      page.in_trash = true;
      return jsonResponse({
        ...pageObject(page, viewOptions(call, baseUrl)),
        object: 'block',
        type: 'child_page',
      });
    }
    const block = findBlock(workspace, pathId(call, 'block'));
    block.in_trash = true;
    touch(workspace, block.id);
    return jsonResponse(blockObject(block, workspace));
  });
}

/** Of the blocks and pages below a page or block. */
export function addBlockChildrenRoutes({ app, state: workspace, baseUrl }: Routes): void {
  app.get('/v1/blocks/:id/children', (call) => {
    const id = pathId(call, 'block');
    if (!workspace.blocks[id]) findPage(workspace, id, 'block');
    const blocks = (workspace.children[id] ?? []).flatMap((child) => workspace.blocks[child] ?? []);
    const pages = Object.values(workspace.pages).filter(
      (page) => page.parent.type === 'page_id' && page.parent.page_id === id,
    );
    const objects = [
      ...blocks.filter((block) => !block.in_trash).map((block) => blockObject(block, workspace)),
      ...pages.filter((page) => !page.in_trash).map((page) => childPageObject(page, workspace)),
    ];
    return jsonResponse(listOf(objects, queryPaging(call), 'block'));
  });

  app.patch('/v1/blocks/:id/children', async (call) => {
    const id = pathId(call, 'block');
    const sent = validate(
      z.looseObject({ children: z.unknown(), after: z.string().optional(), position: position.optional() }),
      await readBody(call),
    );
    const block = workspace.blocks[id];
    if ((block ?? findPage(workspace, id, 'block')).in_trash) throw archived();
    const parent: Parent = block ? { type: 'block_id', block_id: id } : { type: 'page_id', page_id: id };
    const at = sent.position;
    const after =
      at?.type === 'start'
        ? null
        : at?.type === 'after_block'
          ? readId(at.after_block.id, 'body.position.after_block.id')
          : sent.after === undefined
            ? undefined
            : readId(sent.after, 'body.after');
    const added = addBlocks(
      workspace,
      parent,
      withFiles(workspace, readBlocks(sent.children), baseUrl),
      after,
    );
    touch(workspace, id);
    const objects = added
      .flatMap((child) => workspace.blocks[child] ?? [])
      .map((child) => blockObject(child, workspace));
    return jsonResponse(listOf(objects, { page_size: 100 }, 'block'));
  });
}
