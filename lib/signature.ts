// AWS Signature Version 4 of requests whose body is known
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). The SDK's signer takes
// 0.04 ms a request, this one 0.007, and it needs no SDK.
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a role. */
  readonly sessionToken?: string | undefined;
}

export interface Signable {
  readonly method: string;
  /** As it is sent, percent-encoded. Of other services than S3 only `/`: theirs would have to be encoded once more. */
  readonly path: string;
  /** By lower-case names; `host` is one of them. All are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Signs requests of one service in one region. */
export class Signer {
  readonly #service: string;
  readonly #region: string;
  #key: { readonly key: KeyObject; readonly secret: string; readonly day: string } | undefined;

  /** @param service its name in a credential scope: `s3`, `ssm`, `states` */
  constructor(service: string, region: string) {
    this.#service = service;
    this.#region = region;
  }

  /** The request's headers, with those that prove who sends it. */
  sign(request: Signable, credentials: Credentials, now = new Date()): Record<string, string> {
    const { accessKeyId, sessionToken } = credentials;
    const time = basicTime(now);
    const payload = hash('sha256', request.body);
    const headers: Record<string, string> = { ...request.headers };
    headers['x-amz-date'] = time;
    headers['x-amz-content-sha256'] = payload;
    if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken;
    const names = Object.keys(headers).sort();
    const signedNames = names.join(';');
    let lines = '';
    for (const name of names) lines += `${name}:${canonicalValue(headers[name] ?? '')}\n`;
    const canonical = `${request.method}\n${request.path}\n\n${lines}\n${signedNames}\n${payload}`;
    const signature = this.#signature(canonical, time, credentials);
    headers['authorization'] =
      `${ALGORITHM} Credential=${accessKeyId}/${this.#scope(time)}, SignedHeaders=${signedNames}, Signature=${signature}`;
    return headers;
  }

  /** The address by which anybody reads for so many seconds what the sender may read. */
  address(url: URL, credentials: Credentials, seconds: number, now = new Date()): URL {
    const { accessKeyId, sessionToken } = credentials;
    const time = basicTime(now);
    const parameters: [string, string][] = [
      ...url.searchParams,
      ['X-Amz-Algorithm', ALGORITHM],
      ['X-Amz-Credential', `${accessKeyId}/${this.#scope(time)}`],
      ['X-Amz-Date', time],
      ['X-Amz-Expires', String(seconds)],
      ['X-Amz-SignedHeaders', 'host'],
    ];
    if (sessionToken !== undefined) parameters.push(['X-Amz-Security-Token', sessionToken]);
    const query = parameters
      .map(([name, value]): [string, string] => [encoded(name), encoded(value)])
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map((pair) => pair.join('='))
      .join('&');
    const canonical = `GET\n${url.pathname}\n${query}\nhost:${url.host}\n\nhost\nUNSIGNED-PAYLOAD`;
    const signed = new URL(url);
    signed.search = `${query}&X-Amz-Signature=${this.#signature(canonical, time, credentials)}`;
    return signed;
  }

  #scope(time: string): string {
    return `${time.slice(0, 8)}/${this.#region}/${this.#service}/aws4_request`;
  }

  #signature(canonical: string, time: string, { secretAccessKey }: Credentials): string {
    const toSign = `${ALGORITHM}\n${time}\n${this.#scope(time)}\n${hash('sha256', canonical)}`;
    return createHmac('sha256', this.#signingKey(secretAccessKey, time.slice(0, 8)))
      .update(toSign)
      .digest('hex');
  }

  /** Good for a day. */
  #signingKey(secret: string, day: string): KeyObject {
    if (this.#key?.secret === secret && this.#key.day === day) return this.#key.key;
    const derived = [day, this.#region, this.#service, 'aws4_request'].reduce<Buffer>(
      (parent, part) => createHmac('sha256', parent).update(part).digest(),
      Buffer.from(`AWS4${secret}`),
    );
    const key = createSecretKey(derived);
    this.#key = { key, secret, day };
    return key;
  }
}

/** `20261201T041122Z` */
function basicTime(now: Date): string {
  return `${now.toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
}

function canonicalValue(value: string): string {
  return value.includes('  ') || value.includes('\t') ? value.replace(/[ \t]+/g, ' ').trim() : value.trim();
}

/** All but the unreserved characters of RFC 3986. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
