// The texts of mails whose sources are not as the standards say, and those that are cut.
import { expect, test } from 'vitest';
import { growthOfEight } from '../../test/support/growth.ts';
import { decodeMail } from './mail.ts';

const message = (source: string | Buffer) => ({
  id: 'm1',
  threadId: 't1',
  labelIds: [],
  snippet: 'Hello',
  internalDate: '1772443800000',
  raw: Buffer.from(source).toString('base64url'),
});
const lines = (...all: string[]) => all.join('\r\n');

/** A mail whose parts are these, each with its headers. */
const multipart = (type: string, ...parts: string[]) =>
  lines(
    'Subject: S',
    `Content-Type: multipart/${type}; boundary="b ${type}"`,
    '',
    'nobody sees this',
    ...parts.flatMap((part) => [`--b ${type}`, part]),
    `--b ${type}--`,
    'nor this',
  );
const part = (headers: string, body: string) => lines(headers, '', body);
const textOf = async (source: string | Buffer) => (await decodeMail(message(source))).body_text;

test('parts that are encoded all together are read as parts', async () => {
  const parts = (type: string) =>
    lines('--x', part(`Content-Type: text/plain; charset=utf-8`, `Grüße, ${type}`), '--x--', '');
  const mail = (encoding: string, body: string) =>
    part(
      lines(
        'Subject: S',
        `Content-Transfer-Encoding: ${encoding}`,
        'Content-Type: multipart/mixed; boundary=x',
      ),
      body,
    );
  const encoded = Buffer.from(parts('encoded')).toString('base64').replace(/.{76}/g, '$&\r\n');
  expect(await textOf(mail('base64', encoded))).toBe('Grüße, encoded');
  // The parts are as they are, whatever is said of them.
  expect(await textOf(mail('base64', parts('plain')))).toBe('Grüße, plain');
  expect(await textOf(mail('quoted-printable', parts('plain')))).toBe('Grüße, plain');
});

test('what the bytes say counts where the label is wrong or missing, in texts and in raw headers', async () => {
  const mail = (charset: string, text: Buffer) =>
    Buffer.concat([
      Buffer.from(`From: "`),
      text,
      Buffer.from(`" <a@x.example>\r\nSubject: `),
      text,
      Buffer.from(`\r\nContent-Type: text/plain${charset && `; charset=${charset}`}\r\n\r\n`),
      text,
    ]);
  const utf8 = Buffer.from('Grüße – 日本');
  const latin1 = Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65]);
  const cases: [string, Buffer, string][] = [
    ...['us-ascii', 'iso-2022-jp', 'unknown-8bit', 'iso-8859-1', ''].map(
      (charset): [string, Buffer, string] => [charset, utf8, 'Grüße – 日本'],
    ),
    ['', latin1, 'Grüße'],
    ['utf-8', latin1, 'Grüße'],
    ['gb2312', Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), '你好'],
    ['utf-8', Buffer.from([0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42]), '日本'],
  ];
  for (const [charset, bytes, text] of cases) {
    expect(await decodeMail(message(mail(charset, bytes)))).toMatchObject({
      from: `${text} <a@x.example>`,
      subject: text,
      body_text: text,
    });
  }
});

test('the charset of HTML without a label stands in it', async () => {
  const head = Buffer.from(
    'Content-Type: text/html\r\n\r\n<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>',
  );
  expect(await textOf(Buffer.concat([head, Buffer.from([0xc4, 0xe3, 0xba, 0xc3])]))).toBe('你好');
});

