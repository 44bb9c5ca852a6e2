// What of an input may stand in the key of its run's row.
import { expect, test } from 'vitest';
import { indexRow } from '../../test/support/index-rows.ts';
import { withoutSecrets } from '../actions/invocation/without-secrets.ts';
import { laterRow, type RunRow, rowFile, rowOfFile, shortened } from './run-row.ts';

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

test.each(['api', 'rerun'] as const)(
  'nor does it hold what looks like a secret as the name of a user: %s',
  (type) => {
    const user = `xoxb-123456789012-abcdefghijkl`;
    const row = indexRow('w.one', '2026-03-01T00:00:00.000Z', { trigger: { type, user } });
    expect(rowOfFile(rowFile(row))?.trigger).toEqual({ type, user: HIDDEN });
  },
);

test('an end before the start, by another clock, counts as the start', () => {
  const started_at = '2026-03-01T00:00:01.000Z';
  const row = indexRow('w.one', started_at, { ended_at: '2026-03-01T00:00:00.000Z' });
  expect(rowOfFile(rowFile(row))).toEqual({ ...row, ended_at: started_at });
});

test.each<[later: Partial<RunRow>, earlier: Partial<RunRow>]>([
  [{ redrive_count: 1, ended_at: null }, { redrive_count: 0 }],
  [{}, { ended_at: null }],
  [
    { ended_at: '2026-03-01T00:00:02.001Z', tokens: null },
    { ended_at: '2026-03-01T00:00:02.000Z', tokens: 9 },
  ],
  [{ tokens: 0 }, { tokens: null }],
  [{ tokens: 2 }, { tokens: 1 }],
  [
    { tokens: 2, cost_usd: 0.1 },
    { tokens: 2, cost_usd: null },
  ],
])('%j is later than %j', (later, earlier) => {
  const row = (more: Partial<RunRow>) => indexRow('w.one', '2026-03-01T00:00:00.000Z', more);
  expect(Math.sign(laterRow(row(later), row(earlier)))).toBe(1);
  expect(Math.sign(laterRow(row(earlier), row(later)))).toBe(-1);
  expect(laterRow(row(later), row(later))).toBe(0);
});

test('a text is cut where it is too long, in one line and not within a character', () => {
  expect([shortened('ab', 2), shortened('abc', 2), shortened('a\n\tb', 3)]).toEqual(['ab', 'ab…', 'a b']);
  expect([shortened('a😀b', 2), shortened('a😀b', 3)]).toEqual(['a…', 'a😀…']);
});

test('with the longest folder no key is longer than S3 takes, and what fits is kept', () => {
  const longest = `runs/workflow-status/${'w'.repeat(48)}/timed_out/`;
  const keys = Array.from({ length: 200 }, (_, at) => {
    const message = 'ü'.repeat(at);
    const error = { name: 'E'.repeat(80), step_id: 's'.repeat(48), message };
    const id = `${'w'.repeat(48)}.${'n'.repeat(80)}`;
    return (
      longest + rowFile(indexRow(id, '2026-03-01T09:00:00.000Z', { error, input_preview: 'ä'.repeat(at) }))
    );
  });
  const lengths = keys.map((key) => Buffer.byteLength(key));
  expect(Math.max(...lengths)).toBeLessThanOrEqual(1024);
  expect(Math.max(...lengths)).toBeGreaterThan(1010);
});
