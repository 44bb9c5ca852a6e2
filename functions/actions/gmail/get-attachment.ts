// gmail.get_attachment: the content of one file of a mail.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { gmailScopes } from '../../../lib/connections/scopes.ts';
import { InvalidInput, NotFound } from '../../../lib/errors.ts';
import { gmailCaller, google, messageId } from '../../../lib/providers/gmail.ts';
import {
  attachment,
  attachmentsOf,
  described,
  messageParts,
} from '../../../lib/providers/gmail-attachments.ts';

/** REST reference, users.messages.attachments: base64url. */
const attachmentBody = z.object({ data: z.string() });

export const handler = defineAction({
  title: 'Get an attachment',
  summary: 'Gives the content of one file of a mail.',
  connection: google,
  scopes: gmailScopes.read,
  effect: 'read',
  timeoutSeconds: 60,
  input: z.strictObject({
    message_id: messageId.describe('The mail, by its id in Gmail (gmail.list_messages gives it)'),
    part_id: z
      .string()
      .regex(/^[\d.]{0,64}$/, 'must be a part_id as gmail.list_attachments gives it')
      .optional()
      .describe('Which of its files, as gmail.list_attachments gives it; its only one when left out'),
  }),
  output: attachment.extend({
    content: z
      .string()
      .meta({ contentEncoding: 'base64' })
      .describe('Its bytes in base64; above 200 KB a large value, which later steps are given whole'),
  }),
  example: {
    input: { message_id: '18c2f0a1b2c3d4e5', part_id: '1' },
    output: {
      part_id: '1',
      filename: 'hello.txt',
      content_type: 'text/plain',
      size_bytes: 5,
      content: 'SGVsbG8=',
    },
  },
  async run({ message_id, part_id }, context) {
    const call = gmailCaller(context);
    const { payload } = await call(messageParts, (gmail) =>
      gmail.users.messages.get({ userId: 'me', id: message_id, format: 'full' }),
    );
    const all = attachmentsOf(payload);
    const [only, another] = part_id === undefined ? all : all.filter(({ partId }) => partId === part_id);
    if (!only) throw new NotFound(`The mail ${message_id} has no such attachment. ${listed(all)}`);
    if (another) throw new InvalidInput(`The input is invalid. /part_id: which one? ${listed(all)}`);
    const { attachmentId, data } = only.body;
    const encoded =
      attachmentId === undefined
        ? data
        : (
            await call(attachmentBody, (gmail) =>
              gmail.users.messages.attachments.get({ userId: 'me', messageId: message_id, id: attachmentId }),
            )
          ).data;
    const bytes = Buffer.from(encoded ?? '', 'base64url');
    return { ...described(only), size_bytes: bytes.length, content: bytes.toString('base64') };
  },
});

function listed(parts: ReturnType<typeof attachmentsOf>): string {
  const names = parts
    .slice(0, 20)
    .map((part) => `${described(part).filename || 'without a name'} (part_id ${part.partId})`);
  return names.length === 0 ? 'It has none' : `It has: ${names.join(', ')}`;
}
