// Stores an approval that a step asks for, with the task token that the step waits with.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { APPROVAL_ID } from '../approval-id.ts';
import { InvalidInput } from '../errors.ts';
import { type ApprovalRecord, approvalQuestion } from '../stores/approval-record.ts';
import { type ApprovalStore, approvalStore } from '../stores/approvals.ts';
import { deliver } from './deliver.ts';

/** What a state machine sends (lib/compiler/steps/approval/approval.ts). */
export const approvalEvent = z.object({
  input: approvalQuestion,
  about: z.unknown().optional(),
  approval_id: z.string().regex(APPROVAL_ID),
  task_token: z.string().min(1),
  timeout_seconds: z.int().min(1),
  execution: z.object({ id: z.string() }),
});

export interface ApprovalDependencies {
  readonly store?: ApprovalStore;
  readonly sfn?: SFNClient;
  readonly now?: () => Date;
}

/**
 * A retried step asks once: the record gets the token of the latest attempt. An earlier decision about the same question
 * holds, and the step continues with it; another question is asked again.
 * @throws InvalidInput when the event is not what the compiler emits; the message holds nothing of it
 */
export async function requestApproval(
  event: unknown,
  { store = approvalStore(), sfn = new SFNClient({}), now = () => new Date() }: ApprovalDependencies = {},
): Promise<{ readonly approval_id: string }> {
  const parsed = approvalEvent.safeParse(event);
  if (!parsed.success) throw invalid(parsed.error);
  const { approval_id: id, input, about, task_token, timeout_seconds, execution } = parsed.data;
  const asked = now();
  const fresh: ApprovalRecord = {
    ...input,
    ...(about !== undefined && { about: sha256(about) }),
    execution_arn: execution.id,
    task_token,
    requested_at: asked.toISOString(),
    expires_at: new Date(asked.getTime() + timeout_seconds * 1000).toISOString(),
    decision: null,
    closed_at: null,
  };
  await store.markOpen(id);
  for (;;) {
    const before = await store.read(id);
    const decision = before && isSameQuestion(before.document, fresh) ? before.document.decision : null;
    const record = { ...fresh, decision };
    const etag = await store.write(id, record, before ? { etag: before.etag } : { absent: true });
    // Somebody decided, or another attempt asked, at the same moment: what they wrote counts.
    if (etag === undefined) continue;
    if (decision) await deliver(id, record, etag, { store, sfn, now });
    return { approval_id: id };
  }
}

function isSameQuestion(before: ApprovalRecord, now: ApprovalRecord): boolean {
  const question = ({ message, details, role, about }: ApprovalRecord) => [message, details, role, about];
  return isDeepStrictEqual(question(before), question(now));
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function invalid({ issues }: z.ZodError): InvalidInput {
  const places = issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);
  return new InvalidInput(`The approval cannot be asked for: ${places.join('; ')}`);
}
