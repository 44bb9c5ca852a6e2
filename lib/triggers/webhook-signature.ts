// Verifies that the sender of a delivery knows the webhook's secret. Comparisons take constant time.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { HmacWebhook, Webhook } from '../workflow-format/triggers.ts';

/** A request as it was received: the signature covers the raw bytes. */
export interface Delivery {
  /** Names in lower case; values of a repeated header separated by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

const DEFAULT_TOLERANCE_SECONDS = 300;

/** @param now seconds since 1970 */
export function isGenuine(webhook: Webhook, secret: string, delivery: Delivery, now: number): boolean {
  switch (webhook.verify) {
    case 'github':
      return signed(
        { verify: 'hmac', header: 'x-hub-signature-256', prefix: 'sha256=' },
        secret,
        delivery,
        now,
      );
    case 'hmac':
      return signed(webhook, secret, delivery, now);
    case 'token': {
      const sent = delivery.headers[webhook.header?.toLowerCase() ?? 'authorization'] ?? '';
      const token = webhook.header === undefined ? (/^Bearer +(.+)$/i.exec(sent)?.[1] ?? '') : sent;
      return equal(Buffer.from(token.trim()), Buffer.from(secret));
    }
  }
}

function signed(webhook: HmacWebhook, secret: string, delivery: Delivery, now: number): boolean {
  const { header, prefix = '', encoding = 'hex', timestamp } = webhook;
  const time = timestampOf(webhook, delivery);
  const expected = createHmac('sha256', secret)
    .update(signedBytes(webhook, time ?? '', delivery.body))
    .digest();
  // All are compared, so that the time does not depend on which one matches.
  const matching = items(delivery.headers[header.toLowerCase()], prefix).filter((signature) =>
    equal(decoded(signature, encoding), expected),
  );
  const tolerance = timestamp?.tolerance_seconds ?? DEFAULT_TOLERANCE_SECONDS;
  const recent = /^\d{1,12}$/.test(time ?? '') && Math.abs(now - Number(time)) <= tolerance;
  return matching.length > 0 && (timestamp === undefined || recent);
}

/** The timestamp that was sent with the delivery; undefined when the webhook declares none, or none was sent. */
export function timestampOf(webhook: Webhook, { headers }: Delivery): string | undefined {
  if (webhook.verify !== 'hmac' || webhook.timestamp === undefined) return undefined;
  const { header, prefix = '' } = webhook.timestamp;
  return items(headers[header.toLowerCase()], prefix)[0];
}

/** What follows the prefix in each item of a header: of `t=1,v1=a,v1=b` and `v1=` it is `a` and `b`. */
function items(header: string | undefined, prefix: string): string[] {
  return (header ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item.startsWith(prefix) && item.length > prefix.length)
    .map((item) => item.slice(prefix.length));
}

function signedBytes(webhook: HmacWebhook, time: string, body: Buffer): Buffer {
  const template = webhook.signed ?? (webhook.timestamp ? '{timestamp}.{body}' : '{body}');
  const parts = template
    .split('{body}')
    .map((part) => Buffer.from(part.replaceAll('{timestamp}', () => time)));
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [body, part])));
}

/** Empty when the signature is not valid in the encoding: Buffer.from skips what it cannot decode. */
function decoded(signature: string, encoding: 'hex' | 'base64'): Buffer {
  const valid = encoding === 'hex' ? /^[0-9a-f]*$/i : /^[A-Za-z0-9+/]*={0,2}$/;
  return valid.test(signature) ? Buffer.from(signature, encoding) : Buffer.alloc(0);
}

/** timingSafeEqual needs buffers of equal length: digests are, and hide the length of the secret. */
function equal(a: Buffer, b: Buffer): boolean {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return timingSafeEqual(digest(a), digest(b));
}
