// gmail.get_message: one mail, decoded.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { gmailScopes } from '../../../lib/connections/scopes.ts';
import { gmailCaller, google, messageId } from '../../../lib/providers/gmail.ts';
import { decodeMail, exampleMail, fitMail, mail, rawMessage } from '../../../lib/providers/mail.ts';

export const handler = defineAction({
  title: 'Get a message',
  summary: 'Gives one mail, with its text.',
  connection: google,
  scopes: gmailScopes.read,
  effect: 'read',
  timeoutSeconds: 60,
  input: z.strictObject({
    message_id: messageId.describe('The mail, by its id in Gmail (gmail.list_messages gives it)'),
  }),
  output: mail,
  example: {
    input: { message_id: '18c2f0a1b2c3d4e5' },
    output: exampleMail,
  },
  async run({ message_id }, context) {
    const raw = await gmailCaller(context)(rawMessage, (gmail) =>
      gmail.users.messages.get({ userId: 'me', id: message_id, format: 'raw' }),
    );
    return fitMail(await decodeMail(raw));
  },
});
