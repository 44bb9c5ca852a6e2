// Notion's rich text and blocks: what may be sent, and what they look like when read back.
import * as z from 'zod';
import { NotionError, validate } from './errors.ts';

const annotations = {
  bold: z.boolean().default(false),
  italic: z.boolean().default(false),
  strikethrough: z.boolean().default(false),
  underline: z.boolean().default(false),
  code: z.boolean().default(false),
  color: z.string().default('default'),
};

const richTextItem = z.object({
  type: z.literal('text').optional(),
  // https://developers.notion.com/reference/request-limits
  text: z.object({
    content: z.string().max(2000),
    link: z.object({ url: z.string().max(2000) }).nullish(),
  }),
  annotations: z.object(annotations).prefault({}),
});

/** Rich text as it is sent, transformed into what is read back. */
export const richText = z
  .array(
    richTextItem.transform(({ text: { content, link }, annotations }) => ({
      type: 'text' as const,
      text: { content, link: link ?? null },
      annotations,
      plain_text: content,
      href: link?.url ?? null,
    })),
  )
  .max(100);
export type RichText = z.output<typeof richText>;

export function plainText(parts: RichText): string {
  return parts.map((part) => part.plain_text).join('');
}

const color = z.string().default('default');
const text = z.object({ rich_text: richText, color });
const heading = z.object({ rich_text: richText, color, is_toggleable: z.boolean().default(false) });
const link = z.object({ url: z.string().max(2000), caption: richText.default([]) });

const blockContents = {
  paragraph: text,
  heading_1: heading,
  heading_2: heading,
  heading_3: heading,
  bulleted_list_item: text,
  numbered_list_item: text,
  toggle: text,
  quote: text,
  callout: text,
  to_do: z.object({ rich_text: richText, color, checked: z.boolean().default(false) }),
  code: z.object({ rich_text: richText, language: z.string(), caption: richText.default([]) }),
  divider: z.object({}),
  bookmark: link,
  embed: link,
} as const;
export type BlockType = keyof typeof blockContents;
const blockTypes = Object.keys(blockContents) as BlockType[];

export interface NewBlock {
  readonly type: BlockType;
  readonly content: Record<string, unknown>;
  readonly children: readonly NewBlock[];
}

/** https://developers.notion.com/reference/patch-block-children: at most 100 blocks a request. */
const blockList = z.array(z.record(z.string(), z.unknown())).max(100);

/** @throws NotionError validation_error */
export function readBlocks(value: unknown, path = 'body.children'): NewBlock[] {
  return validate(blockList, value, path).map((block, index) => {
    const here = `${path}[${index}]`;
    const type = blockTypes.find((name) => block[name] !== undefined);
    if (!type) {
      const list = blockTypes.map((name) => `${here}.${name} should be defined, instead was \`undefined\`.`);
      throw new NotionError('validation_error', `body failed validation. Fix one:\n${list.join('\n')}`);
    }
    return { type, ...readContent(type, block[type], `${here}.${type}`) };
  });
}

/** What a block of a type holds, for a new block or in place of an old one's. */
export function readContent(type: BlockType, value: unknown, path: string): Omit<NewBlock, 'type'> {
  const content: Record<string, unknown> = validate<z.ZodType<Record<string, unknown>>>(
    blockContents[type],
    value,
    path,
  );
  const children =
    typeof value === 'object' && value !== null && 'children' in value ? value.children : undefined;
  return { content, children: children === undefined ? [] : readBlocks(children, `${path}.children`) };
}

export function isBlockType(name: string): name is BlockType {
  return name in blockContents;
}
