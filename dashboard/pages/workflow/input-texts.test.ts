// What is typed into fields and what it means, both ways.
import { expect, test } from 'vitest';
import { parseExactly } from '../../../lib/exact-json.ts';
import type { InputDeclaration } from '../../../lib/workflow-format/workflow.ts';
import {
  byInput,
  type Declarations,
  defaultTexts,
  editedText,
  inputOfJson,
  inputOfTexts,
  leftOver,
  movedTexts,
  readText,
  textOf,
  textsOfInput,
} from './input-texts.ts';

const json = (value: unknown) => JSON.stringify(value);

test.each([
  ['string', ' as it is ', '{"value":" as it is "}'],
  ['string', '', '{"value":""}'],
  ['integer', ' 42 ', '{"value":42}'],
  ['integer', '9007199254740993', '{"value":9007199254740993}'],
  ['integer', '-12345678901234567890', '{"value":-12345678901234567890}'],
  ['number', '0.5', '{"value":0.5}'],
  ['number', '1e3', '{"value":1000}'],
  ['boolean', 'false', '{"value":false}'],
  ['object', '{"id": 8202522731445525542}', '{"value":{"id":8202522731445525542}}'],
  ['array', '[]', '{"value":[]}'],
  [undefined, 'null', '{"value":null}'],
] as const)('the text of a field of the type %s: %j', (type, text, value) => {
  expect(json(readText(type ? { type } : {}, text))).toBe(value);
});

test.each([
  ['integer', '4.5', 'This must be a whole number'],
  ['integer', '1,000', 'This is no number; write it like 42'],
  ['integer', '007', 'This is no number; write it like 42'],
  ['integer', '0x10', 'This is no number; write it like 42'],
  ['number', 'NaN', 'This is no number; write it like 42 or 0.5'],
  ['number', '1e400', '1e400 is larger than any number that is kept, 1.8e308'],
  ['boolean', 'yes', 'This must be true or false'],
  ['boolean', '1', 'This must be true or false'],
  ['object', '[1]', 'This must be an object: {…}'],
  ['array', '{}', 'This must be a list: […]'],
  ['object', '{"a": 1,}', 'Line 1, column 9: property name expected. No comma stands before }.'],
  [
    'object',
    '{"a": 1,\n "a": 2}',
    'Line 2, column 2: The key "a" stands twice in one object. It stands at line 1, column 2 too: only one of the values would count.',
  ],
  [undefined, ' ', 'There is no JSON here'],
] as const)('a text that a field of the type %s cannot take: %j', (type, text, mistake) => {
  expect(readText(type ? { type } : {}, text)).toEqual({ mistake });
});

const declared: Declarations = {
  repo: { type: 'string' },
  query: { type: 'string', default: 'is:unread' },
  most: { type: 'integer', default: 20 },
  deep: { type: 'object', required: false },
  odd: { type: 'string', default: null },
};

test('fields and JSON mean the same, with every digit', () => {
  const input = parseExactly(
    '{"repo":"a/b\\nc","most":9007199254740993,"deep":{"n":[12345678901234567890]}}',
  );
  const read = inputOfJson(JSON.stringify(input));
  if ('mistake' in read) throw new Error(read.mistake);
  const { texts, unplaced } = textsOfInput(declared, read.input);
  expect(unplaced).toEqual([]);
  expect(json(inputOfTexts(declared, texts).input)).toBe(json(input));
});

test('a value that no field can show is told, not changed', () => {
  const { texts, unplaced } = textsOfInput(declared, { repo: 5, gone: [1], most: 3 });
  expect([...texts]).toEqual([['most', '3']]);
  expect(unplaced).toEqual([
    { name: 'repo', text: '5', why: 'The input is of the type string' },
    { name: 'gone', text: '[1]', why: 'The workflow has no such input' },
  ]);
});

test('names out of JavaScript are inputs as all others', () => {
  const odd = Object.fromEntries<InputDeclaration>([['constructor', { type: 'string' }]]);
  expect([...textsOfInput(odd, { constructor: 'x' }).texts]).toEqual([['constructor', 'x']]);
  expect(textsOfInput({}, { toString: 'x' }).unplaced).toEqual([
    { name: 'toString', text: '"x"', why: 'The workflow has no such input' },
  ]);
});

test('defaults stand in their fields; one that its field cannot show is left out', () => {
  expect([...defaultTexts(declared)]).toEqual([
    ['query', 'is:unread'],
    ['most', '20'],
  ]);
  expect(inputOfTexts(declared, defaultTexts(declared))).toEqual({ input: { query: 'is:unread', most: 20 } });
});

test('every mistake is told at its field, and none of them is sent', () => {
  const texts = new Map([
    ['most', 'x'],
    ['deep', '{'],
    ['repo', 'a'],
  ]);
  const { input, mistakes } = inputOfTexts(declared, texts);
  expect(input).toBeUndefined();
  expect([...(mistakes ?? [])].map(([name]) => name)).toEqual(['most', 'deep']);
});

test('the whole input has to be an object', () => {
  const mistake = 'The input is an object with a key for each input: {"name": …}';
  for (const text of ['[]', 'null', '5', '9007199254740993']) expect(inputOfJson(text)).toEqual({ mistake });
});

test('an emptied field is left out, except in the place of a default text', () => {
  expect(editedText({ type: 'string' }, '')).toBeUndefined();
  expect(editedText({ type: 'integer', default: 1 }, '')).toBeUndefined();
  expect(editedText({ type: 'string', default: 'x' }, '')).toBe('');
  expect(editedText({ type: 'string' }, 'a')).toBe('a');
});

test('after the inputs have changed, what was typed stays and untouched defaults are the new ones', () => {
  const texts = new Map([...defaultTexts(declared), ['repo', 'a/b'], ['deep', '{}']]);
  texts.delete('most');
  const after: Declarations = {
    repo: { type: 'string' },
    query: { type: 'string', default: 'is:starred' },
    most: { type: 'integer', default: 5 },
    kind: { type: 'string', default: 'new' },
  };
  const moved = movedTexts(declared, after, texts);
  expect([...moved].sort()).toEqual([
    ['deep', '{}'],
    ['kind', 'new'],
    ['query', 'is:starred'],
    ['repo', 'a/b'],
  ]);
  expect(leftOver(after, moved)).toEqual([
    { name: 'deep', text: '{}', why: 'The workflow has no such input' },
  ]);
});

test('problems of the API go to the inputs that their pointers name', () => {
  const problems = [
    { code: 'missing-input', pointer: '/input/a~1b', message: 'It is missing', hint: 'of type string' },
    { code: 'odd', pointer: '/input/a~1b/0', message: 'It is odd', hint: 'make it even' },
    { code: 'odd', pointer: '/input', message: 'Nobody’s' },
    { code: 'not-in-express', pointer: '/headers/idempotency-key', message: 'Nobody’s' },
  ];
  expect([...byInput(problems)]).toEqual([['a/b', 'It is missing. It is odd: make it even']]);
});

test('a field shows short JSON in one line, long JSON in several', () => {
  expect(textOf({ type: 'array' }, [1, 2])).toBe('[1,2]');
  expect(textOf({ type: 'object' }, { text: 'x'.repeat(60) })?.split('\n')).toHaveLength(3);
  expect(textOf({}, 'a')).toBe('"a"');
  expect(textOf({ type: 'boolean' }, 'true')).toBeUndefined();
});
