// Credentials as they are copied and typed.
import { expect, test } from 'vitest';
import { openaiCredentials, tokenCredentials, webhookCredentials } from './credentials.ts';

test('a token is one word, without what was copied around it', () => {
  expect(tokenCredentials.parse({ token: ' ghp_a\r\n' })).toEqual({ token: 'ghp_a' });
  expect(tokenCredentials.parse({ token: 'x'.repeat(2048) }).token).toHaveLength(2048);
  for (const token of ['', ' ', 'two words', 'ü', 'a\nb', 'x'.repeat(2049)])
    expect(tokenCredentials.safeParse({ token }).success, token).toBe(false);
});

test('a secret of a webhook is as it was typed, but for the line break at its end', () => {
  const secretOf = (secret: string) => webhookCredentials.safeParse({ secret }).data?.secret;
  expect(['s\n', 's\r\n', ' s ü ', 'a\nb', 'x'.repeat(2048)].map(secretOf)).toEqual([
    's',
    's',
    ' s ü ',
    'a\nb',
    'x'.repeat(2048),
  ]);
  expect(['', '\n', 'x'.repeat(2049)].map(secretOf)).toEqual([undefined, undefined, undefined]);
});

test('an address is one of http, and ends in no slash', () => {
  const of = (base_url: string) => openaiCredentials.safeParse({ api_key: 'k', base_url }).data?.base_url;
  expect(of('https://llm.acme.example/v1//')).toBe('https://llm.acme.example/v1');
  expect(of('http://localhost:11434/v1')).toBe('http://localhost:11434/v1');
  for (const wrong of [
    'llm.acme.example/v1',
    'ftp://llm.acme.example/v1',
    'https://user@llm.acme.example/v1',
    'https://:word@llm.acme.example/v1',
    'https://llm.acme.example/v1?key=1',
    'https://llm.acme.example/v1#a',
  ])
    expect(of(wrong), wrong).toBeUndefined();
});
