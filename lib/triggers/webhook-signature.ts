// Verifies that the sender of a delivery knows the webhook's secret. Comparisons take constant time.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { HmacWebhook, StandardWebhook, Webhook } from '../workflow-format/triggers.ts';

/** A request as it was received: the signature covers the raw bytes. */
export interface Delivery {
  /** Names in lower case; values of a repeated header separated by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** It came as a text, in which what was no UTF-8 is replaced. */
  readonly isText?: boolean;
}

const DEFAULT_TOLERANCE_SECONDS = 300;

type Signature = Omit<HmacWebhook, 'verify'>;

const v0 = (header: string, timestamp: string): Signature => ({
  header,
  prefix: 'v0=',
  timestamp: { header: timestamp },
  signed: 'v0:{timestamp}:{body}',
});

/** How services sign that are known by name. */
const SIGNATURES = {
  // https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
  github: { header: 'x-hub-signature-256', prefix: 'sha256=' },
  // https://developers.notion.com/reference/webhooks, "Validating events": with the verification token as the key.
  notion: { header: 'x-notion-signature', prefix: 'sha256=' },
  // https://api.slack.com/authentication/verifying-requests-from-slack
  slack: v0('x-slack-signature', 'x-slack-request-timestamp'),
  // https://docs.stripe.com/webhooks#verify-manually
  stripe: {
    header: 'stripe-signature',
    prefix: 'v1=',
    timestamp: { header: 'stripe-signature', prefix: 't=' },
  },
  // https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events
  zoom: v0('x-zm-signature', 'x-zm-request-timestamp'),
} as const satisfies Record<string, Signature>;

/**
 * The service that sends, where it is known: an `hmac` that is declared as one of the table signs, is that service too,
 * with its handshake and its ids.
 */
export function senderOf(webhook: Webhook): Exclude<Webhook['verify'], 'hmac'> | undefined {
  if (webhook.verify !== 'hmac') return webhook.verify;
  const header = webhook.header.toLowerCase();
  return (['github', 'notion', 'slack', 'stripe', 'zoom'] as const).find(
    (name) => SIGNATURES[name].header === header,
  );
}

/** @param now seconds since 1970 */
export function isGenuine(webhook: Webhook, secret: string, delivery: Delivery, now: number): boolean {
  switch (webhook.verify) {
    case 'standard_webhooks':
      return isStandardSigned(webhook, secret, delivery, now);
    case 'token': {
      const sent = delivery.headers[webhook.header?.toLowerCase() ?? 'authorization'] ?? '';
      const token = webhook.header === undefined ? (/^Bearer +(.+)$/i.exec(sent)?.[1] ?? '') : sent;
      return equal(Buffer.from(token.trim()), Buffer.from(secret));
    }
    default:
      return isSigned(signatureOf(webhook), secret, delivery, now);
  }
}

type SignedWebhook = Exclude<Webhook, { verify: 'standard_webhooks' | 'token' }>;

function signatureOf(webhook: SignedWebhook): Signature {
  return webhook.verify === 'hmac' ? webhook : SIGNATURES[webhook.verify];
}

function isSigned(signature: Signature, secret: string, delivery: Delivery, now: number): boolean {
  const { header, prefix = '', encoding = 'hex', timestamp } = signature;
  const time = timeOf(signature, delivery);
  const expected = createHmac('sha256', secret)
    .update(signedBytes(signature, time ?? '', delivery.body))
    .digest();
  const sent = items(delivery.headers[header.toLowerCase()], prefix);
  const matches = anyEqual(sent, encoding, [expected]);
  return matches && (timestamp === undefined || isRecent(time, timestamp.tolerance_seconds, now));
}

/**
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Verifying signatures":
 * `v1` is HMAC-SHA256 of id, time and body; signatures of other versions are for other receivers.
 */
function isStandardSigned(
  { tolerance_seconds }: StandardWebhook,
  secret: string,
  { headers, body }: Delivery,
  now: number,
): boolean {
  const { id = '', timestamp = '', signature = '' } = standardHeaders(headers);
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const expected = standardKeys(secret).map((key) => createHmac('sha256', key).update(signed).digest());
  const sent = signature
    .split(/\s+/)
    .filter((one) => one.startsWith('v1,'))
    .map((one) => one.slice('v1,'.length));
  const matches = anyEqual(sent, 'base64', expected);
  return matches && id !== '' && isRecent(timestamp, tolerance_seconds, now);
}

