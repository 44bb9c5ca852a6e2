// Sends a mail once. Gmail knows no key of a request, and who may only send may read nothing: what is done is recorded.
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { CallRecords, KnownCall } from '../actions/call-records.ts';
import { hadNoEffect } from '../effect.ts';
import { NotFound, OutcomeUnknown } from '../errors.ts';
import type { GmailCall, GrantedScopes } from './gmail.ts';
import type { Composed } from './outgoing-mail.ts';
import { type Draft, draft, findDraft, findSent, type Message, rememberKey } from './outgoing-mark.ts';

export const sentMail = z.object({
  message_id: z.string(),
  thread_id: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
});
type SentMail = z.output<typeof sentMail>;

/** What is recorded of a call. */
export const sending = z.object({
  /** Tells the records of two tries apart. */
  try_id: z.string(),
  /** The draft that is sent; null where the mail is sent without one. */
  draft: draft.nullable(),
  /** Once it is known. */
  output: sentMail.optional(),
});
export type Sending = z.output<typeof sending>;

type Known = KnownCall<Sending>;

export interface Outgoing {
  readonly call: GmailCall;
  readonly callKey: string;
  readonly mail: Composed;
  readonly scopes: GrantedScopes;
  readonly records: CallRecords<Sending>;
  /** What an earlier try has recorded; undefined when it has not been looked for, or there is nothing. */
  readonly known: Known | undefined;
  /** Whether a call whose outcome is unknown is made again. */
  readonly retryUnknown: boolean;
}

const sent = z.object({ id: z.string(), threadId: z.string() });

/** @throws OutcomeUnknown */
export async function sendOnce(outgoing: Outgoing): Promise<SentMail> {
  const { known, scopes } = outgoing;
  if (known?.document.output) return known.document.output;
  // What was begun in one way goes on in it, also when the connection's scopes have changed since.
  const byDraft = known ? known.document.draft !== null : scopes.drafts;
  return byDraft ? sendDraft(outgoing) : sendAlone(outgoing);
}

/**
 * The draft's id makes a repeat harmless: "When a draft is sent, the draft is automatically deleted" (Gmail API, "Create
 * and send drafts"), and an id that is gone is answered with 404. It is recorded before the draft is sent.
 */
async function sendDraft(outgoing: Outgoing): Promise<SentMail> {
  const { call, callKey, scopes, mail } = outgoing;
  const recorded = outgoing.known ?? (await recordDraft(outgoing));
  const { output, draft: kept } = recorded.document;
  if (output || !kept) return sendOnce({ ...outgoing, known: recorded });
  try {
    return await finished(outgoing, recorded, await send(call, kept));
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
  // An earlier try has sent it, or another one does so now.
  const { threadId } = kept.message;
  if (!scopes.reading) return finished(outgoing, recorded, { id: '', threadId });
  const found = await findSent(call, callKey, mail.earlier);
  if (found) return finished(outgoing, recorded, found);
  const lost = 'The draft of the mail is gone, and no sent mail is found: somebody may have deleted it';
  if (!outgoing.retryUnknown) throw new OutcomeUnknown(lost);
  const anew = { try_id: randomUUID(), draft: await createDraft(outgoing) };
  const etag = await outgoing.records.replace(callKey, anew, recorded.etag);
  if (etag === undefined) throw new OutcomeUnknown(`${lost}, and another try is at work`);
  return finished(outgoing, { document: anew, etag }, await send(call, anew.draft));
}

const send = (call: GmailCall, { id }: Draft): Promise<Message> =>
  call(sent, (gmail) => gmail.users.drafts.send({ userId: 'me', requestBody: { id } }));

async function createDraft({ call, callKey, mail }: Outgoing): Promise<Draft> {
  const made = await call(draft, (gmail) =>
    gmail.users.drafts.create({ userId: 'me', requestBody: { message: { ...mail.message } } }),
  );
  rememberKey(made.message.id, callKey);
  return made;
}

/** Of two tries at once, both send the draft that was recorded first. */
async function recordDraft(outgoing: Outgoing): Promise<Known> {
  const { call, callKey, mail, records } = outgoing;
  // An earlier try may have created it, and not come to recording it.
  const own =
    (mail.isRepeat ? await findDraft(call, callKey, mail.earlier) : undefined) ??
    (await createDraft(outgoing));
  const document = { try_id: randomUUID(), draft: own };
  const etag = await records.claim(callKey, document);
  if (etag !== undefined) return { document, etag };
  const first = await records.read(callKey);
  if (!first) throw new OutcomeUnknown('Another try of the call is at work');
  if (first.document.draft?.id !== own.id) {
    await call(z.unknown(), (gmail) => gmail.users.drafts.delete({ userId: 'me', id: own.id }));
  }
  return first;
}

/** Without a draft: a claim before the call, and its outcome after it. */
async function sendAlone(outgoing: Outgoing): Promise<SentMail> {
  const { call, callKey, mail, scopes, records, known } = outgoing;
  const document: Sending = { try_id: randomUUID(), draft: null };
  let etag = known ? undefined : await records.claim(callKey, document);
  if (etag === undefined) {
    const before = known ?? (await records.read(callKey));
    if (!before) throw new OutcomeUnknown('Another try of the call is at work');
    if (before.document.output || before.document.draft) return sendOnce({ ...outgoing, known: before });
    const found = scopes.reading ? await findSent(call, callKey, mail.earlier) : undefined;
    if (found) return finished(outgoing, before, found);
    if (!scopes.reading && !outgoing.retryUnknown) throw new OutcomeUnknown(UNTOLD);
    etag = await records.replace(callKey, document, before.etag);
    if (etag === undefined) throw new OutcomeUnknown('Another try of the call is at work');
  }
  try {
    const made = await call(sent, (gmail) =>
      gmail.users.messages.send({ userId: 'me', requestBody: { ...mail.message } }),
    );
    rememberKey(made.id, callKey);
    return await finished(outgoing, { document, etag }, made);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (hadNoEffect(error)) await records.release(callKey, etag).catch(() => {});
    else if (!scopes.reading && error.name === 'ProviderUnavailable') {
      throw new OutcomeUnknown(`${UNTOLD} (${error.message})`, { cause: error });
    }
    throw error;
  }
}

const UNTOLD =
  'The mail may have been sent or not: no answer arrived, and the connection may not read mails, so that a further try cannot find out. The scope gmail.compose makes it certain';

/** Records the outcome. It is told also when that fails: a further try then goes by the draft, or by what it finds. */
async function finished(
  { callKey, records, mail }: Outgoing,
  { document, etag }: Known,
  { id, threadId }: Message,
): Promise<SentMail> {
  const output = { message_id: id, thread_id: threadId, to: [...mail.to], subject: mail.subject };
  await records.replace(callKey, { ...document, output }, etag).catch(() => undefined);
  return output;
}
