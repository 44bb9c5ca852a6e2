// gmail.send_message: sends a mail, once.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { gmailScopes } from '../../../lib/connections/scopes.ts';
import { gmailCaller, google } from '../../../lib/providers/gmail.ts';
import {
  compose,
  createOnce,
  MAX_NEWEST,
  MAX_SEARCHED,
  outgoingInput,
} from '../../../lib/providers/outgoing-mail.ts';

const sent = z.object({ id: z.string(), threadId: z.string() });
const list = z.object({ messages: z.array(sent).default([]) });

export const handler = defineAction({
  title: 'Send a message',
  summary: 'Sends a mail, or a reply to one.',
  connection: google,
  scopes: gmailScopes.send,
  effect: 'write',
  once: 'marker',
  timeoutSeconds: 60,
  input: outgoingInput,
  output: z.object({
    message_id: z.string().describe("The sent mail's id in Gmail"),
    thread_id: z.string().describe("The conversation's id in Gmail"),
    to: z.array(z.string()).describe('Who gets it, as address or Name <address>'),
    subject: z.string().describe('Its subject'),
  }),
  example: {
    input: { to: ['team@example.com'], subject: 'The weekly digest failed', body: 'GitHub answered 503.' },
    output: {
      message_id: '18c2f0b7c8d9e0f1',
      thread_id: '18c2f0b7c8d9e0f1',
      to: ['team@example.com'],
      subject: 'The weekly digest failed',
    },
  },
  async run(input, context) {
    const call = gmailCaller(context);
    const { message, subject, to, earlier } = await compose(input, context, call);
    const listed = (query: object) =>
      call(list, (gmail) => gmail.users.messages.list({ userId: 'me', labelIds: ['SENT'], ...query }));
    // An earlier try may have sent it without its answer arriving.
    const lists = earlier
      ? await Promise.all([
          listed({ q: earlier.q, maxResults: MAX_SEARCHED }),
          listed({ maxResults: MAX_NEWEST }),
        ])
      : [];
    const before = lists.flatMap(({ messages }) => messages).map((one) => ({ ...one, messageId: one.id }));
    const found = await createOnce(call, context.callKey, before, async () => {
      const made = await call(sent, (gmail) =>
        gmail.users.messages.send({ userId: 'me', requestBody: { ...message } }),
      );
      return { ...made, messageId: made.id };
    });
    return { message_id: found.id, thread_id: found.threadId, to: [...to], subject };
  },
});
