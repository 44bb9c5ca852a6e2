// Markdown read into pieces and spans, as CommonMark 0.31 and GitHub's extension of it have it.
import { expect, test } from 'vitest';
import { type Piece, parseMarkdown, type Span } from './markdown.ts';

const parsed = (content: string) => parseMarkdown(content, (url) => /^https?:/.test(url));
const item = (kind: string, text: string, children: object[] = [], more: object = {}) => ({
  kind,
  spans: text === '' ? [] : [{ text }],
  children,
  ...more,
});
const paragraph = (text: string) => item('paragraph', text);

test('a document with everything', () => {
  const text = `# Title
First line
second line

## Steps
1. Open
   the door
   - slowly
     - on tiptoe
   - quietly
2. Enter

- [x] done
- [ ] open
* star
#### Deep
> said
> she
---
\`\`\`ts
const a = 1;

# not a heading
\`\`\`
End`;
  expect(parsed(text)).toEqual([
    { kind: 'heading', level: 1, spans: [{ text: 'Title' }] },
    paragraph('First line\nsecond line'),
    { kind: 'heading', level: 2, spans: [{ text: 'Steps' }] },
    item('numbered', 'Open\nthe door', [
      item('bulleted', 'slowly', [item('bulleted', 'on tiptoe')]),
      item('bulleted', 'quietly'),
    ]),
    item('numbered', 'Enter'),
    item('to_do', 'done', [], { checked: true }),
    item('to_do', 'open', [], { checked: false }),
    item('bulleted', 'star'),
    { kind: 'heading', level: 4, spans: [{ text: 'Deep' }] },
    item('quote', 'said\nshe'),
    { kind: 'divider' },
    { kind: 'code', language: 'ts', text: 'const a = 1;\n\n# not a heading' },
    paragraph('End'),
  ]);
});

test.each<[string, string, object[]]>([
  ['Windows line ends', 'a\r\n\r\nb\r\n', [paragraph('a'), paragraph('b')]],
  ['an unclosed fence', '```\nx', [{ kind: 'code', language: '', text: 'x' }]],
  ['nothing', ' \n\n', []],
  ['nothing but definitions of links', '[a]: https://e.com\n', [paragraph('[a]: https://e.com\n')]],
  [
    'a fence in tildes, with words after the language',
    '~~~ js title="a"\nx\n\n~~~',
    [{ kind: 'code', language: 'js', text: 'x\n' }],
  ],
  ['a language in braces', '```js{1,3}\nx\n```', [{ kind: 'code', language: 'js', text: 'x' }]],
  ['a language of signs', '```c++\nx\n```', [{ kind: 'code', language: 'c++', text: 'x' }]],
  ['indented code', '    x\n      y', [{ kind: 'code', language: '', text: 'x\n  y' }]],
  [
    'headings by a line below',
    'A\n===\n\nB\n---',
    [
      { kind: 'heading', level: 1, spans: [{ text: 'A' }] },
      { kind: 'heading', level: 2, spans: [{ text: 'B' }] },
    ],
  ],
  ['a heading with a closing sequence', '## A ##', [{ kind: 'heading', level: 2, spans: [{ text: 'A' }] }]],
  [
    'code in a list, without its indent',
    '1. Run\n   ```bash\n   npm ci\n     x\n   ```\n2. Next',
    [
      item('numbered', 'Run', [{ kind: 'code', language: 'bash', text: 'npm ci\n  x' }]),
      item('numbered', 'Next'),
    ],
  ],
  [
    'two paragraphs of an item',
    '- a\n\n  b\n- c',
    [item('bulleted', 'a', [paragraph('b')]), item('bulleted', 'c')],
  ],
  [
    'an item of code',
    '- ```\n  x\n  ```',
    [item('bulleted', '', [{ kind: 'code', language: '', text: 'x' }])],
  ],
  ['an empty item', '-\n- b', [item('bulleted', ''), item('bulleted', 'b')]],
  [
    'a list that begins at 3',
    '3. a\n4. b\n   - c',
    [paragraph('3. a'), item('paragraph', '4. b', [item('bulleted', 'c')])],
  ],
  ['a year', '1986. A great year', [paragraph('1986. A great year')]],
  ['a task without a text', '- [ ]', [item('to_do', '', [], { checked: false })]],
  ['a numbered task', '1. [X] a', [item('to_do', 'a', [], { checked: true })]],
  ['a box that is none', '- [y] a\n- [ ]a', [item('bulleted', '[y] a'), item('bulleted', '[ ]a')]],
  [
    'quotes in each other',
    '> a\n>> b\n>\n> - c',
    [item('quote', 'a', [item('quote', 'b'), item('bulleted', 'c')])],
  ],
  ['two paragraphs of a quote', '> a\n>\n> b', [item('quote', 'a', [paragraph('b')])]],
  ['a quote that begins with a list', '> - a', [item('quote', '', [item('bulleted', 'a')])]],
  ['HTML', '<div>\n<b>a</b> <!-- c -->\n</div>', [paragraph('<div>\n<b>a</b> <!-- c -->\n</div>')]],
  ['a footnote', 'a[^1]\n\n[^1]: The note.', [paragraph('a[^1]'), paragraph('[^1]: The note.')]],
  [
    'images alone',
    '![a *b*](https://e.com/a.png "t")\n![](https://e.com/b.png)',
    [
      { kind: 'image', url: 'https://e.com/a.png', alt: 'a b' },
      { kind: 'image', url: 'https://e.com/b.png', alt: '' },
    ],
  ],
])('%s', (_, text, expected) => {
  expect(parsed(text)).toEqual(expected);
});