test.each([
  [
    'base64 with noise and padding within',
    'base64',
    'SGVs\r\n!bG8g*\r\nQWRhLg==\r\nIEJ5ZS4=\r\n',
    'Hello Ada. Bye.',
  ],
  ['a text that is no base64', 'base64', 'Dear Ada,\r\nplease pay 15.00.', 'Dear Ada,\nplease pay 15.00.'],
  [
    'quoted-printable with raw bytes',
    'Quoted-Printable',
    'Gr=C3=BC=c3=9fe =\r\naus Köln=3D=',
    'Grüße aus Köln=',
  ],
  [
    'base64 above the footer of a mailing list',
    'base64',
    'R3LD\r\nvMOfZSE=\r\n_____\r\nThe list of all who read and write: http://list.example\r\n',
    'Grüße!\n_____\nThe list of all who read and write: http://list.example',
  ],
  [
    'base64 above a footer that is one word',
    'base64',
    'R3LDvMOfZSE=\r\nhttp://list.example/\r\n',
    'Grüße!\nhttp://list.example/',
  ],
  ['a comment', '(as ever) base64', 'SGVsbG8=', 'Hello'],
  ['a space behind it', 'Base64 ', 'SGVsbG8=', 'Hello'],
  ['in quotation marks', '"BASE64"', 'SGVsbG8=', 'Hello'],
  ['more behind it', 'quoted-printable; x', '=48ello', 'Hello'],
  ['one that is only mentioned', '7bit (no base64)', 'SGVsbG8=', 'SGVsbG8='],
  ['a name that begins alike', 'base64url', 'SGVsbG8=', 'SGVsbG8='],
  ['an unknown one', 'x-none', 'Grüße', 'Grüße'],
  ['a character in two lines', 'base64', 'w7zD\r\nvA==', 'üü'],
])('transfer encoding: %s', async (_what, encoding, body, text) => {
  const headers = lines('Content-Type: text/plain; charset=utf-8', `Content-Transfer-Encoding: ${encoding}`);
  expect(await textOf(part(headers, body))).toBe(text);
  expect(await textOf(multipart('mixed', part(headers, body)))).toBe(text);
});

test.each([
  [
    'flowed',
    part('Content-Type: text/plain; format=flowed; delsp=yes', '> a \r\nDear \r\nAda'),
    '> a\nDearAda',
  ],
  ['no type', part('Content-Type: text', 'Hello'), 'Hello'],
  [
    'quotes that flow',
    part('Content-Type: text/plain; format=flowed', lines('> Shall we \r\n> meet?', 'Yes, \r\nwe shall.')),
    '> Shall we meet?\nYes, we shall.',
  ],
  [
    'a charset in sections',
    part('Content-Type: text/plain; charset*0="ibm"; charset*1="437"', 'Gr=81=E1e').replace(
      '\r\n',
      '\r\nContent-Transfer-Encoding: quoted-printable\r\n',
    ),
    'Grüße',
  ],
  [
    'a boundary in sections',
    lines(
      'Content-Type: multipart/mixed; boundary*0="a;\\"b"; boundary*1=c',
      '',
      '--a;"bc',
      '',
      'Hi',
      '--a;"bc--',
    ),
    'Hi',
  ],
  [
    'a parameter in quotes and comments',
    part('Content-Type: Text/Plain (x); name="a;charset=x"; charset="utf-8"', 'ü'),
    'ü',
  ],
  [
    'an alternative without a text',
    multipart('alternative', part('Content-Type: text/html', '<p>Hi</p>')),
    'Hi',
  ],
  [
    'an empty text as the alternative',
    multipart(
      'alternative',
      part('Content-Type: text/plain', ' '),
      part('Content-Type: text/html', '<p>Hi</p>'),
    ),
    'Hi',
  ],
  [
    'a table, and a footer as plain text',
    multipart(
      'mixed',
      part('Content-Type: text/html', '<table><tr><td>2</td><td>15.00</td></tr></table>'),
      part('Content-Type: text/plain', 'Footer'),
    ),
    '2\t15.00\nFooter',
  ],
  [
    'plain text and its HTML, and a footer',
    multipart(
      'mixed',
      multipart(
        'alternative',
        part('Content-Type: text/plain', 'Hi'),
        part('Content-Type: text/html', '<b>Hi</b>'),
      ),
      part('Content-Type: text/plain', 'Footer'),
    ),
    'Hi\n\nFooter',
  ],
  [
    'a mail in the mail',
    multipart(
      'mixed',
      part('Content-Type: text/plain', 'See below'),
      part(
        'Content-Type: message/rfc822',
        lines('From: =?utf-8?Q?M=C3=BCller?= <m@x.example>', 'Subject: Grüße', '', 'Gr\u00fc\u00dfe'),
      ),
    ),
    expect.stringMatching(/^See below[\s\S]*Müller[\s\S]*Grüße[\s\S]*Grüße$/),
  ],
  [
    'an invitation alone',
    part('Content-Type: text/calendar; method=REQUEST', lines('BEGIN:VCALENDAR', 'SUMMARY:Grüße')),
    'BEGIN:VCALENDAR\nSUMMARY:Grüße',
  ],
  [
    'a multipart without a boundary',
    part('Content-Type: multipart/mixed', lines('--x', '', 'Text')),
    '--x\n\nText',
  ],
  [
    'types that are encoded words',
    multipart(
      'mixed',
      part('Content-Type: =?koi8-r?Q?image/png=3B_name=3D=22=D4=C5?=\r\n =?koi8-r?Q?=D3=D4=22?=', 'PNG'),
      part('Content-Type: =?utf-8?Q?text/html=3B_charset=3Dutf-8?=', '<p>Grüße</p>'),
    ),
    'Grüße',
  ],
  [
    'a multipart whose boundary stands nowhere',
    lines(
      'Content-Type: multipart/mixed;',
      ' boundary=other',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Gr=C3=BC=C3=9Fe',
    ),
    'Grüße',
  ],
  [
    'a boundary that ends in a space',
    lines('Content-Type: multipart/mixed; boundary="zz "', '', '--zz', '', 'Text', '--zz--'),
    'Text',
  ],
  ['a source that begins with a byte order mark', '\ufeffContent-Type: text/html\r\n\r\n<p>Hi</p>', 'Hi'],
  [
    'an attachment is no text',
    multipart(
      'mixed',
      part(lines('Content-Type: text/csv', 'Content-Disposition: attachment; filename=a.csv'), 'a,b'),
    ),
    '',
  ],
  [
    'the parts of a digest are mails',
    multipart('digest', part('', lines('Subject: One', '', 'First'))),
    expect.stringMatching(/One[\s\S]*First$/),
  ],
])('the text of %s', async (_what, source, text) => {
  const mail = await decodeMail(message(source));
  expect(mail.body_text).toEqual(text);
  expect(mail.truncated).toBe(false);
});

