import { expect, test } from 'vitest';
import { safeAddress } from './safe-address.ts';

test.each([
  ['https://github.com/acme/handbook/issues/1', 'https://github.com/acme/handbook/issues/1'],
  ['http://127.0.0.1:4001/acme/handbook', 'http://127.0.0.1:4001/acme/handbook'],
  ['http://localhost:4001/', 'http://localhost:4001/'],
  ['http://example.com/', undefined],
  ['http://127.0.0.1.example.com/', undefined],
  ['https://github.com@evil.example/', undefined],
  ['https://:github.com@evil.example/', undefined],
  ['javascript:alert(1)', undefined],
  [' javascript:alert(1)', undefined],
  ['java\nscript:alert(1)', undefined],
  ['data:text/html,<script>alert(1)</script>', undefined],
  ['vbscript:x', undefined],
  ['//evil.example/', undefined],
  ['/app', undefined],
  ['', undefined],
])('%j leads to %j', (text, address) => {
  expect(safeAddress(text)).toBe(address);
});
