// Mails decoded from their raw source, and cut to fit.
import { expect, test } from 'vitest';
import { growthOfEight } from '../../test/support/growth.ts';
import { decodeMail, fitMail, fitMails, type Mail } from './mail.ts';

const message = (source: string | Buffer, more: object = {}) => ({
  id: 'm1',
  threadId: 't1',
  labelIds: ['INBOX', 'UNREAD'],
  snippet: 'Hello',
  internalDate: '1772443800000',
  raw: Buffer.from(source).toString('base64url'),
  ...more,
});
const lines = (...all: string[]) => all.join('\r\n');

test('multipart with quoted-printable, base64, encoded words and an attachment', async () => {
  const source = lines(
    'From: =?utf-8?B?SsO8cmdlbiBNw7xsbGVy?= <juergen@example.com>',
    'To: "Lovelace, Ada" <ada@example.com>, team@example.com',
    'Subject: =?iso-8859-1?Q?Gr=FC=DFe_aus_K=F6ln?=',
    'Date: Mon, 2 Mar 2026 10:00:00 +0100',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=outer',
    '',
    '--outer',
    'Content-Type: multipart/alternative; boundary=inner',
    '',
    '--inner',
    'Content-Type: text/plain; charset=windows-1252',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Sch=F6ne Gr=FC=DFe =96 f=FCr 5 =80',
    'und mehr',
    '--inner',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>HTML</p>',
    '--inner--',
    '--outer',
    'Content-Type: text/plain; charset=utf-8; name=notes.txt',
    'Content-Disposition: attachment; filename=notes.txt',
    'Content-Transfer-Encoding: base64',
    '',
    'bm90IHRoZSBib2R5',
    '--outer--',
    '',
  );
  expect(await decodeMail(message(source))).toEqual({
    id: 'm1',
    thread_id: 't1',
    subject: 'Grüße aus Köln',
    from: 'Jürgen Müller <juergen@example.com>',
    to: ['Lovelace, Ada <ada@example.com>', 'team@example.com'],
    date: '2026-03-02T09:30:00.000Z',
    snippet: 'Hello',
    body_text: 'Schöne Grüße – für 5 €\nund mehr',
    truncated: false,
    unread: true,
    labels: ['INBOX', 'UNREAD'],
  });
});

test('a mail in HTML only has its text, without styles, images and trackers', async () => {
  const html =
    '<html><head><style>p{color:red}</style></head><body><h1>Offer</h1><p>Dear&nbsp;Ada,<br>see <a href="https://x.example/a">here</a>.</p>' +
    '<img src="https://t.example/p.gif" alt="logo"><ul><li>one</li><li>two</li></ul></body></html>';
  const source = lines(
    'From: a@x.example',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(html).toString('base64'),
  );
  const mail = await decodeMail(message(source, { labelIds: [] }));
  expect(mail.body_text).toBe('Offer\n\nDear Ada,\nsee here [https://x.example/a].\n\n * one\n * two');
  expect([mail.unread, mail.subject, mail.to]).toEqual([false, '', []]);
});

test('bodies in other charsets', async () => {
  const plain = (charset: string, body: Buffer) =>
    Buffer.concat([
      Buffer.from(lines('From: a@x.example', `Content-Type: text/plain; charset=${charset}`, '', '')),
      body,
    ]);
  const texts = await Promise.all(
    [
      plain('iso-8859-15', Buffer.from([0xa4])),
      plain('shift_jis', Buffer.from([0x93, 0xfa, 0x96, 0x7b])),
      plain('koi8-r', Buffer.from([0xf0, 0xf2])),
      plain('x-unknown', Buffer.from('plain')),
    ].map((source) => decodeMail(message(source))),
  );
  expect(texts.map(({ body_text }) => body_text)).toEqual(['€', '日本', 'ПР', 'plain']);
});

