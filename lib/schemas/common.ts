// Schemas that several resources share: ids, paging, conditional requests.
import * as z from 'zod';
import { WORKFLOW_ID } from '../workflow-format/names.ts';

export const workflowId = z
  .string()
  .regex(WORKFLOW_ID, 'a workflow id begins with a lower-case letter and has at most 48 of a-z, 0-9, _ and -')
  .meta({ examples: ['email_to_notion'] });

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 100;

/** A decimal, and nothing else that JavaScript takes for a number: no `0x10`, no `1e1`, no blanks. */
export function decimal(value: unknown): unknown {
  return typeof value === 'string' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value) ? Number(value) : value;
}

/** The size of a page. */
export function pageLimit(max: number, byDefault: number) {
  return z
    .preprocess(decimal, z.int().min(1).max(max).default(byDefault))
    .describe('The maximum number of items')
    .meta({ examples: [20] });
}

export const pageQuery = z.object({
  limit: pageLimit(MAX_LIMIT, DEFAULT_LIMIT),
  cursor: z
    .string()
    .max(4096)
    .optional()
    .describe('`next_cursor` of the previous page; left out for the first page'),
});

/** A page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next_cursor: z
      .string()
      .nullable()
      .describe('Send it as `cursor` for the next page; null on the last page'),
  });
}

export const ifMatch = z
  .string()
  .optional()
  .describe('The ETag that was read, or `*` for any version (RFC 9110, section 13.1.1)');
export const ifNoneMatch = z.literal('*').optional().describe('`*`: only when the id is not taken');

/** The fields that the store adds to a document. Clients may send them back; they are ignored. */
export const documentFields = {
  version: z
    .int()
    .min(1)
    .meta({
      readOnly: true,
      description:
        'Counts the changes since `created_at`, from 1; a new document under a deleted id starts again at 1',
      examples: [3],
    }),
  created_at: z.iso.datetime().meta({ readOnly: true, examples: ['2026-03-01T09:30:00.000Z'] }),
  updated_at: z.iso.datetime().meta({ readOnly: true, examples: ['2026-03-02T10:00:00.000Z'] }),
  updated_by: z.string().meta({ readOnly: true, description: 'The user who saved it', examples: ['demo'] }),
};

export const requestProblem = z
  .object({
    code: z.string().describe('The kind of mistake, for programs'),
    pointer: z.string().describe('The place, as a JSON pointer (RFC 6901)'),
    message: z.string().describe('What is wrong'),
    hint: z.string().optional().describe('What would be right'),
    column: z.int().optional().describe('The column inside an expression, from 1'),
    fix: z
      .union([
        z.object({
          replaces: z
            .enum(['key', 'value', 'text'])
            .describe('A key, the value behind it, or a part of a text, which begins at `column`'),
          pointer: z.string().describe('Of the key, the value or the text (RFC 6901)'),
          with: z.string(),
          length: z.int().optional().describe('Of the part of a text, in UTF-16 code units'),
          column: z
            .int()
            .optional()
            .describe('Where the part begins, from 1, when that is not the problem’s `column`'),
        }),
        z.object({
          adds: z
            .string()
            .describe(
              'The pointer that `value` gets: a key, or an index before whose item it comes (as `add` of RFC 6902); objects around it are made where there are none',
            ),
          value: z.unknown(),
        }),
        z.object({ removes: z.string().describe('The pointer of what goes, with its key') }),
      ])
      .optional()
      .describe('The change that the hint means, where it is one'),
  })
  .meta({ id: 'RequestProblem' });