test('a mail that is cut before its text has the snippet; one that is cut in its text says so', async () => {
  const pdf = part(
    lines('Content-Type: application/pdf', 'Content-Transfer-Encoding: base64'),
    `${'A'.repeat(76)}\r\n`.repeat(10_000),
  );
  const text = part('Content-Type: text/plain', 'The text');
  expect(await decodeMail(message(multipart('mixed', pdf, text)))).toMatchObject({
    body_text: 'Hello',
    truncated: true,
  });
  const small = part('Content-Type: application/pdf', 'AAAA');
  const long = part('Content-Type: text/plain; charset=utf-8', `${'x'.repeat(51)}ü${'y'.repeat(600_000)}`);
  const cut = await decodeMail(message(multipart('mixed', small, long)));
  expect([cut.body_text.startsWith('xxx'), cut.truncated]).toEqual([true, true]);
  const html = (body: string) => part('Content-Type: text/html', body);
  const both = await decodeMail(message(multipart('alternative', text, html('<p>x</p>'.repeat(100_000)))));
  expect([both.body_text, both.truncated]).toEqual(['The text', false]);
  const apart = await decodeMail(message(multipart('mixed', text, html('<p>x</p>'.repeat(100_000)))));
  expect(apart.truncated).toBe(true);
  // Cut within a character.
  for (const length of [0, 1, 2]) {
    const { body_text } = await decodeMail(
      message(part('Content-Type: text/plain', '€'.repeat(200_000).slice(length) + 'x'.repeat(length))),
    );
    expect(body_text).toMatch(/^€+$/);
  }
});

test('the work of reading a source grows as its length', async () => {
  const sources: ((n: number) => string)[] = [
    (n) => '\r'.repeat(20 * n),
    (n) => `A: ${' \r\n b'.repeat(5 * n)}`,
    (n) => 'Content-Type: message/rfc822\n\n'.repeat(n / 10),
    (n) => part('', '\n--'.repeat(10 * n)),
    (n) => `From: ${'a, '.repeat(5 * n)}`,
    (n) => multipart('mixed', ...Array.from({ length: n }, () => part('Content-Type: text/plain', 'x'))),
    (n) => `Subject: ${'=?utf-8?Q?'.repeat(3 * n)}`,
    (n) => part('Content-Transfer-Encoding: base64', '='.repeat(20 * n)),
  ];
  for (const source of sources) {
    expect(await growthOfEight((n) => decodeMail(message(source(n))), 200)).toBeLessThan(32);
  }
});
