// The text of HTML mails: what stands apart on the screen stands apart in the text.
import { expect, test } from 'vitest';
import { htmlText } from './html-text.ts';

const text = (html: string) => htmlText(html).text;

test('a table has a line for each row and tabs between the cells', () => {
  const rows = [
    ['Item', 'Qty', 'Price'],
    ['Widget', '2', '15.00'],
    ['Total', '30', '&euro;42.50'],
  ];
  const table = (tag: string, open = '', close = '') =>
    `<table>${rows.map((row) => `<tr>${row.map((cell) => `<${tag}>${open}${cell}${close}</${tag}>`).join('')}</tr>`).join('')}</table>`;
  const expected = 'Item\tQty\tPrice\nWidget\t2\t15.00\nTotal\t30\t€42.50';
  expect(text(table('td'))).toBe(expected);
  expect(text(table('th'))).toBe(expected);
  // Outlook puts a paragraph into each cell.
  expect(text(table('td', '<p class="MsoNormal">', '<o:p></o:p></p>'))).toBe(expected);
  expect(text(table('td', '\n  <div><span>', '</span></div>\n'))).toBe(expected);
  expect(text(table('td').replace(/<\/t[dr]>/g, ''))).toBe(expected);
});

test.each([
  ['text around it', 'Before<table><tr><td>1</td></tr></table>after', 'Before\n1\nafter'],
  [
    'parts, a caption and a form around rows',
    '<table><caption>C</caption><thead><tr><th>a</th><th>b</th></tr></thead><tbody><form><tr><td>1</td><td>2</td></tr></form></tbody></table>',
    'C\na\tb\n1\t2',
  ],
  [
    'a cell over several columns',
    '<table><tr><td>x</td><td>y</td><td>1</td></tr><tr><td colspan="2">Total</td><td>2</td></tr></table>',
    'x\ty\t1\nTotal\t\t2',
  ],
  ['an absurd colspan', '<table><tr><td colspan="1e9">1</td><td>2</td></tr></table>', '1\t2'],
  [
    'an empty cell keeps its column, an empty column is a margin',
    '<table><tr><td>&nbsp;</td><td></td><td>a</td></tr><tr><td></td><td>1</td><td>2</td></tr></table>',
    '\ta\n1\t2',
  ],
  ['line breaks in a cell', '<table><tr><td>Widget<br>blue</td><td>2</td></tr></table>', 'Widget blue\t2'],
  [
    'tables for layout, in each other',
    '<table><tr><td width="20">&nbsp;</td><td><table><tr><td>Hello</td></tr><tr><td><p>One</p><p>Two</p></td></tr><tr><td><table><tr><td>2</td><td>15.00</td></tr></table></td><td>side</td></tr></table></td></tr></table>',
    'Hello\nOne\n\nTwo\n2\t15.00\nside',
  ],
  [
    'hidden rows and cells',
    '<table><tr hidden><td>a</td></tr><tr><td style="DISPLAY:none">b</td><td>c</td><td>d</td></tr></table>',
    'c\td',
  ],
  ['rows without their table', '<tr><td>2</td><td>15.00</td></tr><tr><td>3</td></tr>', '2\n15.00\n3'],
  ['nothing in it', '<table></table><table><tr></tr><tr><td> </td></tr></table>x', 'x'],
])('a table: %s', (_what, html, expected) => {
  expect(text(html)).toBe(expected);
});

test.each([
  ['<dl><dt>2</dt><dd>15.00</dd></dl>', '2\n15.00'],
  ['<address>a</address><center>b</center><figure>c<figcaption>d</figcaption></figure>', 'a\nb\nc\nd'],
  ['<fieldset><legend>a</legend>b</fieldset><details><summary>c</summary>d</details>', 'a\nb\nc\nd'],
  ['<div>2</div><div>15.00</div><section>3</section>', '2\n15.00\n3'],
  ['2<br>15.00<hr>3', '2\n15.00\n\n----------------------------------------\n\n3'],
  ['<pre>a  b\n  c</pre>', 'a  b\n  c'],
  ['<ul><li>1</li><li>2</li></ul><ol start="3"><li>x</li></ol>', '* 1\n * 2\n\n 3. x'],
  [
    '10<sup>2</sup>, 15<sup>99</sup>, H<sub>2</sub>O, a<sup>1</sup>, 1<sup>st</sup>',
    '10^2, 15^99, H2O, a1, 1st',
  ],
  ['<b>1</b><i>2</i>', '12'],
])('elements of their own line, and those within one: %s', (html, expected) => {
  expect(text(html)).toBe(expected);
});

test('what a reader does not see is left out', () => {
  const html =
    '<html><head><title>Title</title><style>p{color:red}</style><script>alert(1)</script></head><body>' +
    '<div style="display:none;max-height:0">Preheader</div><span style="color:red; Display: None">b</span><p hidden>c</p>' +
    '<!--[if mso]><p>d</p><![endif]--><p>Text</p></body></html>';
  expect(text(html)).toBe('Text');
});

test('what gateways put behind the end of the document, and a document in it, stay', () => {
  expect(text('<html><body>One<html><body>Two</body></html></body></html><p>Three</p>')).toBe(
    'One\nTwo\n\nThree',
  );
});

test('HTML is cut between characters', () => {
  const { text: cut, cut: isCut } = htmlText(`${'x'.repeat(128 * 1024 - 1)}😀`);
  expect(isCut).toBe(true);
  expect(cut.isWellFormed()).toBe(true);
});
