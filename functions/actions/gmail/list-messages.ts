// gmail.list_messages: the newest mails that match a query, decoded.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { gmailScopes } from '../../../lib/connections/scopes.ts';
import { NotFound } from '../../../lib/errors.ts';
import { gmailCaller, google } from '../../../lib/providers/gmail.ts';
import {
  decodeMail,
  exampleMail,
  fitMails,
  type Mail,
  mail,
  rawMessage,
} from '../../../lib/providers/mail.ts';

const list = z.object({
  messages: z.array(z.object({ id: z.string() })).default([]),
  nextPageToken: z.string().optional(),
});

/** A raw mail with its attachments can have 35 MB, so that few are decoded at a time. */
const AT_ONCE = 4;

export const handler = defineAction({
  title: 'List messages',
  summary: 'Lists the newest mails that match a query, with their text.',
  connection: google,
  scopes: gmailScopes.read,
  effect: 'read',
  timeoutSeconds: 60,
  input: z.strictObject({
    max_results: z.int().min(1).max(50).default(10).describe('The most mails to give'),
    query: z.string().default('').describe('What to search, as in Gmail: is:unread from:ada@example.com'),
  }),
  output: z.object({
    messages: z.array(mail).describe('The mails, newest first; long texts are cut so that all fit'),
    has_more: z.boolean().describe('Whether more mails match'),
  }),
  example: {
    input: { max_results: 5, query: 'is:unread' },
    output: {
      messages: [exampleMail],
      has_more: false,
    },
  },
  async run({ max_results, query }, context) {
    const call = gmailCaller(context);
    const found = await call(list, (gmail) =>
      gmail.users.messages.list({ userId: 'me', maxResults: max_results, ...(query !== '' && { q: query }) }),
    );
    const ids = found.messages.slice(0, max_results).map(({ id }) => id);
    const messages: Mail[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE).map(async (id) => {
        const raw = await call(rawMessage, (gmail) =>
          gmail.users.messages.get({ userId: 'me', id, format: 'raw' }),
        ).catch(ifDeleted);
        return raw ? [await decodeMail(raw)] : [];
      });
      // A decoded text can still have megabytes: it is cut here, before it is kept.
      messages.push(...fitMails((await Promise.all(some)).flat()));
    }
    return { messages: fitMails(messages), has_more: found.nextPageToken !== undefined };
  },
});

/** A mail that was deleted after it was listed must not hide the others. */
function ifDeleted(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}
