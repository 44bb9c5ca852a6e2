// Notion's file uploads: create, send, retrieve; and the files themselves, for whoever has their address.
import * as z from 'zod';
import type { NewBlock } from './content.ts';
import { NotionError, notFound, validate } from './errors.ts';
import { type Call, type Routes, readBody, readId } from './request.ts';
import { jsonResponse } from './responses.ts';
import { botId, type FileUpload, newObject, type Workspace } from './store.ts';

/** https://developers.notion.com/guides/data-apis/working-with-files-and-media: "Direct Upload: a file (≤ 20MB)". */
const MAX_FILE_BYTES = 20 * 1024 * 1024;

const createShape = z.object({
  // Those of several parts, and those that Notion fetches, are not served.
  mode: z.literal('single_part').default('single_part'),
  // https://developers.notion.com/reference/create-file: "The maximum allowed length of filename string is 900 bytes".
  filename: z
    .string()
    .refine((name) => Buffer.byteLength(name) <= 900)
    .optional(),
  content_type: z.string().optional(),
});

export function addFileRoutes({ app, state: workspace, baseUrl }: Routes): void {
  app.post('/v1/file_uploads', async (call) => {
    const { filename = null, content_type = null } = validate(createShape, await readBody(call));
    const upload: FileUpload = { ...newObject(), status: 'pending', filename, content_type, content: '' };
    workspace.files[upload.id] = upload;
    return jsonResponse(uploadObject(upload, baseUrl));
  });

  app.post('/v1/file_uploads/:id/send', async (call) => {
    const upload = findUpload(workspace, call);
    const file = (await call.req.parseBody())['file'];
    if (!(file instanceof File))
      throw refused('body failed validation: body.file should be defined, instead was `undefined`.');
    if (upload.status !== 'pending')
      throw refused(`The file upload has the status "${upload.status}"; it has to be "pending".`);
    if (file.size > MAX_FILE_BYTES)
      throw refused('The file is larger than the 20 MB that one part may have.');
    const type = file.type.split(';')[0] ?? '';
    if (upload.content_type !== null && type !== upload.content_type)
      throw refused(
        `The content type of the file is "${type}"; the upload was created for "${upload.content_type}".`,
      );
    upload.content = Buffer.from(await file.arrayBuffer()).toString('base64');
    upload.filename ??= file.name;
    upload.content_type ??= type;
    upload.status = 'uploaded';
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
  const { id, created_time, last_edited_time, in_trash, status, filename, content_type, content } = upload;
  const size = Buffer.from(content, 'base64').length;
  return {
    object: 'file_upload',
    ...{ id, created_time, last_edited_time, in_trash, status, filename, content_type },
    created_by: { id: botId, type: 'bot' },
    archived: in_trash,
    content_length: status === 'pending' ? null : size,
    expiry_time: null,
    ...(status === 'pending' && { upload_url: `${baseUrl}/v1/file_uploads/${id}/send` }),
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
