// gmail.send_message: sends a mail, once.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { gmailScopes } from '../../../lib/connections/scopes.ts';
import { gmailCaller, google, grantedScopes } from '../../../lib/providers/gmail.ts';
import { sending, sendOnce } from '../../../lib/providers/gmail-sending.ts';
import { compose, outgoingInput } from '../../../lib/providers/outgoing-mail.ts';
import { callRecords } from '../../../lib/stores/call-records.ts';

const records = callRecords(sending);

export const handler = defineAction({
  title: 'Send a message',
  summary: 'Sends a mail, or a reply to one.',
  connection: google,
  scopes: gmailScopes.send,
  effect: 'write',
  once: 'record',
  timeoutSeconds: 60,
  input: outgoingInput,
  output: z.object({
    message_id: z
      .string()
      .describe(
        "The sent mail's id in Gmail; empty when it got lost with an answer, and the connection may not read mails",
      ),
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
    const { callKey, triedSince, retryUnknown } = context;
    const known = triedSince && (await records.read(callKey));
    if (known?.document.output) return known.document.output;
    const call = gmailCaller(context);
    const [mail, scopes] = [await compose(input, context, call), await grantedScopes(context)];
    return sendOnce({ call, callKey, mail, scopes, records, known, retryUnknown });
  },
});