test('senders and recipients keep their addresses', async () => {
  const { from, to } = await decodeMail(
    message(
      lines(
        'From: Joe Foo, PhD <joe@example.com>',
        'To: =?UTF-8?Q?M=C3=BCller,_Anna?= <anna@example.com>, "john doe"@example.com,',
        '\tTeam: a@example.com;',
        'To: b@example.com',
      ),
    ),
  );
  expect(from).toBe('Joe Foo, PhD <joe@example.com>');
  expect(to).toEqual([
    'Müller, Anna <anna@example.com>',
    '"john doe"@example.com',
    'Team: a@example.com;',
    'b@example.com',
  ]);
  const sender = async (...headers: string[]) => (await decodeMail(message(lines(...headers)))).from;
  expect(await sender('To: a@example.com')).toBe('');
  expect(await sender('From: a@example.com, b@example.com')).toBe('a@example.com');
  expect(await sender('From: MAILER-DAEMON')).toBe('MAILER-DAEMON');
  expect(await sender('From: <>')).toBe('');
});

test('a subject and a name are one line, whatever their encoded words hold', async () => {
  const source = lines(
    'From: =?utf-8?Q?Ada=0D=0AL=00?= <ada@example.com>',
    'Subject: =?utf-8?Q?One=0D=0A?= =?utf-8?Q?Two=1B=5B31m?=',
    '',
    'x',
  );
  expect(await decodeMail(message(source))).toMatchObject({
    from: 'Ada L <ada@example.com>',
    subject: 'One Two [31m',
  });
});

test('anything but a mail has no text, and does not fail', async () => {
  expect(await decodeMail(message(''))).toMatchObject({ subject: '', from: '', to: [], body_text: '' });
});

/** A mail whose one text is HTML. */
const htmlMail = (html: string) =>
  message(lines('From: a@x.example', 'Subject: S', 'Content-Type: text/html', '', html));

test('endlessly nested HTML: the text before it, or else the snippet, and truncated', async () => {
  const deep = '<div>'.repeat(20_000);
  expect(await decodeMail(htmlMail(`<p>Before</p>${deep}`))).toMatchObject({
    subject: 'S',
    body_text: 'Before',
    truncated: true,
  });
  expect(await decodeMail(htmlMail(`${deep}text`))).toMatchObject({ body_text: 'Hello', truncated: true });
  expect(await decodeMail(htmlMail('<li><p>'.repeat(20_000)))).toMatchObject({ truncated: true });
  expect(await decodeMail(htmlMail('<div>'.repeat(9000) + '</p>'.repeat(9000)))).toMatchObject({
    truncated: true,
  });
  const work = (length: number) => decodeMail(htmlMail('<div>'.repeat(length) + '</p>'.repeat(length)));
  expect(await growthOfEight(work, 9000)).toBeLessThan(32);
});

test('HTML with unclosed paragraphs, cells and comments is not deep HTML', async () => {
  const html = `<!--[if mso]><b><!-- ${'<i>'.repeat(300)}--><table>${'<tr><td>a<td>b<br>'.repeat(300)}</table>${'<p>c'.repeat(300)}`;
  const { body_text, truncated } = await decodeMail(htmlMail(html));
  expect(truncated).toBe(false);
  expect(body_text.match(/c/g)).toHaveLength(300);
});

test('a mail with 4.5 MB of HTML is cut, in time that grows as its length', async () => {
  const decoded = (paragraphs: number) => decodeMail(htmlMail('<p>some words</p>\r\n'.repeat(paragraphs)));
  const { body_text, truncated } = await decoded(236_000);
  expect(truncated).toBe(true);
  expect(body_text).toMatch(/^some words\n\nsome words/);
  expect(await growthOfEight(decoded, 29_500)).toBeLessThan(32);
});

