// The bodies of deliveries: media types, charsets, forms, and numbers that JavaScript cannot hold.
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Webhook } from '../workflow-format/triggers.ts';
import { bodyOf, fieldOf } from './webhook-body.ts';

const github: Webhook = { verify: 'github' };
const token: Webhook = { verify: 'token' };
const slack: Webhook = { verify: 'slack' };
const slackByHmac: Webhook = { verify: 'hmac', header: 'X-Slack-Signature' };
const FORM = 'application/x-www-form-urlencoded';
const body = (webhook: Webhook, type: string | undefined, content: string | Buffer) =>
  bodyOf(webhook, { headers: { 'content-type': type }, body: Buffer.from(content) });

test.each<[string | undefined, string, unknown]>([
  ['application/vnd.github+json', '[1]', [1]],
  ['Application/JSON ; charset=UTF-8', '{"a":"ä"}', { a: 'ä' }],
  [undefined, 'true', true],
  ['', '{"a":1}', { a: 1 }],
  ['application/json', '\uFEFF{"a":1}', { a: 1 }],
  ['application/json', '{broken', '{broken'],
  ['application/json', '', ''],
  ['application/json', 'null', null],
  ['text/plain', '{"a":1}', '{"a":1}'],
  ['application/xml', '<a/>', '<a/>'],
  ['text/json; charset=utf-8', '{"a":1}', { a: 1 }],
  ['model/gltf+json', '{"a":1}', { a: 1 }],
  ['text/jsonp', '{"a":1}', '{"a":1}'],
])('a body of type %s: %s', (type, text, expected) => {
  expect(body(token, type, text)).toEqual(expected);
});

test('a known service sends JSON, whatever it calls it', () => {
  for (const webhook of [github, slack, slackByHmac, { verify: 'standard_webhooks' } as const])
    expect(body(webhook, 'text/plain;charset=UTF-8', '{"a":1}')).toEqual({ a: 1 });
  expect(body(github, 'text/plain', 'words')).toBe('words');
});

test('whole numbers keep their digits', () => {
  const value = body(token, 'application/json', '{"id":8202522731445525542}');
  expect(JSON.stringify(value)).toBe('{"id":8202522731445525542}');
});

test('a number that is larger than any is refused with its place', () => {
  const delivered = '{"a":1,"a":2,"sums":[1,-1e400]}';
  for (const [webhook, type, text] of [
    [token, 'application/json', delivered],
    [token, 'text/json', delivered],
    [github, FORM, `payload=${encodeURIComponent(delivered)}`],
  ] as const)
    expect(() => body(webhook, type, text)).toThrow(
      expect.objectContaining({
        type: 'invalid-json',
        message: '-1e400 is smaller than any number that is kept, -1.8e308',
        problems: [expect.objectContaining({ code: 'inexact-number', pointer: '/sums/1' })],
      }),
    );
  expect(body(token, 'text/plain', '1e400')).toBe('1e400');
  expect(body(token, 'application/json', '{"a":1,"a":2}')).toEqual({ a: 2 });
});

test('a text that is no UTF-8 is read as its charset says', () => {
  const latin = Buffer.from([0x67, 0x72, 0xfc, 0x6e]);
  expect(body(token, 'text/plain; charset="iso-8859-1"', latin)).toBe('grün');
  expect(body(token, 'text/plain; charset=utf-8', latin)).toBe('gr\ufffdn');
  expect(body(token, 'text/plain; charset=nonsense', latin)).toBe('gr\ufffdn');
  const json = Buffer.concat([Buffer.from('{"a":"'), latin, Buffer.from('"}')]);
  expect(body(token, 'application/json; charset=iso-8859-1', json)).toEqual({ a: 'grün' });
  expect(body(token, 'application/json', json)).toEqual({ a: 'gr\ufffdn' });
  // The bytes decide where label and bytes disagree.
  expect(body(token, 'text/plain; charset=iso-8859-1', 'grün')).toBe('grün');
});

test('a compressed body is read; one that would be larger than an input is refused', () => {
  const compressed = (encoding: string, content: Buffer) =>
    bodyOf(token, {
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      body: content,
    });
  const json = Buffer.from('{"a":"ä"}');
  expect(compressed('gzip', gzipSync(json))).toEqual({ a: 'ä' });
  expect(compressed(' X-GZIP', gzipSync(json))).toEqual({ a: 'ä' });
  expect(compressed('deflate', deflateSync(json))).toEqual({ a: 'ä' });
  // What says so and is not, and what nobody reads here.
  expect(compressed('gzip', json)).toEqual({ a: 'ä' });
  expect(compressed('identity', json)).toEqual({ a: 'ä' });
  expect(() => compressed('gzip', gzipSync(Buffer.alloc(262_145)))).toThrow(
    expect.objectContaining({ type: 'body-too-large' }),
  );
});

test('a form becomes its fields', () => {
  expect(body(token, FORM, 'a=1&b=x+y%26&c=1&c=2&d=&%C3%BC=%C3%A4')).toEqual({
    a: '1',
    b: 'x y&',
    c: ['1', '2'],
    d: '',
    ü: 'ä',
  });
  expect(body(token, `${FORM}; charset=utf-8`, '')).toEqual({});
  const prototype = body(token, FORM, '__proto__=1&payload={}');
  expect(JSON.stringify(prototype)).toBe('{"__proto__":"1","payload":"{}"}');
});

test.each<[string, Webhook]>([
  ['GitHub', github],
  ['Slack', slack],
  ['Slack by its header', slackByHmac],
])('the JSON in the payload of a form of %s is the body', (_, webhook) => {
  const payload = encodeURIComponent('{"action":"opened","id":8202522731445525542}');
  expect(JSON.stringify(body(webhook, FORM, `payload=${payload}`))).toBe(
    '{"action":"opened","id":8202522731445525542}',
  );
  expect(body(webhook, FORM, 'payload=broken')).toBe('broken');
  expect(body(webhook, FORM, 'command=%2Fdo&text=now')).toEqual({ command: '/do', text: 'now' });
});

test('JSON that is too deep for Step Functions is refused; a text of brackets is a text', () => {
  const lists = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  expect(() => body(token, 'application/json', lists(999))).toThrow(
    'The delivery is nested deeper than 998 levels',
  );
  expect(JSON.stringify(body(token, 'application/json', lists(998)))).toBe(lists(998));
  expect(body(token, 'application/json', '['.repeat(2000))).toBe('['.repeat(2000));
  expect(body(token, 'text/plain', lists(999))).toBe(lists(999));
});

test('a field is found by its path, when it is a text or a number', () => {
  const value = JSON.parse('{"id":"a","n":7,"data":{"id":"b","list":[1]},"empty":"","no":null}');
  expect(['id', 'n', 'data.id'].map((path) => fieldOf(value, path))).toEqual(['a', '7', 'b']);
  for (const path of ['data', 'data.list', 'data.list.0', 'empty', 'no', 'x.y', 'toString', '__proto__'])
    expect([path, fieldOf(value, path)]).toEqual([path, undefined]);
  expect(fieldOf('text', 'length')).toBeUndefined();
  expect(fieldOf(body(token, undefined, '{"id":8202522731445525542}'), 'id')).toBe('8202522731445525542');
});