test('a table: alignment, escaped pipes, code, short and long rows, links', () => {
  const text = `| A | **B** |
|:--|--:|
| x \\| y | \`a\` |
| 1 |
| 2 | [l](https://e.com) | 3 |
| p<br>q | |`;
  expect(parsed(text)).toEqual([
    {
      kind: 'table',
      rows: [
        [[{ text: 'A' }], [{ text: 'B', bold: true }]],
        [[{ text: 'x | y' }], [{ text: 'a', code: true }]],
        [[{ text: '1' }], []],
        [[{ text: '2' }], [{ text: 'l', url: 'https://e.com' }]],
        [[{ text: 'p\nq' }], []],
      ],
    },
  ]);
});

const formula = (text: string) => ({ kind: 'formula', text });
test.each<[string, string, object[]]>([
  [
    'dollars on lines of their own',
    'a\n$$\nx_1 \\cdot y*z*\n= 2\n$$\nb',
    [paragraph('a'), formula('x_1 \\cdot y*z*\n= 2'), paragraph('b')],
  ],
  ['a line', '$$E = mc^2$$', [formula('E = mc^2')]],
  ['brackets of LaTeX', '\\[\n\\frac{a}{b}\n\\]\n\n\\[ x^2 \\]', [formula('\\frac{a}{b}'), formula('x^2')]],
  ['in a list', '- a\n\n  $$\n  x^2\n  $$', [item('bulleted', 'a', [formula('x^2')])]],
  // Nothing that ends it, an empty line within, or nothing that looks like a formula.
  ['without an end', '$$\nx^2', [paragraph('$$\nx^2')]],
  ['with an empty line', '$$\nx^2\n\n$$', [paragraph('$$\nx^2'), paragraph('$$')]],
  ['escaped brackets', '\\[draft\\]', [paragraph('[draft]')]],
  ['code', '```\n$$\nx^2\n$$\n```', [{ kind: 'code', language: '', text: '$$\nx^2\n$$' }]],
])('a formula: %s', (_, text, expected) => {
  expect(parsed(text)).toEqual(expected);
});

