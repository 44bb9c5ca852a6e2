// Standard Webhooks: the example of the specification's own libraries, and everything that is nearly right.
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Webhook } from '../workflow-format/triggers.ts';
import { executionName, webhookInput } from './webhook-input.ts';
import { isGenuine } from './webhook-signature.ts';

// https://docs.svix.com/receiving/verifying-payloads/how-manual
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const TIME = 1_614_265_330;
const BODY = '{"test": 2432232314}';
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

const webhook: Webhook = { verify: 'standard_webhooks' };
const headers = { 'webhook-id': ID, 'webhook-timestamp': `${TIME}`, 'webhook-signature': SIGNATURE };
const svix = { 'svix-id': ID, 'svix-timestamp': `${TIME}`, 'svix-signature': SIGNATURE };
const check = (
  given: Record<string, string>,
  { secret = SECRET, now = TIME, body = BODY, hook = webhook }: Partial<Given> = {},
) => isGenuine(hook, secret, { headers: given, body: Buffer.from(body) }, now);
interface Given {
  readonly secret: string;
  readonly now: number;
  readonly body: string;
  readonly hook: Webhook;
}

test('the published example is genuine, under the names of Svix too', () => {
  expect(check(headers)).toBe(true);
  expect(check(svix)).toBe(true);
});

test('the secret may stand without whsec_ and without padding', () => {
  expect(check(headers, { secret: SECRET.slice('whsec_'.length) })).toBe(true);
  expect(check(headers, { secret: ` ${SECRET}\n` })).toBe(true);
  const unpadded = `v1,${createHmac('sha256', 'a').update(`${ID}.${TIME}.${BODY}`).digest('base64')}`;
  expect(check({ ...headers, 'webhook-signature': unpadded }, { secret: 'whsec_YQ' })).toBe(true);
});

test('a secret that is no base64 is the key itself', () => {
  const signature = createHmac('sha256', 'my secret!').update(`${ID}.${TIME}.${BODY}`).digest('base64');
  const given = { ...headers, 'webhook-signature': `v1,${signature}` };
  expect(check(given, { secret: 'my secret!' })).toBe(true);
  expect(check(given, { secret: 'whsec_my secret!' })).toBe(false);
});

test('no key at all signs nothing', () => {
  const signature = createHmac('sha256', '').update(`${ID}.${TIME}.${BODY}`).digest('base64');
  for (const secret of ['whsec_', 'whsec_!!!', 'whsec_ '])
    expect(check({ ...headers, 'webhook-signature': `v1,${signature}` }, { secret })).toBe(false);
});

test('of several signatures, separated by blanks, one has to match, of version 1', () => {
  const other = `v1,${'A'.repeat(43)}=`;
  const sent = (signature: string) => check({ ...headers, 'webhook-signature': signature });
  expect(sent(`${other} ${SIGNATURE}`)).toBe(true);
  expect(
    sent(
      `v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== ${SIGNATURE}`,
    ),
  ).toBe(true);
  expect(sent(`${SIGNATURE} ${other}`)).toBe(true);
  for (const signature of [
    '',
    other,
    SIGNATURE.replace('v1,', 'v2,'),
    SIGNATURE.replace('v1,', ''),
    SIGNATURE.replace('v1,', 'v1='),
    SIGNATURE.slice(0, -2),
    `${other},${SIGNATURE}`,
  ])
    expect([signature, sent(signature)]).toEqual([signature, false]);
});

test('id, time and body are signed', () => {
  expect(check({ ...headers, 'webhook-id': 'msg_other' })).toBe(false);
  expect(check({ ...headers, 'webhook-timestamp': `${TIME + 1}` })).toBe(false);
  expect(check(headers, { body: `${BODY} ` })).toBe(false);
  expect(check(headers, { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx' })).toBe(false);
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'])
    expect(check({ ...headers, [name]: '' })).toBe(false);
  const unnamed = createHmac('sha256', Buffer.from(SECRET.slice(6), 'base64')).update(`.${TIME}.${BODY}`);
  const signature = `v1,${unnamed.digest('base64')}`;
  expect(check({ 'webhook-timestamp': `${TIME}`, 'webhook-signature': signature })).toBe(false);
});

test('five minutes, or what the trigger says, before and after', () => {
  expect(check(headers, { now: TIME + 300 })).toBe(true);
  expect(check(headers, { now: TIME - 300 })).toBe(true);
  expect(check(headers, { now: TIME + 301 })).toBe(false);
  expect(check(headers, { now: TIME - 301 })).toBe(false);
  const hook: Webhook = { verify: 'standard_webhooks', tolerance_seconds: 10 };
  expect(check(headers, { now: TIME + 10, hook })).toBe(true);
  expect(check(headers, { now: TIME + 11, hook })).toBe(false);
});

test('the id tells deliveries apart, whatever the time of the try', () => {
  const name = (given: Record<string, string>) =>
    executionName('w', '2026-01-01T00:00:00Z', webhook, { headers: given, body: Buffer.from(BODY) }, {});
  expect(name({ ...headers, 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' })).toBe(name(headers));
  expect(name(svix)).toBe(name(headers));
  expect(name({ ...headers, 'webhook-id': 'msg_other' })).not.toBe(name(headers));
  const delivery = { headers, body: Buffer.from(BODY) };
  expect(webhookInput(webhook, delivery, {})).toEqual({ delivery: ID, headers: {}, body: {} });
});
