// gmail.create_draft: a mail that a person can look at and send, once.
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

const draft = z.object({ id: z.string(), message: z.object({ id: z.string(), threadId: z.string() }) });
const list = z.object({ drafts: z.array(draft).default([]) });

export const handler = defineAction({
  title: 'Create a draft',
  summary: 'Writes a mail, or a reply to one, as a draft; sends nothing.',
  connection: google,
  scopes: gmailScopes.draft,
  effect: 'write',
  once: 'marker',
  timeoutSeconds: 60,
  input: outgoingInput,
  output: z.object({
    draft_id: z.string().describe("The draft's id in Gmail"),
    message_id: z.string().describe("The id of the draft's mail in Gmail"),
    thread_id: z.string().describe("The conversation's id in Gmail"),
    to: z.array(z.string()).describe('Who would get it, as address or Name <address>'),
    subject: z.string().describe('Its subject'),
  }),
  example: {
    input: { reply_to_message_id: '18c2f0a1b2c3d4e5', body: 'Thank you, it is paid.' },
    output: {
      draft_id: 'r-5211896871345',
      message_id: '18c2f0b7c8d9e0f1',
      thread_id: '18c2f0a1b2c3d4e5',
      to: ['Ada Lovelace <ada@example.com>'],
      subject: 'Re: Invoice 1042',
    },
  },
  async run(input, context) {
    const call = gmailCaller(context);
    const { message, subject, to, earlier } = await compose(input, context, call);
    const listed = (query: object) =>
      call(list, (gmail) => gmail.users.drafts.list({ userId: 'me', ...query }));
    // An earlier try may have created it without its answer arriving.
    const lists = earlier
      ? await Promise.all([
          listed({ q: earlier.q, maxResults: MAX_SEARCHED }),
          listed({ maxResults: MAX_NEWEST }),
        ])
      : [];
    const before = lists
      .flatMap(({ drafts }) => drafts)
      .map((one) => ({ ...one, messageId: one.message.id }));
    const found = await createOnce(call, context.callKey, before, async () => {
      const made = await call(draft, (gmail) =>
        gmail.users.drafts.create({ userId: 'me', requestBody: { message: { ...message } } }),
      );
      return { ...made, messageId: made.message.id };
    });
    return {
      draft_id: found.id,
      message_id: found.message.id,
      thread_id: found.message.threadId,
      to: [...to],
      subject,
    };
  },
});