test('text that only looks like Markdown stays text', () => {
  const text =
    '#hashtag\n-5 degrees\n3.5 km\n**bold start\n-- signature\n2 * 3 * 4\nsnake_case_name\n| no table |';
  expect(parsed(text)).toEqual([paragraph(text)]);
});

const bold = true;
const italic = true;
const code = true;
const strikethrough = true;
const url = 'https://e.com';
test.each<[string, Span[]]>([
  [
    'a **b** `c**d` *e*',
    [
      { text: 'a ' },
      { text: 'b', bold },
      { text: ' ' },
      { text: 'c**d', code },
      { text: ' ' },
      { text: 'e', italic },
    ],
  ],
  [
    '_a_ __b__ ~~c~~ ~d~',
    [
      { text: 'a', italic },
      { text: ' ' },
      { text: 'b', bold },
      { text: ' ' },
      { text: 'c', strikethrough },
      { text: ' ' },
      { text: 'd', strikethrough },
    ],
  ],
  [
    '***a*** **b *c* d**',
    [
      { text: 'a', bold, italic },
      { text: ' ' },
      { text: 'b ', bold },
      { text: 'c', bold, italic },
      { text: ' d', bold },
    ],
  ],
  [
    '**[a](https://e.com)** [**b** c](https://e.com)',
    [{ text: 'a', bold, url }, { text: ' ' }, { text: 'b', bold, url }, { text: ' c', url }],
  ],
  [
    '[~a~](https://x.example/) *~b~*',
    [
      { text: 'a', url: 'https://x.example/', strikethrough },
      { text: ' ' },
      { text: 'b', italic, strikethrough },
    ],
  ],
  ['~5 and ~6 in ~/x', [{ text: '~5 and ~6 in ~/x' }]],
  ['**`a`** ~~**b**~~', [{ text: 'a', bold, code }, { text: ' ' }, { text: 'b', bold, strikethrough }]],
  ['[`a`](https://e.com)', [{ text: 'a', code, url }]],
  ['\\*a\\* 2 \\* 3 \\[b\\](c) \\\\', [{ text: '*a* 2 * 3 [b](c) \\' }]],
  ['a_b_c 2*3*4', [{ text: 'a_b_c 2' }, { text: '3', italic }, { text: '4' }]],
  ['`` a`b `` ` ``', [{ text: 'a`b', code }, { text: ' ` ``' }]],
  ['&amp; &copy; &#8364; &nope; `&amp;`', [{ text: '& © € &nope; ' }, { text: '&amp;', code }]],
  [
    '[a](https://e.com "t") [b](https://e.com \'t\') [c](<https://e.com>)',
    [{ text: 'a', url }, { text: ' ' }, { text: 'b', url }, { text: ' ' }, { text: 'c', url }],
  ],
  [
    '[a](https://e.com/F_(b)) [c](<https://e.com/a b>)',
    [{ text: 'a', url: 'https://e.com/F_(b)' }, { text: ' ' }, { text: 'c', url: 'https://e.com/a%20b' }],
  ],
  [
    '[a][1] [b][] [c]\n\n[1]: https://e.com "t"\n[b]: https://e.com\n[c]: <https://e.com>',
    [{ text: 'a', url }, { text: ' ' }, { text: 'b', url }, { text: ' ' }, { text: 'c', url }],
  ],
  [
    '<https://e.com> https://e.com. (https://e.com)',
    [
      { text: 'https://e.com', url },
      { text: ' ' },
      { text: 'https://e.com', url },
      { text: '. (' },
      { text: 'https://e.com', url },
      { text: ')' },
    ],
  ],
  ['www.e.com e.com readme.md a@e.com', [{ text: 'www.e.com e.com readme.md a@e.com' }]],
  [
    'a ![b](https://e.com/b.png) ![](https://e.com/c.png)',
    [
      { text: 'a ' },
      { text: 'b', url: 'https://e.com/b.png' },
      { text: ' ' },
      { text: 'https://e.com/c.png', url: 'https://e.com/c.png' },
    ],
  ],
  ['[![b](https://e.com/b.png) c](https://e.com)', [{ text: 'b c', url }]],
  ['a  \nb\\\nc\nd<br>e<BR />f', [{ text: 'a\nb\nc\nd\ne\nf' }]],
  ['**😀 a** ü', [{ text: '😀 a', bold }, { text: ' ü' }]],
  ['**a**b', [{ text: 'a', bold }, { text: 'b' }]],
  [
    'a $$x_1*2*y$$ \\(E=mc^2\\) **\\( x \\)**',
    [
      { text: 'a ' },
      { text: 'x_1*2*y', formula: true },
      { text: ' ' },
      { text: 'E=mc^2', formula: true },
      { text: ' ' },
      { text: 'x', bold, formula: true },
    ],
  ],
  [
    '$5 and $10, $a_b$, echo $$ && kill $$, \\(c\\) `$$x^2$$`',
    [{ text: '$5 and $10, $a_b$, echo $$ && kill $$, (c) ' }, { text: '$$x^2$$', code }],
  ],
  [
    'a [](https://e.com) [**b**](https://e.com)',
    [{ text: 'a ' }, { text: 'https://e.com', url }, { text: ' ' }, { text: 'b', bold, url }],
  ],
])('spans: %s', (text, expected) => {
  const [first] = parsed(text);
  expect(first && 'spans' in first ? first.spans : undefined).toEqual(expected);
});

