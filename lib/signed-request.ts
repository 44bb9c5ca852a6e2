// Signed requests to AWS without an SDK: its clients for Systems Manager and S3 have 360 KB each.
import { setTimeout as sleep } from 'node:timers/promises';
import { optionalSetting, setting } from './config.ts';
import { type Credentials, Signer } from './signature.ts';

export interface AwsCall {
  readonly service: 's3' | 'ssm';
  readonly method: 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** Signs with the credentials of the environment and sends. @throws what `fetch` throws */
export async function signedRequest(call: AwsCall, signal: AbortSignal): Promise<Response> {
  const { service, method, url, headers = {}, body } = call;
  const { host, pathname: path } = new URL(url);
  const request = { method, path, headers: { ...headers, host }, body: body ?? '' };
  const { host: _, ...signed } = signerOf(service).sign(request, credentials());
  // A redirect would take what is sent, or a secret that is read, to another host.
  return await fetch(url, {
    method,
    headers: signed,
    redirect: 'error',
    signal,
    ...(body !== undefined && { body }),
  });
}

/** An address by which anybody reads an object, as whoever made it may, for so many seconds. */
export function signedAddress(url: URL, seconds: number): string {
  return signerOf('s3').address(url, credentials(), seconds).href;
}

const signerOf = (service: AwsCall['service']): Signer => new Signer(service, setting('AWS_REGION'));

function credentials(): Credentials {
  return {
    accessKeyId: setting('AWS_ACCESS_KEY_ID'),
    secretAccessKey: setting('AWS_SECRET_ACCESS_KEY'),
    sessionToken: optionalSetting('AWS_SESSION_TOKEN'),
  };
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
