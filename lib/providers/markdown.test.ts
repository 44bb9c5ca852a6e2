// Markdown-like text read into pieces and spans.
import { expect, test } from 'vitest';
import { parseMarkdown, spans } from './markdown.ts';

const item = (kind: string, text: string, children: object[] = [], checked = false) => ({
  kind,
  text,
  checked,
  children,
});

test('a document with everything', () => {
  const text = `# Title
First line
second line

## Steps
1. Open
   the door
   - slowly
   - quietly
2) Enter

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
  expect(parseMarkdown(text)).toEqual([
    { kind: 'heading', level: 1, text: 'Title' },
    { kind: 'paragraph', text: 'First line\nsecond line' },
    { kind: 'heading', level: 2, text: 'Steps' },
    item('numbered', 'Open\nthe door', [item('bulleted', 'slowly'), item('bulleted', 'quietly')]),
    item('numbered', 'Enter'),
    item('to_do', 'done', [], true),
    item('to_do', 'open'),
    item('bulleted', 'star'),
    { kind: 'heading', level: 3, text: 'Deep' },
    { kind: 'quote', text: 'said\nshe' },
    { kind: 'divider' },
    { kind: 'code', language: 'ts', text: 'const a = 1;\n\n# not a heading' },
    { kind: 'paragraph', text: 'End' },
  ]);
});

test('Windows line ends, an unclosed fence, and an empty text', () => {
  expect(parseMarkdown('a\r\n\r\nb\r\n')).toEqual([
    { kind: 'paragraph', text: 'a' },
    { kind: 'paragraph', text: 'b' },
  ]);
  expect(parseMarkdown('```\nx')).toEqual([{ kind: 'code', language: '', text: 'x' }]);
  expect(parseMarkdown(' \n\n')).toEqual([]);
});

test('text that only looks like Markdown stays text', () => {
  const text = '#hashtag\n-5 degrees\n3.5 km\n**bold** start\n-- signature';
  expect(parseMarkdown(text)).toEqual([{ kind: 'paragraph', text }]);
});

test('spans', () => {
  expect(spans('a **b** `c**d` *e* [f](https://g.h/i?j=k) snake_case 2*3*4 [x](javascript:1)')).toEqual([
    { text: 'a ' },
    { text: 'b', style: 'bold' },
    { text: ' ' },
    { text: 'c**d', style: 'code' },
    { text: ' ' },
    { text: 'e', style: 'italic' },
    { text: ' ' },
    { text: 'f', url: 'https://g.h/i?j=k' },
    { text: ' snake_case 2*3*4 [x](javascript:1)' },
  ]);
});

const hostile: readonly ((n: number) => string)[] = [
  ...['*', '**a', '[', '[a](', '`', '```\n', '- ', '> ', ' ', '*a ', '1. '].map(
    (part) => (n: number) => part.repeat(n),
  ),
  (n) => `# ${'#'.repeat(n)}x`,
  (n) => `\`\`\`${'a'.repeat(n)}\``,
  (n) => `[a](https://${'x'.repeat(n)}`,
  (n) => `*${'a '.repeat(n)}`,
  (n) => `${'- '.repeat(n)}x`,
];
// Where the work grew as the square of the length, a million characters would reach the time limit for what hangs.
test.each(hostile.map((text) => ({ begins: text(3), text })))(
  'reading a long text without closing marks ends: $begins',
  ({ text }) => {
    const long = text(1_000_000);
    expect(parseMarkdown(long).length > 0).toBe(long.trim() !== '');
    expect(spans(long).length).toBeGreaterThan(0);
  },
);
