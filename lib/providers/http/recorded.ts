// Makes a call that writes once, at a server that knows nothing of repeats: a claim before the call, its outcome after it.
import { randomUUID } from 'node:crypto';
import type { CallRecords } from '../../actions/call-records.ts';
import { hadNoEffect } from '../../effect.ts';
import { OutcomeUnknown } from '../../errors.ts';

/** What is recorded of a call. */
export interface RecordedCall<Output> {
  /** Tells the records of two tries apart. */
  readonly try_id: string;
  /** Once it is known. */
  readonly output?: Output | undefined;
}

interface Recording<Output> {
  readonly records: CallRecords<RecordedCall<Output>>;
  readonly callKey: string;
  /** Whether a call whose outcome is unknown is made again. */
  readonly retryUnknown: boolean;
}

const UNTOLD =
  'The request may have taken effect or not: an earlier try of it has begun, and its answer did not arrive. A server that heeds Idempotency-Key can be sent it again: say idempotent: true';

/** @throws OutcomeUnknown; what the call throws when it surely had no effect */
export async function recorded<Output>(
  call: () => Promise<Output>,
  { records, callKey, retryUnknown }: Recording<Output>,
): Promise<Output> {
  const mine = { try_id: randomUUID() };
  let etag = await records.claim(callKey, mine);
  if (etag === undefined) {
    const known = await records.read(callKey);
    if (known?.document.output !== undefined) return known.document.output;
    if (!known || !retryUnknown) throw new OutcomeUnknown(UNTOLD);
    etag = await records.replace(callKey, mine, known.etag);
    if (etag === undefined) throw new OutcomeUnknown('Another try of the call is at work');
  }
  try {
    const output = await call();
    // It is told also when the record of it fails: a further try then knows that one was begun.
    await records.replace(callKey, { ...mine, output }, etag).catch(() => undefined);
    return output;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (hadNoEffect(error)) await records.release(callKey, etag).catch(() => {});
    else if (error.name === 'ProviderUnavailable')
      throw new OutcomeUnknown(`The request may have taken effect or not: ${error.message}`, {
        cause: error,
      });
    throw error;
  }
}
