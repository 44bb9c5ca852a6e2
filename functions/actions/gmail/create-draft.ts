// gmail.create_draft: a mail that a person can look at and send, once.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { gmailScopes } from '../../../lib/connections/scopes.ts';
import { gmailCaller, google } from '../../../lib/providers/gmail.ts';
import { compose, outgoingInput } from '../../../lib/providers/outgoing-mail.ts';
import { draft, findDraft, rememberKey } from '../../../lib/providers/outgoing-mark.ts';

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
    const { callKey } = context;
    const { message, subject, to, isRepeat, earlier } = await compose(input, context, call);
    // An earlier try may have created it without its answer arriving.
    const before = isRepeat ? await findDraft(call, callKey, earlier) : undefined;
    const found =
      before ??
      (await call(draft, (gmail) =>
        gmail.users.drafts.create({ userId: 'me', requestBody: { message: { ...message } } }),
      ));
    rememberKey(found.message.id, callKey);
    return {
      draft_id: found.id,
      message_id: found.message.id,
      thread_id: found.message.threadId,
      to: [...to],
      subject,
    };
  },
});
