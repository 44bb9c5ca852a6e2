// Encoded words in headers.
import { expect, test } from 'vitest';
import { decodeWords, joinWords } from './encoded-words.ts';

const b = (text: Uint8Array | string) => Buffer.from(text).toString('base64');
const smile = Buffer.from('a😀b');

test.each([
  ['plain text', 'plain text'],
  ['=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus?= =?UTF-8?b?S8O2bG4=?=', 'Grüße ausKöln'],
  // Split within a character: words of Q, of B with and without padding.
  ['=?utf-8?Q?=F0=9F?=\r\n =?utf-8?Q?=98=80?=', '😀'],
  [`=?utf-8?B?${b(smile.subarray(0, 3))}?= =?utf-8?B?${b(smile.subarray(3))}?=`, 'a😀b'],
  [`=?utf-8?B?${b(smile.subarray(0, 2))}?= =?utf-8?B?${b(smile.subarray(2))}?=`, 'a😀b'],
  [`=?utf-8?Q?a=F0=9F?= =?UTF-8?B?${b(smile.subarray(3))}?=`, 'a😀b'],
  ['=?utf-8?Q?a?=  text  =?utf-8?Q?b?=', 'a  text  b'],
  ['=?utf-8?Q?a?==?utf-8?Q?b?=', 'ab'],
  ['=?us-ascii?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
  ['=?iso-8859-1?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
  ['=?utf-8?Q?Gr=FC=DFe?=', 'Grüße'],
  ['=?x-unknown?Q?Gr=FC=DFe?=', 'Grüße'],
  ['=?iso-8859-1*de?Q?Gr=FC=DFe?=', 'Grüße'],
  ['=?gb2312?B?xOO6ww==?=', '你好'],
  ['=?iso-2022-jp?B?GyRCRnxLXBsoQg==?= =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=', '日本日本'],
  ['=?utf-8?Q?Hello World?=', 'Hello World'],
  ['=?utf-8?Q?Really??=', 'Really?'],
  ['=?utf-8?Q?100=?=', '100='],
  ['=?utf-8?X?a?= =?utf-8?Q?', '=?utf-8?X?a?= =?utf-8?Q?'],
])('%s', (header, text) => {
  expect(decodeWords(header)).toBe(text);
});

test('joined words hide what they say from the parser of addresses', () => {
  const joined = joinWords('=?UTF-8?Q?M=C3=BCller,_?= =?UTF-8?Q?Anna_<x=40y.z>?= <anna@example.com>');
  expect(joined).toBe(`=?utf-8?B?${b('Müller, Anna <x@y.z>')}?= <anna@example.com>`);
  expect(decodeWords(joined)).toBe('Müller, Anna <x@y.z> <anna@example.com>');
});
