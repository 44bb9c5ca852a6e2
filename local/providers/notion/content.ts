// Notion's rich text and blocks: what may be sent, and what they look like when read back.
import * as z from 'zod';
import { codeLanguages } from '../../../lib/providers/notion-code-languages.ts';
import { NotionError, validate } from './errors.ts';

const annotations = {
  bold: z.boolean().default(false),
  italic: z.boolean().default(false),
  strikethrough: z.boolean().default(false),
  underline: z.boolean().default(false),
  code: z.boolean().default(false),
  color: z.string().default('default'),
};

/** https://developers.notion.com/reference/rich-text#equation; its length: https://developers.notion.com/reference/request-limits */
const equation = z.object({ expression: z.string().max(1000) });

const richTextItem = z.object({
  type: z.enum(['text', 'equation']).optional(),
  // https://developers.notion.com/reference/request-limits
  text: z
    .object({ content: z.string().max(2000), link: z.object({ url: z.string().max(2000) }).nullish() })
    .optional(),
  equation: equation.optional(),
  annotations: z.object(annotations).prefault({}),
});

/** Rich text as it is sent, transformed into what is read back. */
export const richText = z
  .array(
    richTextItem.transform(({ text, equation, annotations }, { issues }) => {
      if (equation) {
        const { expression } = equation;
        return { type: 'equation' as const, equation, annotations, plain_text: expression, href: null };
      }
      if (!text) {
        issues.push({ code: 'invalid_type', expected: 'object', path: ['text'], input: text });
        return z.NEVER;
      }
      const { content, link } = text;
      return {
        type: 'text' as const,
        text: { content, link: link ?? null },
        annotations,
        plain_text: content,
        href: link?.url ?? null,
      };
    }),
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

const external = z.object({
  type: z.literal('external').optional(),
  external: z.object({ url: z.string().max(2000) }),
  caption: richText.default([]),
});
/** https://developers.notion.com/guides/data-apis/uploading-small-files, "Attach the file upload". */
const uploaded = z.object({
  type: z.literal('file_upload').default('file_upload'),
  file_upload: z.object({ id: z.string() }),
  caption: richText.default([]),
});
/** A file of another place; for one that was uploaded see contentShape. */
const media = external.transform((sent) => ({ ...sent, type: 'external' as const }));

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
  code: z.object({ rich_text: richText, language: z.enum(codeLanguages), caption: richText.default([]) }),
  divider: z.object({}),
  equation,
  bookmark: link,
  embed: link,
  image: media,
  file: media,
  pdf: media,
  video: media,
  audio: media,
  table: z.object({
    table_width: z.int().min(1).max(100),
    has_column_header: z.boolean().default(false),
    has_row_header: z.boolean().default(false),
    children: z.array(z.unknown()).min(1),
  }),
  table_row: z.object({ cells: z.array(richText).max(100) }),
} as const;
export type BlockType = keyof typeof blockContents;
const blockTypes = Object.keys(blockContents) as BlockType[];
/** Blocks that hold others; of headings only those that can be toggled. */
const holdsBlocks: ReadonlySet<BlockType> = new Set([
  'paragraph',
  'bulleted_list_item',
  'numbered_list_item',
  'toggle',
  'quote',
  'callout',
  'to_do',
  'table',
]);

export interface NewBlock {
  readonly type: BlockType;
  readonly content: Record<string, unknown>;
  readonly children: readonly NewBlock[];
}

// https://developers.notion.com/reference/patch-block-children: at most 100 blocks a list, and two levels of blocks below
// these. https://developers.notion.com/reference/request-limits: 1,000 blocks a request.
const blockList = z.array(z.record(z.string(), z.unknown())).max(100);
const MAX_LEVELS = 2;
const MAX_BLOCKS = 1000;

/**
 * The blocks of a request.
 * @throws NotionError validation_error
 */
export function readBlocks(value: unknown): NewBlock[] {
  const blocks = readList(value, 'body.children', MAX_LEVELS);
  const count = countAll(blocks);
  if (count > MAX_BLOCKS) {
    throw new NotionError(
      'validation_error',
      `body failed validation: body.children should have ≤ \`${MAX_BLOCKS}\` blocks in all, instead has \`${count}\`.`,
    );
  }
  refuseContent(blocks);
  return blocks;
}

