// gmail.list_attachments: which files a mail has.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { takeWithin } from '../../../lib/actions/invocation/output-size.ts';
import { gmailScopes } from '../../../lib/connections/scopes.ts';
import { gmailCaller, google, messageId } from '../../../lib/providers/gmail.ts';
import {
  attachment,
  attachmentsOf,
  described,
  messageParts,
} from '../../../lib/providers/gmail-attachments.ts';

export const handler = defineAction({
  title: 'List attachments',
  summary: 'Lists the files that a mail has, in its order, without their content.',
  connection: google,
  scopes: gmailScopes.read,
  effect: 'read',
  timeoutSeconds: 30,
  input: z.strictObject({
    message_id: messageId.describe('The mail, by its id in Gmail (gmail.list_messages gives it)'),
  }),
  output: z.object({
    attachments: z.array(attachment).describe('Its files; gmail.get_attachment gives the content of one'),
  }),
  example: {
    input: { message_id: '18c2f0a1b2c3d4e5' },
    output: {
      attachments: [
        { part_id: '1', filename: 'invoice.pdf', content_type: 'application/pdf', size_bytes: 48_213 },
      ],
    },
  },
  async run({ message_id }, context) {
    const { payload } = await gmailCaller(context)(messageParts, (gmail) =>
      gmail.users.messages.get({ userId: 'me', id: message_id, format: 'full' }),
    );
    return { attachments: takeWithin(attachmentsOf(payload).map(described)) };
  },
});
