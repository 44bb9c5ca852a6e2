// Credentials as they are copied and typed.
import { expect, test } from 'vitest';
import { githubCredentials, httpCredentials, openaiCredentials, webhookCredentials } from './credentials.ts';

test('a token is one word, without what was copied around it', () => {
  expect(githubCredentials.parse({ token: ' ghp_a\r\n' })).toEqual({ token: 'ghp_a' });
  expect(githubCredentials.parse({ token: 'x'.repeat(2048) }).token).toHaveLength(2048);
  for (const token of ['', ' ', 'two words', 'ü', 'a\nb', 'x'.repeat(2049)])
    expect(githubCredentials.safeParse({ token }).success, token).toBe(false);
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
  // In time that grows with its length, not with its square.
  expect(secretOf(`${'\n'.repeat(2_000_000)}x`)).toBeUndefined();
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

const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIB\nAB==\n-----END RSA PRIVATE KEY-----';
const app = { client_id: 'Iv23', installation_id: 7, account: 'acme' };

test('GitHub takes a token, or an installation of an App with its key, and says what of it is missing', () => {
  const wrong = (value: object) =>
    githubCredentials.safeParse(value).error?.issues.map(({ path, code }) => [path.join('.'), code]);
  expect(wrong({ token: 't' })).toBeUndefined();
  expect(wrong({ app, private_key: pem })).toBeUndefined();
  expect(wrong({})).toEqual([['token', 'invalid_type']]);
  expect(wrong({ app })).toEqual([['private_key', 'invalid_type']]);
  expect(wrong({ private_key: pem })).toEqual([['app', 'invalid_type']]);
  expect(wrong({ token: 't', app, private_key: pem })).toEqual([['token', 'custom']]);
  expect(wrong({ app: { ...app, installation_id: '7' }, private_key: pem })).toEqual([
    ['app.installation_id', 'invalid_type'],
  ]);
  expect(wrong({ app, private_key: 'MIIB' })).toEqual([['private_key', 'invalid_format']]);
});

test('a key whose line breaks were written as \\n is taken', () => {
  const copied = `${pem.replaceAll('\n', '\\n')}\\n`;
  expect(githubCredentials.parse({ app, private_key: copied }).private_key).toBe(pem);
});

test('a user and a password can be sent as they are', () => {
  const isTaken = (username: string, password = '') =>
    httpCredentials.safeParse({ kind: 'basic', base_url: 'https://a.example', username, password }).success;
  expect([isTaken('ada', 'ü:😀'), isTaken(''), isTaken('a:b'), isTaken('a\n'), isTaken('\ud83d')]).toEqual([
    ...[true, true, false, false, false],
  ]);
  expect([isTaken('ada', '\ude00'), isTaken('ada', '\0')]).toEqual([false, false]);
});

test('the headers of a connection are such as a step may send, each once', () => {
  const problemsOf = (headers: Record<string, string>) =>
    httpCredentials
      .safeParse({ kind: 'headers', base_url: 'https://a.example', headers })
      .error?.issues.map(({ path, message }) => `/${path.join('/')} ${message}`);
  expect(problemsOf({ 'X-Api-Key': 'a', 'X-Tenant': 'b' })).toBeUndefined();
  for (const name of ['Host', 'content-length', 'Transfer-Encoding', 'Connection', 'Proxy-Authorization'])
    expect(problemsOf({ [name]: 'a' })).toEqual([`/headers/${name} is set by whoever sends the request`]);
  expect(problemsOf({ 'X-Api-Key': 'a', 'x-api-key': 'b' })).toEqual([
    '/headers/x-api-key stands there twice, in other letters',
  ]);
});
