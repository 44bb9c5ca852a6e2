// By what a delivery is known again: the name of the run that it starts.
import { expect, test } from 'vitest';
import type { Webhook } from '../workflow-format/triggers.ts';
import { executionName } from './webhook-input.ts';

const timed: Webhook = {
  verify: 'hmac',
  header: 'X-Signature',
  encoding: 'hex',
  signed: '{timestamp}.{body}',
  timestamp: { header: 'X-Time' },
};
const named: Webhook = { ...timed, delivery_header: 'X-Id' };

interface Given {
  readonly hook?: string;
  readonly createdAt?: string;
  readonly webhook?: Webhook;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
const nameOf = ({
  hook = 'w',
  createdAt = '2026-01-01T00:00:00.000Z',
  webhook = timed,
  headers = { 'x-time': '100' },
  body = '{}',
}: Given = {}) => executionName(hook, createdAt, webhook, { headers, body: Buffer.from(body) }, {});

test('the same delivery starts the same run, whatever else its headers say', () => {
  expect(nameOf()).toMatch(/^hook-[0-9a-f]{64}$/);
  expect(nameOf({ headers: { 'x-time': '100', 'x-retry': '2' } })).toBe(nameOf());
});

test.each<[string, Given]>([
  ['sent at another time', { headers: { 'x-time': '101' } }],
  ['sent at no time', { headers: {} }],
  ['of another body', { body: '{ }' }],
  ['to another webhook', { hook: 'w.shop' }],
  ['to a later workflow of the id', { createdAt: '2026-01-02T00:00:00.000Z' }],
  ['with an id of its own', { webhook: named, headers: { 'x-time': '100', 'x-id': '1' } }],
])('one %s starts another', (_, given) => {
  expect(nameOf(given)).not.toBe(nameOf());
});

test('an id of the sender says which delivery it is, whenever it is sent and whatever is in it', () => {
  const of = (id: string, time: string, body: string) =>
    nameOf({ webhook: named, headers: { 'x-id': id, 'x-time': time }, body });
  expect(of('1', '100', '{}')).toBe(of('1', '200', '{"again":true}'));
  expect(of('1', '100', '{}')).not.toBe(of('2', '100', '{}'));
});
