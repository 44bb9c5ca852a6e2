// What bytes of a mail say, whatever the mail says of them.
import { expect, test } from 'vitest';
import { growthOfEight } from '../../test/support/growth.ts';
import { textOf } from './charset.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test.each([
  'us-ascii',
  'iso-2022-jp',
  'unknown-8bit',
  'x-unknown',
  '',
  'utf8',
  '"utf-8"',
  'iso-8859-1',
  'windows-1252',
  'koi8-r',
  'utf-16',
])('UTF-8 under the label %j is UTF-8', (label) => {
  for (const text of ['Grüße – ok', 'こんにちは', '😀']) expect(textOf(Buffer.from(text), label)).toBe(text);
});

test.each(['gb2312', 'big5', 'shift_jis', 'euc-kr', 'gb18030'])(
  'East Asian UTF-8 under the label %s is UTF-8',
  (label) => {
    expect(textOf(Buffer.from('こんにちは 世界 안녕'), label)).toBe('こんにちは 世界 안녕');
  },
);

test('bytes that are valid in both are UTF-8 where they are three a character', () => {
  expect(textOf(Buffer.from('你好'), 'gb2312')).toBe('你好');
});

test.each([
  // [label, bytes, text]
  ['', '4772fcdf65', 'Grüße'],
  ['', '636166e9', 'café'],
  ['us-ascii', '4772fcdf65', 'Grüße'],
  ['x-unknown', '80 96', '€–'],
  ['utf-8', '4772fcdf65', 'Grüße'],
  ['iso-8859-1', '80 93 94 85 fc', '€“”…ü'],
  ['ISO_8859-15', 'a4', '€'],
  ['cp1252', 'fc', 'ü'],
  ['ansi', 'fc', 'ü'],
  ['windows-1251', 'cff0e8', 'При'],
  ['cp1251', 'cff0e8', 'При'],
  ['koi8-r', 'f0d2c9', 'При'],
  ['gb2312', 'c4e3bac3', '你好'],
  ['gb2312', '8130 8130', '\u0080'],
  // In GB 2312, and as two letters in UTF-8.
  ['gb2312', 'd0b0', '邪'],
  ['GBK', '80', '€'],
  ['cp936', 'c4e3bac3', '你好'],
  ['windows-936', 'c4e3bac3', '你好'],
  ['x-euc-cn', 'c4e3bac3', '你好'],
  ['big5', 'a741a66e', '你好'],
  ['cp950', 'a741a66e', '你好'],
  ['shift_jis', '93fa967b', '日本'],
  ['windows-31j', '93fa967b 8740', '日本①'],
  ['x-sjis', '93fa967b', '日本'],
  ['cp932', '93fa967b', '日本'],
  ['euc_jp', 'c6fccbdc', '日本'],
  ['ks_c_5601-1987', 'b0a1b3aa', '가나'],
  ['cp949', 'b0a1b3aa', '가나'],
  ['iso-2022-jp', '1b2442467c4b5c1b2842', '日本'],
  ['iso-2022-jp', '93fa967b', '日本'],
  ['iso-2022-jp', 'c6fccbdca4cea4b3', '日本のこ'],
  ['iso-2022-kr', '1b2429430a0e302133 2a0f41', '\n가나A'],
  ['hz-gb-2312', '7e7b4463 3a43 7e7d 417e7e', '你好A~'],
  ['utf-7', '4772 2b41 5077 2d 2b2d', 'Grü+'],
  ['utf-16', 'fffe 4100 fc00', 'Aü'],
  ['utf-16', 'feff 0041 00fc', 'Aü'],
  ['utf-16', '0041 00fc', 'Aü'],
  ['utf-16le', '4100 fc00', 'Aü'],
  ['utf-16', '41 42', 'AB'],
  // Without a zero, and with zeros in the other half of each character.
  ['utf-16le', '604f 7d59 f498', '你好\u98f4'],
  ['utf-16be', '4f60 597d 98f4', '你好\u98f4'],
  ['utf-16le', '004e 0030 604f 7d59', '一\u3000你好'],
  ['utf-16be', '4e00 3000 4f60 597d', '一\u3000你好'],
  ['utf-16', '604f 7d59 0d00 0a00', '你好\r\n'],
  ['utf-16be', '4100 6400 6100 fc00', 'Adaü'],
  ['utf-16le', '3dd8 00de 4100', '😀A'],
  ['UnicodeFFFE', '0041 00fc', 'Aü'],
  // Code pages of DOS and of Macintoshes.
  ['cp437', '47 72 81 e1 65', 'Grüße'],
  ['IBM437', '82', 'é'],
  ['CP850', '47 72 81 e1 65 b5', 'GrüßeÁ'],
  ['ibm850', 'd5', 'ı'],
  ['cp858', 'd5', '€'],
  ['IBM00858', 'd5', '€'],
  ['cp852', '9f', 'č'],
  ['csPC8CodePage437', '9b', '¢'],
  ['dos-737', '80', 'Α'],
  ['cp866', '8f', 'П'],
  ['cp1125', 'f4', 'Є'],
  ['x-mac-roman', '9f', 'ü'],
  ['macintosh', '8a', 'ä'],
  ['x-mac-ce', '8b', 'č'],
  ['x-mac-cyrillic', '8f', 'П'],
  ['hp-roman8', 'cf', 'ü'],
  ['latin-9', 'a4', '€'],
  ['Latin1', 'fc', 'ü'],
  ['8859-1', 'fc', 'ü'],
  ['iso8859_2', 'e8', 'č'],
  ['ISO-8859', 'fc', 'ü'],
  ['3Diso-8859-15', 'a4', '€'],
  ['iso-8859-15, text/html', 'a4', '€'],
  ['utf8mb4', 'c3bc', 'ü'],
  ['gb_2312-80', 'c4e3bac3', '你好'],
  ['constructor', 'fc', 'ü'],
  ['', 'efbbbf 41', 'A'],
])('%s: %s', (label, hex, text) => {
  expect(textOf(bytes(hex), label)).toBe(text);
});

test.each(['', 'utf-8', 'us-ascii', 'shift_jis', 'x-unknown'])(
  'escapes of ISO 2022 are read under the label %j',
  (label) => {
    expect(textOf(bytes('1b2442467c4b5c1b2842'), label)).toBe('日本');
    expect(textOf(bytes('1b2429430e3021332a0f'), label)).toBe('가나');
  },
);

test('UTF-8 with a broken character stays UTF-8; a character that the end cuts off is left out', () => {
  expect(textOf(bytes('c3bc c3bc ff 41'), '')).toBe('üü\ufffdA');
  expect(textOf(bytes('41 c3bc e282'), 'utf-8', true)).toBe('Aü');
  expect(textOf(bytes('41 c3bc e282'), 'us-ascii', true)).toBe('Aü');
});

test.each([
  ['hz-gb-2312', '~{'],
  ['utf-7', '+A'],
  ['us-ascii', '\u001b$)C\u000e0!\u000f'],
  ['gb2312', 'ü'],
])('the time grows as the length: %s', async (label, unit) => {
  const work = (length: number) => textOf(Buffer.from(unit.repeat(length)), label);
  expect(await growthOfEight(work, 4000)).toBeLessThan(32);
});
