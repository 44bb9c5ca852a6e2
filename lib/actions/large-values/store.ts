// Large values in S3: `values/<owner>/<SHA-256>` in the bucket named by LOGS_BUCKET, removed by a lifecycle rule
// (infrastructure/stack/storage.yml).
import { createHash } from 'node:crypto';
import { optionalSetting, setting } from '../../config.ts';
import { LargeValueExpired, OrchestraError, ProviderUnavailable } from '../../errors.ts';
import { awsDomain, signedRequest, withAttempts } from '../../signed-request.ts';
import { contentHash, largeValueKey } from './reference.ts';

/** A few megabytes, from the same region. */
const ATTEMPT_MS = 15_000;

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
    const content = await answered(id, signal, async (attempt) => {
      const response = await signedRequest({ service: 's3', method: 'GET', url: urlOf(id) }, attempt);
      const body = Buffer.from(await response.arrayBuffer());
      // A role that may not list the bucket is answered 403 for an object that does not exist (S3 API reference, "GetObject").
      if (response.status === 404 || response.status === 403) {
        throw new LargeValueExpired(
          `The large value ${id} is not kept any more: run the step again that gave it`,
        );
      }
      if (!response.ok) throw new S3Failure(response.status);
      return body;
    });
    if (createHash('sha256').update(content).digest('hex') !== contentHash(id))
      throw new ProviderUnavailable(`The large value ${id} did not arrive from S3 as it was kept`);
    return content;
  },

  async write(id, content, contentType, signal) {
    const headers = {
      'content-type': contentType,
      'if-none-match': '*',
    };
    await answered(id, signal, async (attempt) => {
      const call = { service: 's3', method: 'PUT', url: urlOf(id), headers, body: content } as const;
      const response = await signedRequest(call, attempt);
      await response.arrayBuffer();
      // 412: it is there already.
      if (!response.ok && response.status !== 412) throw new S3Failure(response.status);
    });
  },
};

class S3Failure extends Error {
  override readonly name = 'S3Failure';
  readonly status: number;

  constructor(status: number) {
    super(`S3 answered ${status}`);
    this.status = status;
  }
}

async function answered<Value>(
  id: string,
  signal: AbortSignal,
  call: (attempt: AbortSignal) => Promise<Value>,
): Promise<Value> {
  try {
    return await withAttempts(call, isFinal, { signal, attemptMs: ATTEMPT_MS });
  } catch (cause) {
    if (cause instanceof OrchestraError) throw cause;
    const error = cause instanceof S3Failure ? cause.message : 'S3 did not answer';
    throw new ProviderUnavailable(`The large value ${id} could not be transferred: ${error}`, { cause });
  }
}

/** 409: another one is being written at the same time; 429 and 503: too many requests (S3 API reference, "Error responses"). */
function isFinal(error: unknown): boolean {
  if (error instanceof OrchestraError) return true;
  return error instanceof S3Failure && error.status < 500 && error.status !== 409 && error.status !== 429;
}

/** Where S3 has it. */
export function urlOf(id: string): string {
  const bucket = setting('LOGS_BUCKET');
  // The SDK's own variables (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
  const endpoint = optionalSetting('AWS_ENDPOINT_URL_S3') ?? optionalSetting('AWS_ENDPOINT_URL');
  if (endpoint !== undefined) return `${endpoint.replace(/\/$/, '')}/${bucket}/${largeValueKey(id)}`;
  const region = setting('AWS_REGION');
  return `https://${bucket}.s3.${region}.${awsDomain(region)}/${largeValueKey(id)}`;
}