test('300 nested multiparts: the headers and the snippet', async () => {
  const nested = Array.from({ length: 300 }, (_, i) => [
    `Content-Type: multipart/mixed; boundary=b${i}`,
    '',
    `--b${i}`,
  ]).flat();
  const source = lines('From: Ada <ada@example.com>', 'Subject: Deep', ...nested, '', 'text');
  expect(await decodeMail(message(source))).toMatchObject({
    from: 'Ada <ada@example.com>',
    subject: 'Deep',
    body_text: 'Hello',
    truncated: true,
  });
});

test('a long attachment after the text does not cut the text; a longer text is cut', async () => {
  const attached = lines(
    'Subject: A',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'All of it',
    '--b',
    'Content-Type: application/pdf',
    'Content-Disposition: attachment; filename=a.pdf',
    'Content-Transfer-Encoding: base64',
    '',
    `${'A'.repeat(76)}\r\n`.repeat(40_000),
    '--b--',
  );
  expect(await decodeMail(message(attached))).toMatchObject({ body_text: 'All of it', truncated: false });
  const long = await decodeMail(message(lines('Subject: L', '', 'x'.repeat(2_000_000))));
  expect([long.body_text.length > 500_000, long.truncated]).toEqual([true, true]);
});

test.each([0, 1, 2])(
  'a source is whole, padded or not, folded or not: length %d over a multiple of 3',
  async (more) => {
    const head = 'From: Ada <ada@example.com>\r\nContent-Type: text/plain\r\n\r\nHello';
    const source = Buffer.from(head.padEnd(Math.ceil(head.length / 3) * 3 + more, '?'));
    const padded = source.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    const raws = [
      padded,
      source.toString('base64url'),
      source.toString('base64'),
      padded.replace(/.{20}/g, '$&\r\n'),
    ];
    for (const raw of raws) {
      const { body_text, truncated } = await decodeMail(message('', { raw }));
      expect([body_text, truncated]).toEqual([source.toString().split('\r\n\r\n')[1], false]);
    }
    // Without a text that can be read, the snippet stands for it only when something is missing.
    const empty = Buffer.from('Subject: S'.padEnd(12 + more, '!')).toString('base64');
    expect(await decodeMail(message('', { raw: empty }))).toMatchObject({ body_text: '', truncated: false });
  },
);

test('a snippet is given as text', async () => {
  const { snippet } = await decodeMail(
    message('', {
      snippet:
        'It&#39;s &lt;ready&gt; &amp;amp; &quot;waiting&quot; \ud83d &#8364;&#x1F600;&#xD800;&#0; &#99999999; &nope;',
    }),
  );
  expect(snippet).toBe('It\'s <ready> &amp; "waiting" \ufffd €😀\ufffd&#0; &#99999999; &nope;');
});

const mail = (body_text: string): Mail => ({
  id: 'm',
  thread_id: 't',
  subject: '',
  from: '',
  to: [],
  date: '',
  snippet: '',
  body_text,
  truncated: false,
  unread: false,
  labels: [],
});
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test('texts are cut so that all mails fit: the longest first, short ones stay whole', () => {
  const mails = [
    mail('x'.repeat(100_000)),
    mail('short'),
    mail('"'.repeat(80_000)),
    mail('y'.repeat(20_000)),
  ];
  const fitted = fitMails(mails, 60_000);
  expect(bytes(fitted)).toBeLessThanOrEqual(60_000);
  expect(bytes(fitted)).toBeGreaterThan(59_000);
  expect(fitted.map(({ truncated }) => truncated)).toEqual([true, false, true, true]);
  // The three that are cut get the same share of bytes; a quotation mark takes two.
  const [first, , third, fourth] = fitted.map(({ body_text }) => body_text.length);
  expect([first, third, fourth]).toEqual([first, Math.floor(Number(first) / 2), first]);
});

test('mails that fit stay as they are; one mail is cut to 192 KiB', () => {
  const mails = [mail('a'), mail('b')];
  expect(fitMails(mails)).toEqual(mails);
  expect(fitMail(mail('z'.repeat(300_000)))).toMatchObject({
    body_text: 'z'.repeat(192 * 1024 - 2),
    truncated: true,
  });
});
