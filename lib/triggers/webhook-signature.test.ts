// Signatures of deliveries: examples that the senders publish, and everything that is nearly right.
import { createHmac } from 'node:crypto';
import { signWebhookPayload } from '@notionhq/client';
import { expect, test } from 'vitest';
import type { Webhook } from '../workflow-format/triggers.ts';
import { bodyOf } from './webhook-body.ts';
import { executionName, webhookInput } from './webhook-input.ts';
import { isGenuine } from './webhook-signature.ts';

const NOW = 1_531_420_618;
const check = (
  webhook: Webhook,
  secret: string,
  headers: Record<string, string>,
  body: string | Buffer,
  now = NOW,
) => isGenuine(webhook, secret, { headers, body: Buffer.from(body) }, now);

// https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries, "Testing the webhook payload validation"
const github: Webhook = { verify: 'github' };
const githubSignature = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
const githubSecret = "It's a Secret to Everybody";

test('GitHub’s own example', () => {
  const headers = { 'x-hub-signature-256': `sha256=${githubSignature}` };
  expect(check(github, githubSecret, headers, 'Hello, World!')).toBe(true);
});

test.each<[string, Record<string, string>]>([
  ['no signature', {}],
  ['an empty one', { 'x-hub-signature-256': '' }],
  ['the prefix alone', { 'x-hub-signature-256': 'sha256=' }],
  ['no prefix', { 'x-hub-signature-256': githubSignature }],
  ['another prefix', { 'x-hub-signature-256': `sha1=${githubSignature}` }],
  ['a digit too few', { 'x-hub-signature-256': `sha256=${githubSignature.slice(0, -1)}` }],
  ['a byte too few', { 'x-hub-signature-256': `sha256=${githubSignature.slice(0, -2)}` }],
  ['something after it', { 'x-hub-signature-256': `sha256=${githubSignature}zz` }],
  ['another header', { 'x-hub-signature': `sha256=${githubSignature}` }],
])('GitHub with %s is refused', (_, headers) => {
  expect(check(github, githubSecret, headers, 'Hello, World!')).toBe(false);
});

test('Notion’s own signature, with the verification token as its key', async () => {
  const body = '{"id":"367cba44-b6f3-4c92-81e7-6a2e9659efd4","type":"page.created"}';
  const verificationToken = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl';
  const signature = await signWebhookPayload({ body, verificationToken });
  const headers = { 'x-notion-signature': signature };
  expect(check({ verify: 'notion' }, verificationToken, headers, body)).toBe(true);
  expect(check({ verify: 'notion' }, verificationToken, headers, `${body} `)).toBe(false);
  expect(check({ verify: 'notion' }, verificationToken, {}, body)).toBe(false);
});

test('another secret, another body and an empty secret are refused', () => {
  const headers = { 'x-hub-signature-256': `sha256=${githubSignature}` };
  expect(check(github, 'another', headers, 'Hello, World!')).toBe(false);
  expect(check(github, githubSecret, headers, 'Hello, World')).toBe(false);
  expect(check(github, '', headers, 'Hello, World!')).toBe(false);
});

test('a signature covers the raw bytes', () => {
  const body = Buffer.from([0, 255, 254, 10, 13]);
  const signature = createHmac('sha256', 's').update(body).digest('hex');
  expect(check(github, 's', { 'x-hub-signature-256': `sha256=${signature}` }, body)).toBe(true);
});

// https://api.slack.com/authentication/verifying-requests-from-slack, the worked example
const slack: Webhook = {
  verify: 'hmac',
  header: 'X-Slack-Signature',
  prefix: 'v0=',
  timestamp: { header: 'X-Slack-Request-Timestamp' },
  signed: 'v0:{timestamp}:{body}',
};
const slackSecret = '8f742231b10e8888abcd99yyyzzz85a5';
const slackBody =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
const slackHeaders = {
  'x-slack-request-timestamp': '1531420618',
  'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
};

test('Slack’s own example, for five minutes at most', () => {
  expect(check(slack, slackSecret, slackHeaders, slackBody)).toBe(true);
  expect(check(slack, slackSecret, slackHeaders, slackBody, NOW + 300)).toBe(true);
  expect(check(slack, slackSecret, slackHeaders, slackBody, NOW + 301)).toBe(false);
  expect(check(slack, slackSecret, slackHeaders, slackBody, NOW - 301)).toBe(false);
  const moved = { ...slackHeaders, 'x-slack-request-timestamp': '1531420619' };
  expect(check(slack, slackSecret, moved, slackBody)).toBe(false);
  const { 'x-slack-request-timestamp': _, ...without } = slackHeaders;
  expect(check(slack, slackSecret, without, slackBody)).toBe(false);
});

test('Stripe’s format: timestamp and signatures in one header, one of which has to match', () => {
  const stripe: Webhook = {
    verify: 'hmac',
    header: 'Stripe-Signature',
    prefix: 'v1=',
    timestamp: { header: 'Stripe-Signature', prefix: 't=', tolerance_seconds: 10 },
  };
  const signature = createHmac('sha256', 'whsec').update(`${NOW}.{"id":1}`).digest('hex');
  const header = (value: string) => ({ 'stripe-signature': value });
  const old = '0'.repeat(64);
  expect(check(stripe, 'whsec', header(`t=${NOW},v1=${old},v1=${signature},v0=${old}`), '{"id":1}')).toBe(
    true,
  );
  expect(check(stripe, 'whsec', header(`t=${NOW},v0=${signature}`), '{"id":1}')).toBe(false);
  expect(check(stripe, 'whsec', header(`t=${NOW},v1=${signature}`), '{"id":1}', NOW + 11)).toBe(false);
  expect(check(stripe, 'whsec', header(`v1=${signature}`), '{"id":1}')).toBe(false);
});

