// The limits of a body: its size and its depth, each to the byte and to the level.
import { expect, test } from 'vitest';
import { MAX_BODY_BYTES, readBody } from './body.ts';

const read = (body: string) => readBody({ body, headers: {}, isBase64Encoded: false });
const nested = (levels: number) => `${'['.repeat(levels)}${' '.repeat(200)}${']'.repeat(levels)}`;

test('1 MB is taken, and a byte more is not', () => {
  expect(MAX_BODY_BYTES).toBe(1024 * 1024);
  const text = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
  expect(read(text(MAX_BODY_BYTES))).toHaveLength(MAX_BODY_BYTES - 2);
  expect(() => read(text(MAX_BODY_BYTES + 1))).toThrow('The body has 1048577 bytes; 1048576 are allowed');
});

test('200 levels are taken, and one more is not', () => {
  expect(JSON.stringify(read(nested(200)))).toBe('['.repeat(200) + ']'.repeat(200));
  expect(() => read(nested(201))).toThrow('nested deeper than 200 levels');
});
