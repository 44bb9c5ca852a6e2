// The limits of a body: its size and its depth, each to the byte and to the level; its encoding and its media type.
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

const readBytes = (bytes: Buffer, contentType?: string) =>
  readBody({
    body: bytes.toString('base64'),
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    isBase64Encoded: true,
  });

test('bytes that are no UTF-8 are refused rather than replaced, and a byte order mark is no part of the text', () => {
  expect(() => readBytes(Buffer.from('{"name":"Zo\u00eb"}', 'latin1'))).toThrow(
    'The body is not UTF-8, which JSON must be (RFC 8259, section 8.1)',
  );
  expect(readBytes(Buffer.from('\ufeff{"name":"Zoë"}'))).toEqual({ name: 'Zoë' });
});

test.each(['application/json', 'Application/JSON; charset=utf-8', 'application/merge-patch+json', undefined])(
  'a body that is sent as %s is read',
  (contentType) => {
    expect(readBytes(Buffer.from('[1]'), contentType)).toEqual([1]);
  },
);

test.each(['text/plain', 'application/jsonl', 'application/x-json', 'application/+json', ''])(
  'a body that is sent as %j is not',
  (contentType) => {
    expect(() => readBytes(Buffer.from('[1]'), contentType)).toThrow(
      `The body was sent as "${contentType}"; send it with Content-Type: application/json`,
    );
  },
);
