// One object in S3 by signed requests, without the SDK: what the functions of actions read and write.
import { optionalSetting, setting } from './config.ts';
import { awsDomain, signedRequest, withAttempts } from './signed-request.ts';

/** A few megabytes, from the same region. */
const ATTEMPT_MS = 15_000;

export interface ObjectCall {
  readonly method: 'DELETE' | 'GET' | 'PUT';
  readonly bucket: string;
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface ObjectAnswer {
  readonly status: number;
  /** With its quotation marks; empty when there is none. */
  readonly etag: string;
  readonly body: Buffer;
}

/** Of an object that may be asked for again. */
class Passing extends Error {
  readonly answer: ObjectAnswer;

  constructor(answer: ObjectAnswer) {
    super(`S3 answered ${answer.status}`);
    this.answer = answer;
  }
}

/**
 * Asks S3 up to three times. 409: another one is being written at the same time; 429 and 503: too many requests (S3 API
 * reference, "Error responses").
 * @returns the last answer, whatever its status
 * @throws what `fetch` throws when S3 does not answer, or the signal aborts
 */
export async function s3Object(call: ObjectCall, signal: AbortSignal): Promise<ObjectAnswer> {
  const { method, bucket, key, headers, body } = call;
  const request = {
    service: 's3',
    method,
    url: objectUrl(bucket, key),
    ...(headers && { headers }),
  } as const;
  const send = async (attempt: AbortSignal) => {
    const response = await signedRequest({ ...request, ...(body !== undefined && { body }) }, attempt);
    const answer = {
      status: response.status,
      etag: response.headers.get('etag') ?? '',
      body: Buffer.from(await response.arrayBuffer()),
    };
    if (answer.status >= 500 || answer.status === 409 || answer.status === 429) throw new Passing(answer);
    return answer;
  };
  try {
    return await withAttempts(send, () => false, { signal, attemptMs: ATTEMPT_MS });
  } catch (error) {
    if (error instanceof Passing) return error.answer;
    throw error;
  }
}

/** Where S3 has it. */
export function objectUrl(bucket: string, key: string): string {
  // The SDK's own variables (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
  const endpoint = optionalSetting('AWS_ENDPOINT_URL_S3') ?? optionalSetting('AWS_ENDPOINT_URL');
  if (endpoint !== undefined) return `${endpoint.replace(/\/$/, '')}/${bucket}/${key}`;
  const region = setting('AWS_REGION');
  return `https://${bucket}.s3.${region}.${awsDomain(region)}/${key}`;
}
