import { expect, test } from 'vitest';
import { secretTexts } from './secret-texts.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each<[string, string, object, string[]]>([
  ['a token', 'github', { token: 'ghp_1', restricted_to: ['only'] }, ['ghp_1']],
  [
    'what is no secret',
    'openai',
    { api_key: 'sk-1', base_url: 'https://a.example', api: 'responses' },
    ['sk-1'],
  ],
  [
    'of Basic what is sent, too',
    'http',
    { kind: 'basic', base_url: 'https://a.example', username: 'ada', password: 'pass-1' },
    ['pass-1', base64('ada:pass-1')],
  ],
  [
    'a user alone is a key',
    'http',
    { kind: 'basic', username: 'key-1', password: '' },
    ['', base64('key-1:'), 'key-1'],
  ],
  [
    'of a header what follows its scheme',
    'http',
    { kind: 'headers', headers: { Authorization: 'Token abc-1', 'X-Api-Key': 'def-2' } },
    ['Token abc-1', 'def-2', 'abc-1'],
  ],
  [
    'of a header with Basic what a server decodes',
    'http',
    { kind: 'headers', headers: { Authorization: `basic ${base64('ada:pass:9')}` } },
    [`basic ${base64('ada:pass:9')}`, base64('ada:pass:9'), 'ada:pass:9', 'pass:9'],
  ],
])('%s', (_what, provider, secret, texts) => {
  expect(secretTexts(provider, secret)).toEqual(texts);
});
