// Sizes as JSON, and cutting to them.
import { expect, test } from 'vitest';
import { cutText, jsonBytes, takeWithin } from './output-size.ts';

test('sizes are those of JSON in UTF-8', () => {
  expect(jsonBytes('é"\n')).toBe(2 + 2 + 2 + 2);
  expect(jsonBytes('\ud800')).toBe(2 + 6);
});

test('a text is cut between characters and never too long', () => {
  expect(cutText('abc', 5)).toBe('abc');
  expect(cutText('abcd', 5)).toBe('abc');
  // Two quotes, and four bytes for each face.
  expect(cutText('😀😀😀', 13)).toBe('😀😀');
  expect(cutText('""""', 7)).toBe('""');
  expect(cutText('abc', 1)).toBe('');
});

test('items are taken from the start while they fit', () => {
  const items = ['x'.repeat(97), 'y'.repeat(97), 'z'.repeat(97)];
  expect(takeWithin(items, 256 + 200)).toEqual(items.slice(0, 2));
  expect(takeWithin(items, 256 + 199)).toEqual(items.slice(0, 1));
  expect(takeWithin(items)).toEqual(items);
});
