// Which page of a provider an output leads to.
import { expect, test } from 'vitest';
import { pageOfEffect } from './effect.ts';

test.each([
  [
    { url: 'https://github.com/acme/handbook/issues/7' },
    'https://github.com/acme/handbook/issues/7',
    'Open at github.com',
  ],
  [
    { messages: 3, page_url: 'http://127.0.0.1:4010/page' },
    'http://127.0.0.1:4010/page',
    'Open at the emulated provider',
  ],
  [{ page_url: 'https://b.example/', url: 'https://a.example/' }, 'https://a.example/', 'Open at a.example'],
  [{ page_url: null, issue_url: 'https://c.example/' }, 'https://c.example/', 'Open at c.example'],
])('the first safe address of %j', (output, address, label) => {
  expect(pageOfEffect(output)).toEqual({ address, label });
});

test.each([
  [{ page_url: 'javascript:alert(1)' }],
  [{ callback_url: 'http://evil.example/' }],
  [{ curl: 'https://a.example/' }],
  ['https://a.example/'],
  [null],
])('%j leads nowhere', (output) => {
  expect(pageOfEffect(output)).toBeUndefined();
});
