// gmail.modify_message: adds labels to a mail and removes them: read, archived, starred, and user-defined ones.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { gmailScopes } from '../../../lib/connections/scopes.ts';
import { Conflict, InvalidInput } from '../../../lib/errors.ts';
import { type GmailCall, gmailCaller, google, messageId } from '../../../lib/providers/gmail.ts';

const label = z.object({ id: z.string(), name: z.string() });
const list = z.object({ labels: z.array(label).default([]) });
const modified = z.object({
  id: z.string(),
  threadId: z.string(),
  labelIds: z.array(z.string()).default([]),
});

const names = z
  .array(
    z
      .string()
      .trim()
      .min(1)
      .max(225)
      .regex(/^\P{Cc}*$/u, 'must be one line'),
  )
  .max(50)
  .default([]);

export const handler = defineAction({
  title: 'Modify a message',
  summary:
    'Puts labels on a mail and takes labels off: without UNREAD it is read, without INBOX it is archived.',
  connection: google,
  scopes: gmailScopes.modify,
  effect: 'write',
  once: 'native',
  timeoutSeconds: 60,
  input: z.strictObject({
    message_id: messageId.describe('The mail, by its id in Gmail (gmail.list_messages gives it)'),
    add_labels: names.describe('Labels to put on it, by name or id; new ones are created'),
    remove_labels: names.describe('Labels to take off it, by name or id'),
  }),
  output: z.object({
    message_id: z.string().describe("The mail's id in Gmail"),
    thread_id: z.string().describe("The conversation's id in Gmail"),
    labels: z.array(z.string()).describe('Ids of the labels that it has now'),
  }),
  example: {
    input: { message_id: '18c2f0a1b2c3d4e5', add_labels: ['STARRED'], remove_labels: ['UNREAD'] },
    output: {
      message_id: '18c2f0a1b2c3d4e5',
      thread_id: '18c2f0a1b2c3d4e5',
      labels: ['INBOX', 'STARRED'],
    },
  },
  async run({ message_id, add_labels, remove_labels }, context) {
    const call = gmailCaller(context);
    const known = await labels(call);
    const removed = remove_labels.flatMap((name) => find(known, name) ?? []);
    const both = add_labels.find((name) => removed.includes(find(known, name) ?? ''));
    if (both !== undefined) {
      throw new InvalidInput(`The input is invalid. /add_labels: ${both} is in remove_labels too`);
    }
    const added: string[] = [];
    for (const name of add_labels) added.push(find(known, name) ?? (await create(call, name)));
    const message = await call(modified, (gmail) =>
      gmail.users.messages.modify({
        userId: 'me',
        id: message_id,
        requestBody: { addLabelIds: [...new Set(added)], removeLabelIds: [...new Set(removed)] },
      }),
    );
    return { message_id: message.id, thread_id: message.threadId, labels: message.labelIds };
  },
});

type Label = z.output<typeof label>;

async function labels(call: GmailCall): Promise<Label[]> {
  return (await call(list, (gmail) => gmail.users.labels.list({ userId: 'me' }))).labels;
}

/** Gmail's own labels are named as their ids; the names of other labels are compared without regard to case. */
function find(known: readonly Label[], name: string): string | undefined {
  const lower = name.toLowerCase();
  return (known.find(({ id }) => id === name) ?? known.find((one) => one.name.toLowerCase() === lower))?.id;
}

async function create(call: GmailCall, name: string): Promise<string> {
  try {
    const made = await call(label, (gmail) =>
      gmail.users.labels.create({ userId: 'me', requestBody: { name } }),
    );
    return made.id;
  } catch (error) {
    // Somebody else, for example another iteration of a loop, created it meanwhile.
    const found = error instanceof Conflict ? find(await labels(call), name) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}
