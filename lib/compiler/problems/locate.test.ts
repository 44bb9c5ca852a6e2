// The offsets of problems in a file: in long texts with several problems, in any order.
import { expect, test } from 'vitest';
import { locate } from './locate.ts';
import type { Problem } from './problem.ts';

const problem = (pointer: string, column?: number): Problem => ({
  ...{ code: 'expression-syntax', pointer, message: 'm' },
  ...(column !== undefined && { column }),
});
/** What begins at each problem's place. */
const found = (text: string, problems: readonly Problem[]) =>
  locate(text, problems).map((offset) => text.slice(offset, offset + 2));

test('columns count the characters of the value, whatever is escaped in the file, in any order', () => {
  const text = String.raw`{"a": "01\n3\u00e45\"7\\9", "b": "xyz"}`;
  const columns = [10, 1, 4, 3, 6, 9, 5];
  expect(
    found(
      text,
      columns.map((column) => problem('/a', column)),
    ),
  ).toEqual([...['9"', '01', '3\\', '\\n', '5\\', '\\\\', '\\u']]);
  expect(found(text, [problem('/b', 2), problem('/a', 2), problem('/b', 1)])).toEqual(['yz', '1\\', 'xy']);
});

test('a column beyond the end of its text is at the end, and one of no text at the value', () => {
  expect(found('{"a": "xy" , "b": 12}', [problem('/a', 9), problem('/b', 2)])).toEqual(['" ', '12']);
});

test('what is not there is at the nearest part around it; of two equal keys the last counts', () => {
  const text = '{"a": {"x": 1}, "b": [3, 4], "a": {"y": 2}}';
  expect(
    found(text, [problem('/b/1'), problem('/b/7'), problem('/a/x'), problem('/a/y'), problem('/c')]),
  ).toEqual([...['4]', '[3', '{"', '2}', '{"']]);
});
