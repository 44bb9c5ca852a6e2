// notion.add_file: uploads a file to Notion and puts it at the end of a page, once.
import type { BlockObjectRequest, Client } from '@notionhq/client';
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { bytesOfBase64 } from '../../../lib/base64.ts';
import { InvalidInput } from '../../../lib/errors.ts';
import { bareId, notion, notionClient, notionId, reply } from '../../../lib/providers/notion.ts';
import { batchesWritten, markOf } from '../../../lib/providers/notion-marks.ts';

/** "split them up into segments of 5-20 MB each" (https://developers.notion.com/guides/data-apis/sending-larger-files). */
const MAX_PART_BYTES = 20 * 1024 * 1024;
/** Of a file that has to be split: what Notion recommends. */
const PART_BYTES = 10 * 1024 * 1024;

const upload = z.object({ id: z.string() });

export const handler = defineAction({
  title: 'Add a file to a page',
  summary: 'Uploads a file to Notion and puts it at the end of a page.',
  connection: notion,
  effect: 'write',
  once: 'marker',
  timeoutSeconds: 60,
  input: z.strictObject({
    page_id: notionId.describe('The page, by its id or its address'),
    filename: z
      .string()
      .regex(/^[^\p{Cc}/\\]{1,225}$/u, 'must be the name of a file')
      .describe('Its name, with the ending that says what it is: Notion takes those that it knows'),
    content: z
      .string()
      .min(1)
      .describe(
        'Its bytes in base64, as gmail.get_attachment gives them; at most 30 MB, of which Notion takes 5 MB in a workspace without a paid plan',
      ),
    content_type: z
      .string()
      .regex(/^[\w.+-]+\/[\w.+-]+$/, 'must be a media type')
      .describe('What it is: images, PDFs, films and sounds are shown on the page'),
  }),
  output: z.object({
    page_id: z.string().describe('The page, by its id'),
    filename: z.string().describe('The name of the file'),
    size_bytes: z.int().describe('Its size'),
  }),
  example: {
    input: {
      page_id: '59833787-2cf9-4fdf-8782-e53db20768a5',
      filename: 'hello.txt',
      content: 'SGVsbG8=',
      content_type: 'text/plain',
    },
    output: { page_id: '59833787-2cf9-4fdf-8782-e53db20768a5', filename: 'hello.txt', size_bytes: 5 },
  },
  async run({ page_id: given, filename, content, content_type }, context) {
    const bytes = bytesOfBase64(content);
    if (!bytes) throw new InvalidInput('The input is invalid. /content: must be base64');
    const page_id = bareId(given);
    const client = notionClient(context);
    const { callKey, triedSince } = context;
    const output = { page_id, filename, size_bytes: bytes.length };
    if (triedSince && (await batchesWritten(client, page_id, callKey, 1)) > 0) return output;
    const id = await uploaded(client, bytes, { filename, content_type });
    const file = { type: 'file_upload' as const, file_upload: { id }, caption: [markOf(callKey, 0)] };
    const children = [blockOf(content_type, file)];
    await reply(z.object({}), client.blocks.children.append({ block_id: page_id, children }));
    return output;
  },
});

/** @returns the id of the upload, which Notion deletes after an hour when no page has it */
async function uploaded(
  client: Client,
  bytes: Uint8Array<ArrayBuffer>,
  { filename, content_type }: { readonly filename: string; readonly content_type: string },
): Promise<string> {
  const size = bytes.length > MAX_PART_BYTES ? PART_BYTES : MAX_PART_BYTES;
  const number_of_parts = Math.max(1, Math.ceil(bytes.length / size));
  const isSplit = number_of_parts > 1;
  const mode = isSplit
    ? ({ mode: 'multi_part', number_of_parts } as const)
    : ({ mode: 'single_part' } as const);
  const { id } = await reply(upload, client.fileUploads.create({ ...mode, filename, content_type }));
  for (let part = 0; part < number_of_parts; part += 1) {
    const data = new Blob([bytes.subarray(part * size, (part + 1) * size)], { type: content_type });
    const number = isSplit ? { part_number: `${part + 1}` } : {};
    await reply(upload, client.fileUploads.send({ file_upload_id: id, file: { filename, data }, ...number }));
  }
  if (isSplit) await reply(upload, client.fileUploads.complete({ file_upload_id: id }));
  return id;
}

type UploadedFile = {
  readonly type: 'file_upload';
  readonly file_upload: { readonly id: string };
  readonly caption: ReturnType<typeof markOf>[];
};

/** Notion shows a file as what the block says (https://developers.notion.com/reference/block#file). */
function blockOf(contentType: string, file: UploadedFile): BlockObjectRequest {
  if (contentType === 'application/pdf') return { type: 'pdf', pdf: file };
  switch (contentType.split('/')[0]) {
    case 'image':
      return { type: 'image', image: file };
    case 'video':
      return { type: 'video', video: file };
    case 'audio':
      return { type: 'audio', audio: file };
    default:
      return { type: 'file', file };
  }
}
