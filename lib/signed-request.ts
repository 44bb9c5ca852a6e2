// Signed requests to AWS without an SDK: its clients for Systems Manager and S3 have 360 KB each, and this 10.
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { optionalSetting, setting } from './config.ts';

export interface AwsCall {
  readonly service: 's3' | 'ssm';
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** Signs with the credentials of the environment and sends. @throws what `fetch` throws */
export async function signedRequest(call: AwsCall, signal: AbortSignal): Promise<Response> {
  const { method, body } = call;
  const signed = await signer(call).sign();
  // A redirect would take what is sent, or a secret that is read, to another host.
  return await fetch(signed.url, {
    method,
    headers: signed.headers,
    redirect: 'error',
    signal,
    ...(body !== undefined && { body }),
  });
}

/** An address by which anybody reads an object, as whoever made it may, for so many seconds. */
export async function signedAddress(url: URL, seconds: number): Promise<string> {
  const expiring = new URL(url);
  expiring.searchParams.set('X-Amz-Expires', String(seconds));
  const signed = await signer({ service: 's3', method: 'GET', url: expiring.href }, true).sign();
  return signed.url.href;
}

function signer({ service, method, url, headers = {}, body }: AwsCall, signQuery = false): AwsV4Signer {
  const sessionToken = optionalSetting('AWS_SESSION_TOKEN');
  return new AwsV4Signer({
    method,
    url,
    headers: { ...headers },
    ...(body !== undefined && { body }),
    accessKeyId: setting('AWS_ACCESS_KEY_ID'),
    secretAccessKey: setting('AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken !== undefined && { sessionToken }),
    ...{ service, region: setting('AWS_REGION'), signQuery },
  });
}

/** `amazonaws.com`, or that of China's partition. */
export function awsDomain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

/** As the SDK does by default: three attempts, with full jitter between them (SDKs reference guide, "Retry behavior"). */
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 100;

/**
 * Makes a call again that failed.
 * @param isFinal whether another attempt would fail too
 */
export async function withAttempts<Value>(
  call: (signal: AbortSignal) => Promise<Value>,
  isFinal: (error: unknown) => boolean,
  { signal, attemptMs }: { readonly signal: AbortSignal; readonly attemptMs: number },
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]));
    } catch (error) {
      if (signal.aborted || isFinal(error) || attempt === ATTEMPTS) throw error;
    }
    await sleep(Math.random() * FIRST_WAIT_MS * 2 ** attempt, undefined, { signal });
  }
}
