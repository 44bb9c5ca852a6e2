// Rich text within Notion's limits, and the addresses that it accepts.
import { expect, test } from 'vitest';
import { isNotionImage, isNotionLink, richTexts, titleText } from './notion-text.ts';

test.each([
  'https://e.com',
  'http://e.com/a?b=c#d',
  'HTTPS://E.COM/',
  'https://en.wikipedia.org/wiki/Foo_(bar)',
  'https://user:pass@e.com:8443/',
  'https://1.2.3.4/',
  'https://münchen.example/ü',
  `https://e.com/${'x'.repeat(1986)}`,
])('a link: %s', (address) => {
  expect(isNotionLink(address)).toBe(true);
});

test.each([
  '',
  'url',
  '/docs',
  '../a.md',
  '#top',
  '?a=b',
  '//e.com/a',
  'mailto:a@e.com',
  'tel:+4930123',
  'javascript:alert(1)',
  'data:text/plain,a',
  'ftp://e.com/a',
  'file:///etc/passwd',
  'notion://e.com',
  'https://',
  'https:///a.b',
  'https:e.com',
  'https:/e.com',
  'http://localhost:3000',
  'http://localhost./',
  'https://1',
  'https://[::1]/',
  'https://[::1',
  'https://<host>/path.html',
  'https://%3Chost%3E/path',
  'https://e.com:99999/',
  'https://.com',
  'https://e.com/a b',
  ' https://e.com',
  'https://e.com\n',
  `https://e.com/${'x'.repeat(1987)}`,
])('no link: %s', (address) => {
  expect(isNotionLink(address)).toBe(false);
});

test.each([
  ['https://e.com/a.png', true],
  ['https://e.com/a.JPEG?w=1#x', true],
  ['https://e.com/a.tif', true],
  ['http://e.com/a.png', false],
  ['https://e.com/a.webp', false],
  ['https://e.com/a', false],
  ['https://e.com/?f=a.png', false],
  ['/a.png', false],
])('an image: %s %s', (address, expected) => {
  expect(isNotionImage(address)).toBe(expected);
});

test('long text is split at 2,000 characters, never inside one, and nothing is lost', () => {
  const long = `${'x'.repeat(1999)}😀${'y'.repeat(3000)}`;
  const [list = [], ...others] = richTexts([{ text: long, bold: true, url: 'https://e.com' }]);
  expect(others).toEqual([]);
  const link = { url: 'https://e.com' };
  expect(list).toEqual(
    [long.slice(0, 1999), long.slice(1999, 3999), long.slice(3999)].map((content) => ({
      text: { content, link },
      annotations: { bold: true },
    })),
  );
});

test('a list has at most 100 rich texts, and 300 KB', () => {
  const spans = Array.from({ length: 250 }, (_, i) => ({
    text: String(i),
    ...(i % 2 === 0 && { bold: true as const }),
  }));
  expect(richTexts(spans).map((list) => list.length)).toEqual([100, 100, 50]);
  expect(richTexts([{ text: '漢'.repeat(200_000) }]).map((list) => list.length)).toEqual([49, 49, 2]);
  expect(richTexts([])).toEqual([[]]);
});

test('a title is one line without markup, of at most 100 texts', () => {
  expect(titleText('Re: **a**\n b')).toEqual([{ text: { content: 'Re: **a** b' } }]);
  expect(titleText('x'.repeat(2000 * 100 + 1))).toHaveLength(100);
});