/** Svix, and who sends through it (Clerk, Resend), names the same headers `svix-…`. */
function standardHeaders(headers: Delivery['headers']) {
  const prefix = headers['webhook-signature'] === undefined ? 'svix-' : 'webhook-';
  const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((name) => headers[prefix + name]);
  return { id, timestamp, signature };
}

/**
 * A secret is base64, with or without `whsec_` before it. Some senders (OpenAI) take one without for its own bytes, so
 * that both are tried. What cannot be decoded is no key: anybody could sign with an empty one.
 */
function standardKeys(secret: string): Buffer[] {
  const text = secret.trim();
  const encoded = decoded(text.replace(/^whsec_/, ''), 'base64');
  const keys = text.startsWith('whsec_') ? [encoded] : [encoded, Buffer.from(text)];
  return keys.filter(({ length }) => length > 0);
}

/** What a delivery is told apart by; undefined when the webhook has no such id, or none was sent. */
export function standardId({ headers }: Delivery): string | undefined {
  return standardHeaders(headers).id || undefined;
}

/** The timestamp that was sent with the delivery; undefined when the webhook declares none, or none was sent. */
export function timestampOf(webhook: Webhook, delivery: Delivery): string | undefined {
  if (webhook.verify === 'token') return undefined;
  if (webhook.verify === 'standard_webhooks') return standardHeaders(delivery.headers).timestamp;
  return timeOf(signatureOf(webhook), delivery);
}

function timeOf({ timestamp }: Signature, { headers }: Delivery): string | undefined {
  return timestamp && items(headers[timestamp.header.toLowerCase()], timestamp.prefix ?? '')[0];
}

function isRecent(time: string | undefined, tolerance = DEFAULT_TOLERANCE_SECONDS, now: number): boolean {
  const sent = secondsOf(time);
  return sent !== undefined && Math.abs(now - sent) <= tolerance;
}

/** From here on a number is milliseconds: as seconds it would be in the year 5138. */
const MILLISECONDS = 1e11;

/**
 * A time of sending in seconds since 1970. Services send those, milliseconds (Contentful, HubSpot), or a date of RFC 3339
 * (Twitch); undefined when it is none of them.
 */
export function secondsOf(time = ''): number | undefined {
  if (/^\d{1,14}$/.test(time)) return Number(time) < MILLISECONDS ? Number(time) : Number(time) / 1000;
  const date = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/i.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isNaN(date) ? undefined : date / 1000;
}

/** What follows the prefix in each item of a header: of `t=1,v1=a,v1=b` and `v1=` it is `a` and `b`. */
function items(header: string | undefined, prefix: string): string[] {
  return (header ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item.startsWith(prefix) && item.length > prefix.length)
    .map((item) => item.slice(prefix.length));
}

function signedBytes({ signed, timestamp }: Signature, time: string, body: Buffer): Buffer {
  const template = signed ?? (timestamp ? '{timestamp}.{body}' : '{body}');
  const parts = template
    .split('{body}')
    .map((part) => Buffer.from(part.replaceAll('{timestamp}', () => time)));
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [body, part])));
}

/** All are compared, so that the time does not depend on which one matches. */
function anyEqual(sent: readonly string[], encoding: 'hex' | 'base64', expected: readonly Buffer[]): boolean {
  return sent
    .flatMap((one) => expected.map((digest) => equal(decoded(one, encoding), digest)))
    .includes(true);
}

/** Empty when the text is not valid in the encoding (base64 in either alphabet): Buffer.from skips what it cannot decode. */
function decoded(text: string, encoding: 'hex' | 'base64'): Buffer {
  const valid = encoding === 'hex' ? /^[0-9a-f]*$/i : /^[\w+/-]*={0,2}$/;
  return valid.test(text) ? Buffer.from(text, encoding) : Buffer.alloc(0);
}

/** timingSafeEqual needs buffers of equal length: digests are, and hide the length of the secret. */
function equal(a: Buffer, b: Buffer): boolean {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return timingSafeEqual(digest(a), digest(b));
}
