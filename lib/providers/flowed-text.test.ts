// Paragraphs of text with format=flowed, and what is quoted in it.
import { expect, test } from 'vitest';
import { growthOfEight } from '../../test/support/growth.ts';
import { flowedText } from './flowed-text.ts';

test.each<[string, string[], string[]]>([
  ['a paragraph', ['one ', 'two ', 'three', 'four'], ['one two three', 'four']],
  ['an empty line', ['one ', '', 'two'], ['one', '', 'two']],
  ['a quoted paragraph', ['> one ', '> two', 'mine'], ['> one two', 'mine']],
  ['quotes without spaces', ['>one ', '>two'], ['> one two']],
  [
    'quotes in quotes',
    ['> one ', '>> deep ', '>> deeper ', '> back ', 'mine ', 'all'],
    ['> one', '>> deep deeper', '> back', 'mine all'],
  ],
  ['an empty quoted line', ['> one', '>', '> two'], ['> one', '>', '> two']],
  ['stuffed lines', [' > no quote', ' From here', '  indented'], ['> no quote', 'From here', ' indented']],
  ['a signature', ['bye ', '-- ', 'Ada ', 'Lovelace'], ['bye', '-- ', 'Ada Lovelace']],
  ['a quoted signature', ['> bye', '> -- ', '> Ada'], ['> bye', '> -- ', '> Ada']],
])('%s', (_, lines, expected) => {
  expect(flowedText(lines.join('\r\n'), false)).toBe(expected.join('\n'));
});

test('with DelSp the space at the end of a line is no part of the text', () => {
  expect(flowedText('日本 \r\n語 \r\n> zi \r\n> tat', true)).toBe('日本語\n> zitat');
});

test('the time grows as the length', async () => {
  for (const line of ['> a \n', '>', 'a \n'])
    expect(await growthOfEight((n) => flowedText(line.repeat(n), false), 4000)).toBeLessThan(32);
});
