// Large values in S3: `values/<owner>/<SHA-256>` in the bucket named by LOGS_BUCKET, removed by a lifecycle rule
// (infrastructure/stack/storage.yml).
import { createHash } from 'node:crypto';
import { setting } from '../../config.ts';
import { LargeValueExpired, OrchestraError, ProviderUnavailable } from '../../errors.ts';
import { type ObjectAnswer, objectUrl, s3Object } from '../../s3-object.ts';
import { contentHash, largeValueKey } from './reference.ts';

export interface LargeValueStore {
  /** @throws LargeValueExpired when there is none; ProviderUnavailable */
  read(id: string, signal: AbortSignal): Promise<Buffer>;
  /** The same content again changes nothing. @throws ProviderUnavailable */
  write(
    id: string,
    content: Uint8Array<ArrayBuffer>,
    contentType: string,
    signal: AbortSignal,
  ): Promise<void>;
}

export const largeValueStore: LargeValueStore = {
  async read(id, signal) {
    const { status, body } = await answered(id, s3Object({ method: 'GET', ...placeOf(id) }, signal));
    // A role that may not list the bucket is answered 403 for an object that does not exist (S3 API reference, "GetObject").
    if (status === 404 || status === 403)
      throw new LargeValueExpired(
        `The large value ${id} is not kept any more: run the step again that gave it`,
      );
    if (status !== 200) throw notTransferred(id, `S3 answered ${status}`);
    if (createHash('sha256').update(body).digest('hex') !== contentHash(id))
      throw new ProviderUnavailable(`The large value ${id} did not arrive from S3 as it was kept`);
    return body;
  },

  async write(id, content, contentType, signal) {
    const headers = {
      'content-type': contentType,
      'if-none-match': '*',
    };
    const call = { method: 'PUT', ...placeOf(id), headers, body: content } as const;
    const { status } = await answered(id, s3Object(call, signal));
    // 412: it is there already.
    if (status !== 200 && status !== 412) throw notTransferred(id, `S3 answered ${status}`);
  },
};

const placeOf = (id: string) => ({ bucket: setting('LOGS_BUCKET'), key: largeValueKey(id) });

async function answered(id: string, answer: Promise<ObjectAnswer>): Promise<ObjectAnswer> {
  return answer.catch((cause: unknown) => {
    throw cause instanceof OrchestraError ? cause : notTransferred(id, 'S3 did not answer', cause);
  });
}

function notTransferred(id: string, why: string, cause?: unknown): ProviderUnavailable {
  return new ProviderUnavailable(`The large value ${id} could not be transferred: ${why}`, { cause });
}

/** Where S3 has it. */
export function urlOf(id: string): string {
  const { bucket, key } = placeOf(id);
  return objectUrl(bucket, key);
}