function readList(value: unknown, path: string, levels: number): NewBlock[] {
  return validate(blockList, value, path).map((block, index) => {
    const here = `${path}[${index}]`;
    const type = blockTypes.find((name) => block[name] !== undefined);
    if (!type) {
      const list = blockTypes.map((name) => `${here}.${name} should be defined, instead was \`undefined\`.`);
      throw new NotionError('validation_error', `body failed validation. Fix one:\n${list.join('\n')}`);
    }
    return { type, ...readContent(type, block[type], `${here}.${type}`, levels) };
  });
}

/**
 * What a block of a type holds, for a new block or in place of an old one's.
 * @param levels how many levels of blocks may be below it
 */
export function readContent(
  type: BlockType,
  value: unknown,
  path: string,
  levels: number,
): Omit<NewBlock, 'type'> {
  const { children: _, ...content } = validate(contentShape(type, value), value, path);
  const children =
    typeof value === 'object' && value !== null && 'children' in value ? value.children : undefined;
  if (children === undefined) return { content, children: [] };
  // Notion's schema of a request has tables in the first level only.
  const allowed = type === 'table' ? levels === MAX_LEVELS : levels > 0 && mayHold(type, content);
  if (!allowed) {
    throw new NotionError(
      'validation_error',
      `body failed validation: ${path}.children should be not present, instead was \`${JSON.stringify(children)}\`.`,
    );
  }
  return { content, children: readList(children, `${path}.children`, levels - 1) };
}

const mediaTypes: ReadonlySet<BlockType> = new Set(['image', 'file', 'pdf', 'video', 'audio']);

function contentShape(type: BlockType, value: unknown): z.ZodType<Record<string, unknown>> {
  const isUpload = typeof value === 'object' && value !== null && 'file_upload' in value;
  return isUpload && mediaTypes.has(type) ? uploaded : blockContents[type];
}

function mayHold(type: BlockType, content: Readonly<Record<string, unknown>>): boolean {
  return holdsBlocks.has(type) || content['is_toggleable'] === true;
}

export function isBlockType(name: string): name is BlockType {
  return name in blockContents;
}

function countAll(blocks: readonly NewBlock[]): number {
  return blocks.reduce((sum, { children }) => sum + 1 + countAll(children), 0);
}

/** What fits the schema and is refused all the same, all at once. */
function refuseContent(blocks: readonly NewBlock[]): void {
  const wrong = blocks.flatMap(wrongIn);
  if (wrong.length > 0) {
    throw new NotionError(
      'validation_error',
      `Content creation Failed. Fix the following: \n${wrong.join('\n')}`,
    );
  }
}

const linked = z.array(z.object({ href: z.string().nullable() })).catch([]);
const lists = z.array(z.unknown()).catch([]);

function wrongIn({ type, content, children }: NewBlock): string[] {
  const texts = [content['rich_text'], content['caption'], ...lists.parse(content['cells'])];
  const addresses = texts.flatMap((parts) => linked.parse(parts)).flatMap(({ href }) => href ?? []);
  const width = content['table_width'];
  return [
    ...addresses.filter((address) => !isLink(address)).map(() => 'Invalid URL for link.'),
    ...(type === 'image' && isForeignNoImage(content) ? ['Invalid image url.'] : []),
    ...(type === 'table' && children.some((row) => Object(row.content['cells']).length !== width)
      ? ['Number of cells in table row must match the table width of the parent table']
      : []),
    ...children.flatMap(wrongIn),
  ];
}

/** "Invalid URL for link." was seen for words, paths, anchors, other schemes and names without a dot. */
function isLink(address: string): boolean {
  return URL.canParse(address) && /^https?:\/\/[^/?#]*\w\.\w/i.test(address) && !/\s/.test(address);
}

function isForeignNoImage(content: unknown): boolean {
  const foreign = external.safeParse(content).data;
  return foreign !== undefined && !isImage(foreign.external.url);
}

/** https://developers.notion.com/reference/block#image, "Supported external image types". */
function isImage(address: string): boolean {
  const known = ['bmp', 'gif', 'heic', 'jpeg', 'jpg', 'png', 'svg', 'tif', 'tiff'];
  return isLink(address) && known.includes(new URL(address).pathname.toLowerCase().split('.').at(-1) ?? '');
}