test.each([
  '[a](javascript:alert(1))',
  '[a](mailto:a@e.com)',
  '[a](/docs) [b](#top) [c](../d.md)',
  '![a](./b.png)',
  '<mailto:a@e.com> <a@e.com>',
  '[a][1]\n[1]: /docs',
])('what is no link stays as it is written: %s', (text) => {
  expect(parsed(text)).toEqual([paragraph(text)]);
});

test('lists and quotes too deep to be meant stay text', () => {
  const text = `${'> '.repeat(300)}a **b**`;
  expect(parsed(text)).toEqual([paragraph(text)]);
  expect(parsed(`${'> '.repeat(100)}a`)[0]).toMatchObject({ kind: 'quote' });
});

const hostile: readonly ((n: number) => string)[] = [
  ...[
    '*',
    '**a',
    '[',
    '![',
    '[a](',
    '`',
    '```\n',
    '- ',
    '> ',
    ' ',
    '*a ',
    '1. ',
    'a*_',
    '~~a',
    '~a',
    '~a~ ',
    '<',
    '&',
    '|a',
    '| a |\n',
    '[a]: b\n',
    'https://a.b ',
    '$$',
    '$$\n',
    '$$x^',
    '\\(',
    '\\[ x\n',
  ].map((part) => (n: number) => part.repeat(n)),
  (n) => `# ${'#'.repeat(n)}x`,
  (n) => `\`\`\`${'a'.repeat(n)}\``,
  (n) => `[a](https://${'x'.repeat(n)}`,
  (n) => `*${'a '.repeat(n)}`,
  (n) => `${'- '.repeat(n)}x`,
  (n) => `|a|b|\n|-|-|\n${'|c|d|\n'.repeat(n)}`,
];
const textOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + JSON.stringify(piece).length, 0);
// The most that an input can hold (256 KiB). Work that grew as the square of it would reach the time limit for what hangs.
test.each(hostile.map((text) => ({ begins: text(3), text })))(
  'reading a long text without closing marks ends: $begins',
  ({ text }) => {
    const long = text(Math.floor(262_144 / text(1).length));
    expect(textOf(parsed(long)) > 0).toBe(long.trim() !== '');
  },
);

test('a byte order mark does not hide a heading', () => {
  expect(parseMarkdown('\uFEFF# Title', () => true)).toEqual([
    { kind: 'heading', level: 1, spans: [{ text: 'Title' }] },
  ]);
});
