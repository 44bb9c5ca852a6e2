// gmail.list_attachments and get_attachment: what Google is asked, and what comes back.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: listAttachments } = await import('./list-attachments.ts');
const { handler: getAttachment } = await import('./get-attachment.ts');

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  const fields = {
    client_id: '1.apps.googleusercontent.com',
    client_secret: 'hush-hush',
    refresh_token: 'r',
  };
  server.stored.set('/ai-orchestra/test/connections/google/default', JSON.stringify(fields));
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const bytes = Buffer.from([0, 255, 62, 63, 250, 251]);
const text = { partId: '0', mimeType: 'text/plain', filename: '', body: { size: 5, data: 'SGVsbG8' } };
const longText = { ...text, body: { size: 90_000, attachmentId: 'ANGtext' } };
const file = (partId: string, filename: string, more = {}) => ({
  partId,
  mimeType: 'application/PDF',
  filename,
  body: { size: 6, attachmentId: `ANG${partId}` },
  ...more,
});

/** Answers as Gmail with a mail of these parts. */
function mailOf(...parts: object[]) {
  server.answerBy(({ path }) => {
    if (path === '/token') return { body: { access_token: 'a', expires_in: 3599, token_type: 'Bearer' } };
    if (path.includes('/attachments/')) return { body: { size: 6, data: bytes.toString('base64url') } };
    const payload = { partId: '', mimeType: 'multipart/mixed', filename: '', body: { size: 0 }, parts };
    return { body: { id: 'm1', threadId: 't1', payload } };
  });
}

test('the files of a mail are listed, those within its parts too; its texts are none', async () => {
  const related = { partId: '0', mimeType: 'multipart/related', filename: '', body: { size: 0 } };
  const inner = [longText, file('0.1', 'logo.png', { mimeType: 'image/png' })];
  const forwarded = file('3', '', { mimeType: 'message/rfc822' });
  mailOf(
    { ...related, parts: inner },
    file('1', '../../etc/inv\toice.pdf'),
    file('2', 'ünt.pdf', { mimeType: '?' }),
    forwarded,
  );
  expect(await invoke(listAttachments, { message_id: 'm1' })).toEqual({
    attachments: [
      { part_id: '0.1', filename: 'logo.png', content_type: 'image/png', size_bytes: 6 },
      { part_id: '1', filename: 'inv oice.pdf', content_type: 'application/pdf', size_bytes: 6 },
      { part_id: '2', filename: 'ünt.pdf', content_type: 'application/octet-stream', size_bytes: 6 },
      { part_id: '3', filename: '', content_type: 'message/rfc822', size_bytes: 6 },
    ],
  });
});

test('the content of the only file, byte for byte', async () => {
  mailOf(text, file('1', 'a.pdf'));
  expect(await invoke(getAttachment, { message_id: 'm1' })).toEqual({
    part_id: '1',
    filename: 'a.pdf',
    content_type: 'application/pdf',
    size_bytes: 6,
    content: bytes.toString('base64'),
  });
  expect(server.asked.at(-1)?.path).toBe('/gmail/v1/users/me/messages/m1/attachments/ANG1');
});

test('a file that Gmail gives with the mail is not asked for again', async () => {
  mailOf(text, file('1', 'a.txt', { body: { size: 5, data: 'SGVsbG8' } }));
  expect(await invoke(getAttachment, { message_id: 'm1', part_id: '1' })).toMatchObject({
    content: 'SGVsbG8=',
  });
  expect(server.asked.filter(({ path }) => path.includes('attachments'))).toEqual([]);
});

test('which file is meant has to be plain', async () => {
  mailOf(text, file('1', 'a.pdf'), file('2', ''));
  await expect(invoke(getAttachment, { message_id: 'm1' })).rejects.toMatchObject({
    name: 'InvalidInput',
    message:
      'The input is invalid. /part_id: which one? It has: a.pdf (part_id 1), without a name (part_id 2)',
  });
  await expect(invoke(getAttachment, { message_id: 'm1', part_id: '3' })).rejects.toMatchObject({
    name: 'NotFound',
    message: 'The mail m1 has no such attachment. It has: a.pdf (part_id 1), without a name (part_id 2)',
  });
  mailOf(text);
  await expect(invoke(getAttachment, { message_id: 'm1' })).rejects.toMatchObject({
    message: 'The mail m1 has no such attachment. It has none',
  });
});
