// Credentials taken out of text.
import { expect, test } from 'vitest';
import { redact, withoutSecrets } from './redact.ts';

test('given secrets are replaced, plain, percent-encoded and as in JSON, the longest first', () => {
  const secrets = ['top/secret "1"', 'top/secret "1" and more', 'abc', 5];
  const text = `a top/secret "1" b ${encodeURIComponent('top/secret "1"')} c top/secret \\"1\\" d top/secret "1" and more e abc`;
  expect(redact(text, secrets)).toBe('a [redacted] b [redacted] c [redacted] d [redacted] e abc');
});

test.each([
  [
    'Incorrect API key provided: sk-proj-abcd**********wxyz. You can',
    'Incorrect API key provided: [redacted] You can',
  ],
  ['bad ghp_16C7e42F292c6912E7710c838347Ae178B4a here', 'bad [redacted] here'],
  ['github_pat_11ABCDEFG0abcdefghij_x', '[redacted]'],
  ['token ntn_1234567890abcdefghij, sir', 'token [redacted], sir'],
  ['ya29.a0AfH6SMBx-abc_def123', '[redacted]'],
  ['header Bearer abc123def456 refused', 'header [redacted] refused'],
])('%s', (text, expected) => {
  expect(redact(text)).toBe(expected);
});

test('given secrets are replaced as a page of HTML shows them', () => {
  expect(
    redact('key planted/query&amp;key&lt;5&gt; of &quot;a&#39;b&quot;', ['planted/query&key<5>', `"a'b"`]),
  ).toBe('key [redacted] of [redacted]');
});

test('a text of many beginnings of tokens takes time that grows with its length, not with its square', () => {
  const text = '-eyJ'.repeat(1_000_000);
  expect(redact(text)).toBe(text);
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
  expect(redact(`"${token}" id_token=${token}`)).toBe('"[redacted]" id_token=[redacted]');
});

test.each([
  'The task-manager and risk-assessment-tools are fine',
  'Bearer authentication is required',
  'Field secret_key is missing',
])('ordinary words stay: %s', (text) => {
  expect(redact(text)).toBe(text);
});

test('an output loses the given secrets only, in keys and values, the longest first', () => {
  const output = {
    abcd1234: 'abcd1234 abcd',
    list: [['abcd1234efgh']],
    ghp_16C7e42F292c6912E7710c838347Ae178B4a: 1,
  };
  expect(withoutSecrets(output, ['abcd1234', 'abcd1234efgh', 'abc', 5])).toEqual({
    '[redacted]': '[redacted] abcd',
    list: [['[redacted]']],
    ghp_16C7e42F292c6912E7710c838347Ae178B4a: 1,
  });
});
