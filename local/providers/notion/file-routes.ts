// Notion's file uploads: create, send, complete, retrieve; and the files themselves, for whoever has their address.
import * as z from 'zod';
import type { NewBlock } from './content.ts';
import { NotionError, notFound, validate } from './errors.ts';
import { type Call, type Routes, readBody, readId } from './request.ts';
import { jsonResponse } from './responses.ts';
import { botId, type FileUpload, newObject, type Workspace } from './store.ts';

/**
 * https://developers.notion.com/guides/data-apis/sending-larger-files: "each file must be ≥ 5 and ≤ 20 (binary) megabytes in
 * size, with the exception of the final part (the one with the highest part number), which can be less than 5 MB".
 */
const MAX_PART_BYTES = 20 * 1024 * 1024;
const MIN_PART_BYTES = 5 * 1024 * 1024;

const createShape = z.object({
  // Those that Notion fetches are not served.
  mode: z.enum(['single_part', 'multi_part']).default('single_part'),
  number_of_parts: z.int().min(1).max(10_000).optional(),
  // https://developers.notion.com/reference/create-file: "The maximum allowed length of filename string is 900 bytes".
  filename: z
    .string()
    .refine((name) => Buffer.byteLength(name) <= 900)
    .optional(),
  content_type: z.string().optional(),
});

export function addFileRoutes({ app, state: workspace, baseUrl }: Routes): void {
  app.post('/v1/file_uploads', async (call) => {
    const {
      mode,
      number_of_parts = 0,
      filename = null,
      content_type = null,
    } = validate(createShape, await readBody(call));
    const isSplit = mode === 'multi_part';
    if (isSplit && filename === null) throw refused('The filename is required when mode is "multi_part".');
    if (isSplit !== number_of_parts > 0)
      throw refused('number_of_parts is required when mode is "multi_part", and refused otherwise.');
    const upload: FileUpload = {
      ...newObject(),
      ...{ status: 'pending', filename, content_type, content: '' },
      ...(isSplit && { parts: Array(number_of_parts).fill(null) }),
    };
    workspace.files[upload.id] = upload;
    return jsonResponse(uploadObject(upload, baseUrl));
  });

  app.post('/v1/file_uploads/:id/send', async (call) => {
    const upload = findUpload(workspace, call);
    const { file, part_number: part } = await call.req.parseBody();
    if (!(file instanceof File))
      throw refused('body failed validation: body.file should be defined, instead was `undefined`.');
    if (upload.status !== 'pending')
      throw refused(`The file upload has the status "${upload.status}"; it has to be "pending".`);
    if (file.size > MAX_PART_BYTES)
      throw refused('The file is larger than the 20 MB that one part may have.');
    if ((upload.parts !== undefined) !== (part !== undefined))
      throw refused('part_number is required when mode is "multi_part", and refused otherwise.');
    const number = Number(part);
    if (upload.parts) {
      const last = upload.parts.length;
      if (!Number.isInteger(number) || number < 1 || number > last)
        throw refused(`part_number should be 1 to ${last}, instead was ${JSON.stringify(part)}.`);
      if (number < last && file.size < MIN_PART_BYTES)
        throw refused('The file is smaller than the 5 MB that every part but the last must have.');
    }
    const type = file.type.split(';')[0] ?? '';
    if (upload.content_type !== null && type !== upload.content_type)
      throw refused(
        `The content type of the file is "${type}"; the upload was created for "${upload.content_type}".`,
      );
    const content = Buffer.from(await file.arrayBuffer()).toString('base64');
    upload.filename ??= file.name;
    upload.content_type ??= type;
    if (upload.parts) upload.parts[number - 1] = content;
    else {
      upload.content = content;
      upload.status = 'uploaded';
    }
    return jsonResponse(uploadObject(upload, baseUrl));
  });

  app.post('/v1/file_uploads/:id/complete', (call) => {
    const upload = findUpload(workspace, call);
    const { parts } = upload;
    if (!parts) throw refused('Only a file upload in parts that is "pending" can be completed.');
    const sent = parts.filter((one) => one !== null);
    if (sent.length < parts.length)
      throw refused(`${sent.length} of ${parts.length} parts were sent; all have to be.`);
    upload.content = Buffer.concat(sent.map((one) => Buffer.from(one, 'base64'))).toString('base64');
    upload.status = 'uploaded';
    delete upload.parts;
    return jsonResponse(uploadObject(upload, baseUrl));
  });

  app.get('/v1/file_uploads/:id', (call) => jsonResponse(uploadObject(findUpload(workspace, call), baseUrl)));

  app.get('/files/:id', (call) => {
    const upload = findUpload(workspace, call);
    const headers = { 'content-type': upload.content_type ?? 'application/octet-stream' };
    return new Response(Buffer.from(upload.content, 'base64'), { headers });
  });
}

function uploadObject(upload: FileUpload, baseUrl: string): Record<string, unknown> {
  const { id, created_time, last_edited_time, in_trash, status, filename, content_type, content, parts } =
    upload;
  const size = Buffer.from(content, 'base64').length;
  return {
    object: 'file_upload',
    ...{ id, created_time, last_edited_time, in_trash, status, filename, content_type },
    created_by: { id: botId, type: 'bot' },
    archived: in_trash,
    content_length: status === 'pending' ? null : size,
    expiry_time: null,
    ...(status === 'pending' && { upload_url: `${baseUrl}/v1/file_uploads/${id}/send` }),
    ...(parts && {
      complete_url: `${baseUrl}/v1/file_uploads/${id}/complete`,
      number_of_parts: { total: parts.length, sent: parts.filter((one) => one !== null).length },
    }),
  };
}

function findUpload(workspace: Workspace, call: Call): FileUpload {
  const id = readId(call.req.param('id'), 'path.file_upload_id');
  const upload = workspace.files[id];
  if (!upload) throw notFound('file_upload', id);
  return upload;
}

const attached = z.object({ type: z.literal('file_upload'), file_upload: z.object({ id: z.string() }) });

/**
 * The blocks with the files that they attach, as they are read back.
 * @throws NotionError for a file that was not sent
 */
export function withFiles(workspace: Workspace, blocks: readonly NewBlock[], baseUrl: string): NewBlock[] {
  return blocks.map((block) => {
    const children = withFiles(workspace, block.children, baseUrl);
    const found = attached.safeParse(block.content).data;
    if (!found) return { ...block, children };
    const id = readId(found.file_upload.id, `body.children.${block.type}.file_upload.id`);
    const upload = workspace.files[id];
    if (!upload) throw notFound('file_upload', id);
    if (upload.status !== 'uploaded')
      throw refused(`The file upload ${id} has the status "${upload.status}"; it has to be "uploaded".`);
    const { file_upload: _, ...content } = { file_upload: undefined, ...block.content };
    const file = { url: `${baseUrl}/files/${id}`, expiry_time: null };
    return { ...block, content: { ...content, type: 'file', file, name: upload.filename }, children };
  });
}

function refused(message: string): NotionError {
  return new NotionError('validation_error', message);
}