test('a signature in base64, as Shopify sends it', () => {
  const shopify: Webhook = { verify: 'hmac', header: 'X-Shopify-Hmac-Sha256', encoding: 'base64' };
  const signature = createHmac('sha256', 's').update('{}').digest('base64');
  expect(check(shopify, 's', { 'x-shopify-hmac-sha256': signature }, '{}')).toBe(true);
  expect(check(shopify, 's', { 'x-shopify-hmac-sha256': `${signature}!` }, '{}')).toBe(false);
  expect(check(shopify, 's', { 'x-shopify-hmac-sha256': signature.toLowerCase() }, '{}')).toBe(false);
});

test('a token in a header, or as a bearer', () => {
  const named: Webhook = { verify: 'token', header: 'X-Token' };
  expect(check(named, 's3cret', { 'x-token': 's3cret' }, '')).toBe(true);
  expect(check(named, 's3cret', { authorization: 'Bearer s3cret' }, '')).toBe(false);
  for (const token of ['', 's3cre', 's3crets', 'S3CRET']) {
    expect(check(named, 's3cret', { 'x-token': token }, '')).toBe(false);
  }
  const bearer: Webhook = { verify: 'token' };
  expect(check(bearer, 's3cret', { authorization: 'bearer s3cret' }, '')).toBe(true);
  for (const authorization of ['s3cret', 'Basic s3cret', 'Bearer', 'Bearer ']) {
    expect(check(bearer, 's3cret', { authorization }, '')).toBe(false);
  }
});

test('a run gets the headers that matter, and none with a secret', () => {
  const webhook: Webhook = { verify: 'token', header: 'X-Token', headers: ['X-Shop', 'x-token', 'Cookie'] };
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'shop/1',
    'x-shop': 'Paris',
    'x-token': 's3cret',
    cookie: 'a=1',
    authorization: 'Bearer s3cret',
    'x-forwarded-for': '10.0.0.1',
  };
  const delivery = { headers, body: Buffer.from('{"a":[1]}') };
  expect(webhookInput(webhook, delivery, bodyOf(webhook, delivery))).toEqual({
    delivery: null,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'shop/1',
      'x-shop': 'Paris',
    },
    body: { a: [1] },
  });
});

test('the name of an execution identifies its delivery', () => {
  const created = '2026-03-02T10:00:00.000Z';
  const name = (webhook: Webhook, headers: Record<string, string>, text = '{}', hook = 'w', at = created) => {
    const delivery = { headers, body: Buffer.from(text) };
    return executionName(hook, at, webhook, delivery, bodyOf(webhook, delivery));
  };
  const guid = { 'x-github-delivery': '72d3162e' };
  expect(name(github, guid)).toMatch(/^hook-[0-9a-f]{64}$/);
  expect(name(github, guid, '{"other":1}')).toBe(name(github, guid));
  expect(name(github, { 'x-github-delivery': '72d3162f' })).not.toBe(name(github, guid));
  expect(name(github, guid, '{}', 'v')).not.toBe(name(github, guid));
  // The workflow was deleted, and created again under its id.
  expect(name(github, guid, '{}', 'w', '2026-03-02T10:00:01.000Z')).not.toBe(name(github, guid));
  // Without an id: the body and the time.
  const time = (at: string) => ({ 'x-slack-request-timestamp': at });
  expect(name(slack, time('1'))).toBe(name(slack, time('1')));
  expect(name(slack, time('2'))).not.toBe(name(slack, time('1')));
  expect(name(slack, time('1'), '[]')).not.toBe(name(slack, time('1')));
  const withId: Webhook = { verify: 'token', delivery_header: 'X-Id' };
  expect(name(withId, { 'x-id': '1' })).not.toBe(name(withId, { 'x-id': '2' }));
});

test.each([
  ['1531420618', true],
  ['1531420618000', true],
  ['1531420917999', true],
  ['1531420919000', false],
  ['2018-07-12T18:36:58Z', true],
  ['2018-07-12T20:36:58.123456789+02:00', true],
  ['2018-07-12T18:42:58Z', false],
  ['2018-07-12', false],
  ['99999999999999999', false],
  ['soon', false],
])('a time of sending %s is recent: %s', (time, isRecent) => {
  const webhook: Webhook = { verify: 'hmac', header: 'X-Signature', timestamp: { header: 'X-Time' } };
  const signature = createHmac('sha256', 's').update(`${time}.body`).digest('hex');
  expect(check(webhook, 's', { 'x-signature': signature, 'x-time': time }, 'body')).toBe(isRecent);
});

test('base64 is read in both of its alphabets, padded or not', () => {
  const webhook: Webhook = { verify: 'hmac', header: 'X-Signature', encoding: 'base64' };
  // The digest of this body has characters that differ.
  const signature = createHmac('sha256', 's').update('body 7').digest('base64');
  expect(signature).toMatch(/[+/]/);
  const url = signature.replaceAll('+', '-').replaceAll('/', '_');
  for (const sent of [signature, signature.replace('=', ''), url, url.replace('=', '')])
    expect(check(webhook, 's', { 'x-signature': sent }, 'body 7')).toBe(true);
  expect(check(webhook, 's', { 'x-signature': `${url}!` }, 'body 7')).toBe(false);
});
