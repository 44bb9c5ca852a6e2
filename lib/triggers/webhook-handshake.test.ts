// What services ask of an address before they send deliveries, and the ids of their deliveries.
import { expect, test } from 'vitest';
import type { Webhook } from '../workflow-format/triggers.ts';
import { bodyOf } from './webhook-body.ts';
import { handshakeOf } from './webhook-handshake.ts';
import { executionName } from './webhook-input.ts';

const handshake = (webhook: Webhook, body: object, headers: Record<string, string> = {}, secret = 's') => {
  const delivery = { headers, body: Buffer.from(JSON.stringify(body)) };
  return handshakeOf(webhook, secret, delivery, bodyOf(webhook, delivery));
};
const slack: Webhook = { verify: 'slack' };
const slackByHmac: Webhook = { verify: 'hmac', header: 'X-Slack-Signature', prefix: 'v0=' };
const zoom: Webhook = { verify: 'zoom' };

test.each([slack, slackByHmac])('Slack gets its challenge as a text: %o', (webhook) => {
  const sent = { token: 'x', challenge: '3eZbrw1a', type: 'url_verification' };
  expect(handshake(webhook, sent)).toEqual({ contentType: 'text/plain; charset=utf-8', text: '3eZbrw1a' });
  for (const other of [
    { type: 'event_callback', challenge: 'x' },
    { type: 'url_verification' },
    { type: 'url_verification', challenge: { a: 1 } },
    { challenge: 'x' },
  ])
    expect(handshake(webhook, other)).toBeUndefined();
});

// The HMAC of "qgg8vlvZRS6UYooatFL8Aw" under "123" by openssl dgst -sha256 -hmac 123.
test('Zoom gets its token with the token’s HMAC', () => {
  const sent = { event: 'endpoint.url_validation', payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' } };
  expect(handshake(zoom, sent, {}, '123')).toEqual({
    contentType: 'application/json',
    text: '{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"ff3a36ef5f612a903ad0600b3028e0894e7653f920a8a31e216938f01abd9c27"}',
  });
  expect(handshake(zoom, { event: 'meeting.started', payload: { plainToken: 'x' } })).toBeUndefined();
  expect(handshake(zoom, { event: 'endpoint.url_validation' })).toBeUndefined();
});

test('GitHub’s ping starts nothing', () => {
  const github: Webhook = { verify: 'github' };
  const pong = { contentType: 'text/plain; charset=utf-8', text: 'pong' };
  expect(handshake(github, { zen: 'x' }, { 'x-github-event': 'ping' })).toEqual(pong);
  expect(handshake(github, { zen: 'x' }, { 'x-github-event': 'push' })).toBeUndefined();
  expect(handshake(github, { zen: 'x' })).toBeUndefined();
});

test('one service’s handshake is another’s event', () => {
  const sent = { type: 'url_verification', challenge: 'x', event: 'endpoint.url_validation' };
  const others: Webhook[] = [
    { verify: 'github' },
    { verify: 'stripe' },
    { verify: 'standard_webhooks' },
    { verify: 'token' },
    { verify: 'hmac', header: 'X-Signature' },
    zoom,
  ];
  for (const webhook of others) expect(handshake(webhook, sent)).toBeUndefined();
});

test.each<[string, Webhook, object, object, boolean]>([
  ['Slack: event_id', slack, { event_id: 'Ev1', n: 1 }, { event_id: 'Ev1', n: 2 }, true],
  ['Slack: another event_id', slack, { event_id: 'Ev1' }, { event_id: 'Ev2' }, false],
  ['Slack by its header', slackByHmac, { event_id: 'Ev1', n: 1 }, { event_id: 'Ev1', n: 2 }, true],
  ['Stripe: id', { verify: 'stripe' }, { id: 'evt_1', n: 1 }, { id: 'evt_1', n: 2 }, true],
  ['Stripe: another id', { verify: 'stripe' }, { id: 'evt_1' }, { id: 'evt_2' }, false],
  ['Zoom: the body', zoom, { event_ts: 1 }, { event_ts: 2 }, false],
  ['Notion: id', { verify: 'notion' }, { id: 'a', attempt_number: 1 }, { id: 'a', attempt_number: 2 }, true],
  [
    'a field that is named',
    { verify: 'hmac', header: 'X-Signature', delivery_field: 'id' },
    { id: 'a', attempt_number: 1 },
    { id: 'a', attempt_number: 2 },
    true,
  ],
  [
    'a field within another',
    { verify: 'token', delivery_field: 'data.id' },
    { data: { id: 1 } },
    { data: { id: 2 } },
    false,
  ],
])('%s tells deliveries apart', (_, webhook, first, second, isSame) => {
  const name = (value: object) => {
    const delivery = { headers: {}, body: Buffer.from(JSON.stringify(value)) };
    return executionName('w', '2026-01-01T00:00:00Z', webhook, delivery, bodyOf(webhook, delivery));
  };
  expect(name(first) === name(second)).toBe(isSame);
});
