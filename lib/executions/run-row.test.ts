// What of an input may stand in the key of its run's row.
import { expect, test } from 'vitest';
import { indexRow } from '../../test/support/index-rows.ts';
import { withoutSecrets } from '../actions/invocation/without-secrets.ts';
import { rowFile, rowOfFile } from './run-row.ts';

const HIDDEN = '[redacted]';

test.each<[string, object, object]>([
  ['a password', { user: 'ada', password: 'hunter2' }, { user: 'ada', password: HIDDEN }],
  [
    'a name in other letters',
    { 'X-Api-Key': 'abc', clientSecret: 'd' },
    { 'X-Api-Key': HIDDEN, clientSecret: HIDDEN },
  ],
  [
    'headers of a webhook',
    { webhook: { headers: { Authorization: 'Basic YTpi', 'x-id': '1' } } },
    {
      webhook: { headers: { Authorization: HIDDEN, 'x-id': '1' } },
    },
  ],
  ['a text with quotation marks', { token: 'a"b\\', n: 1 }, { token: HIDDEN, n: 1 }],
  ['tokens of known forms', { text: 'use ghp_0123456789abcdef0123' }, { text: `use ${HIDDEN}` }],
  ['a token of another issuer', { text: 'xoxb-123456789012-abcdefghijkl' }, { text: HIDDEN }],
  ['a signed token', { id: `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(20)}.${'b'.repeat(20)}` }, { id: HIDDEN }],
  [
    'what only counts',
    { max_tokens: 100, title: 'Reset my password' },
    { max_tokens: 100, title: 'Reset my password' },
  ],
])('%s', (_, input, kept) => {
  expect(JSON.parse(withoutSecrets(JSON.stringify(input)))).toEqual(kept);
});

test('a secret at the place where the text is cut is no part of it either', () => {
  const input = JSON.stringify({ note: 'x'.repeat(180), secret: `s3cret${'y'.repeat(5000)}` });
  expect(withoutSecrets(input)).not.toContain('s3cret');
});

test('a row’s key holds no secrets of its input, of its error or of what started it', () => {
  const row = indexRow('w.one', '2026-03-01T00:00:00.000Z', {
    input_preview: '{"api_key":"abc","repo":"acme/site"}',
    error: { name: 'sk-abcdefgh12345678', step_id: null, message: 'Key sk-abcdefgh12345678 is wrong' },
    trigger: { type: 'webhook', delivery: 'ghp_0123456789abcdef0123' },
  });
  const kept = rowOfFile(rowFile(row));
  expect([kept?.input_preview, kept?.error, kept?.trigger]).toEqual([
    `{"api_key":"${HIDDEN}","repo":"acme/site"}`,
    { name: HIDDEN, step_id: null, message: `Key ${HIDDEN} is wrong` },
    { type: 'webhook', delivery: null },
  ]);
});
