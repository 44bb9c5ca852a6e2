// Which requests to a laptop's servers are refused for where they come from.
import { expect, test } from 'vitest';
import { foreignRequest } from './loopback.ts';

const refused = (headers: Record<string, string>, links = false, method = 'POST') =>
  foreignRequest({ host: '127.0.0.1:4566', ...headers }, { method, links }) !== undefined;

test.each([
  'localhost',
  'localhost:3000',
  'LOCALHOST:3000',
  '127.0.0.1',
  '127.0.0.1:4566',
  '127.1.2.3:80',
  '[::1]:3000',
  'bucket.localhost:4566',
  'my.bucket.localhost',
])('Host %s is this machine', (host) => {
  expect(refused({ host })).toBe(false);
});

test.each([
  '',
  'evil.example',
  'evil.example:4566',
  'localhost.evil.example',
  'localhost:80.evil.example',
  '127.0.0.1.evil.example',
  'evil-localhost',
  '127.0.0.1@evil.example',
  'evil.example@127.0.0.1',
  '0.0.0.0:4566',
  '192.168.1.2:4566',
  '[::ffff:127.0.0.1]',
  '1270.0.0.1',
])('Host %j is another', (host) => {
  expect(refused({ host })).toBe(true);
  expect(refused({ host }, true, 'GET')).toBe(true);
});

test.each([
  ['http://localhost:5173', false],
  ['http://127.0.0.1:3000', false],
  ['https://[::1]', false],
  ['http://evil.example', true],
  ['https://localhost.evil.example', true],
  ['null', true],
  ['', true],
  ['file://', true],
  ['http://localhost:3000 http://evil.example', true],
])('Origin %s', (origin, expected) => {
  expect(refused({ origin })).toBe(expected);
  expect(refused({ origin }, true)).toBe(expected);
});

test('a browser says that another site calls: only a link to a page is followed', () => {
  const cross = { 'sec-fetch-site': 'cross-site' };
  const link = { ...cross, 'sec-fetch-mode': 'navigate' };
  expect(refused(cross)).toBe(true);
  expect(refused(cross, true, 'GET')).toBe(true);
  expect(refused(link, false, 'GET')).toBe(true);
  expect(refused(link, true, 'GET')).toBe(false);
  expect(refused(link, true, 'POST')).toBe(true);
  // 127.0.0.1 and localhost are sites of their own.
  const own = { ...cross, origin: 'http://localhost:3000' };
  expect([refused(own), refused(own, true)]).toEqual([true, false]);
  for (const site of ['same-origin', 'same-site', 'none'])
    expect(refused({ 'sec-fetch-site': site })).toBe(false);
});
