// Webhooks that could never verify anything, or verify too little: refused when the workflow is saved.
import { expect, test } from 'vitest';
import { problems } from '../testing/compile.ts';

const found = (webhook: object) =>
  problems({
    id: 'w',
    inputs: { webhook: { type: 'object' } },
    triggers: [{ webhook }],
    steps: [{ id: 'a', transform: '{{ inputs.webhook }}' }],
  }).map(({ pointer, message, hint }) => [pointer.replace('/triggers/0/webhook', ''), message, hint]);

const hmac = (more: object) => ({ verify: 'hmac', header: 'X-Signature', ...more });
const timestamp = { header: 'X-Time' };
const MADE_OF = 'What is signed is made of {body} and {timestamp}.';
const STANDARD =
  'For webhook-id, webhook-timestamp and webhook-signature write {"verify": "standard_webhooks"}.';

test.each<[string, object]>([
  ['github', { verify: 'github' }],
  ['slack', { verify: 'slack' }],
  ['stripe', { verify: 'stripe' }],
  ['zoom', { verify: 'zoom' }],
  ['standard_webhooks', { verify: 'standard_webhooks', tolerance_seconds: 60, name: 'openai' }],
  ['hmac of the body', hmac({ signed: '{body}' })],
  ['hmac with words around it', hmac({ signed: 'v0:{timestamp}:{body}', timestamp })],
  ['hmac with a field for an id', hmac({ delivery_field: 'data.object_id' })],
  [
    'hmac with both in one header',
    hmac({ prefix: 'v1=', timestamp: { header: 'x-signature', prefix: 't=' } }),
  ],
  ['a token', { verify: 'token', header: 'X-Token', delivery_header: 'X-Id', headers: ['X-Id'] }],
])('%s is sound', (_, webhook) => {
  expect(found(webhook)).toEqual([]);
});

test.each<[string, string, string]>([
  ['{id}.{timestamp}.{body}', 'There is no placeholder "{id}"', `${MADE_OF} ${STANDARD}`],
  ['{timestamps}.{body}', 'There is no placeholder "{timestamps}"', `Did you mean {timestamp}? ${MADE_OF}`],
  ['{timestamp}.{Body}', 'There is no placeholder "{Body}"', `Did you mean {body}? ${MADE_OF}`],
  ['{timestamp}.{ body }', 'There is no placeholder "{ body }"', `Did you mean {body}? ${MADE_OF}`],
  ['{timestamp}.{payload}', 'There is no placeholder "{payload}"', MADE_OF],
  ['{timestamp}.{}', 'There is no placeholder "{}"', MADE_OF],
  ['{timestamp}.{{body}}', '"{timestamp}.{{body}}" has a brace that belongs to no placeholder', MADE_OF],
  ['{timestamp}.{body', '"{timestamp}.{body" has a brace that belongs to no placeholder', MADE_OF],
  ['{timestamp}.body', 'Without {body} in it, the signature of one delivery would fit any other', MADE_OF],
  ['', 'Without {body} in it, the signature of one delivery would fit any other', MADE_OF],
  [
    '{body}',
    'The time is not part of what is signed: whoever sends a delivery again could write a new one',
    'Put {timestamp} into it as the sender does, or leave out "timestamp".',
  ],
])('signed: %s', (signed, message, hint) => {
  expect(found(hmac({ signed, timestamp }))).toEqual([['/signed', message, hint]]);
});

test('a time that is signed is in a header', () => {
  expect(found(hmac({ signed: '{timestamp}.{body}' }))).toEqual([
    [
      '/signed',
      'Nothing says which header {timestamp} is in',
      'Add "timestamp": {"header": "…"}, or take it out of what is signed.',
    ],
  ]);
});

test('a prefix that nothing can begin with', () => {
  expect(found(hmac({ prefix: 'v1,' }))).toEqual([
    ['/prefix', 'No signature can begin with "v1,": commas separate the items of a header', STANDARD],
  ]);
  expect(found(hmac({ prefix: ' sha256=' }))).toEqual([
    [
      '/prefix',
      'Nothing can begin with " sha256=": blanks before an item of a header do not count',
      undefined,
    ],
  ]);
  expect(found(hmac({ timestamp: { header: 'X-Time', prefix: 't,' } }))).toEqual([
    [
      '/timestamp/prefix',
      'No signature can begin with "t,": commas separate the items of a header',
      STANDARD,
    ],
  ]);
});

test('a signature and a time in one header need a prefix each', () => {
  expect(found(hmac({ prefix: 'v1=', timestamp: { header: 'x-signature' } }))).toEqual([
    [
      '/timestamp/header',
      'X-Signature has the signature and the time, and nothing tells one from the other',
      'Give both a prefix: "prefix": "v1=", "timestamp": {"header": "…", "prefix": "t="}.',
    ],
  ]);
});

test('what proves who sends is never an id, and never passed on', () => {
  const secret = (name: string) => `${name} proves who the sender is, and is never passed to a run`;
  const pointers = (webhook: object) => found(webhook).map(([pointer, message]) => [pointer, message]);
  expect(pointers({ verify: 'token', delivery_header: 'Authorization' })).toEqual([
    ['/delivery_header', secret('Authorization')],
  ]);
  expect(pointers({ verify: 'token', header: 'X-Token', delivery_header: 'x-token' })).toEqual([
    ['/delivery_header', secret('x-token')],
  ]);
  expect(pointers(hmac({ headers: ['X-Id', 'x-signature', 'Cookie'] }))).toEqual([
    ['/headers/1', secret('x-signature')],
    ['/headers/2', secret('Cookie')],
  ]);
});

test('an id is in a header or in a field', () => {
  expect(found(hmac({ delivery_header: 'X-Id', delivery_field: 'id' }))).toEqual([
    [
      '/delivery_field',
      'A delivery has its id in delivery_header or in delivery_field, not in both',
      undefined,
    ],
  ]);
});

test.each<[object, string, string, string]>([
  [
    hmac({ header: 'X-Signature:' }),
    '/header',
    '"X-Signature:" cannot be a header',
    'The name of a header alone, without a colon or blanks: "X-Signature".',
  ],
  [
    hmac({ delivery_field: '$.id' }),
    '/delivery_field',
    '"$.id" cannot be a delivery_field',
    'Names of fields, separated by dots: "id", "data.id".',
  ],
  [
    { verify: 'github', name: 'Shop' },
    '/name',
    '"Shop" cannot be a name',
    'Lower-case letters, digits, _ and -, beginning with a letter or a digit, at most 64.',
  ],
])('%o has a name that cannot be', (webhook, pointer, message, hint) => {
  expect(found(webhook)).toEqual([[pointer, message, hint]]);
});
