// Which JSON is read from a model's text, and which is not.
import { expect, test } from 'vitest';
import { afterThought, jsonIn, objectsIn, quoted, withoutThought } from './answer-text.ts';

const object = '{"a":"b"}';

test.each([
  ['JSON', object],
  ['a byte order mark before it', `\uFEFF${object}`],
  ['white space around it', `\n ${object}\r\n`],
  ['a fence', `\`\`\`json\n${object}\n\`\`\`\n`],
  ['a fence without a language', `\`\`\`\n${object}\n\`\`\``],
  ['a fence in capitals, with line breaks of Windows', `\`\`\`JSON\r\n${object}\r\n\`\`\`\r\n`],
  ['a fence of tildes', `~~~ json\n${object}\n~~~`],
  ['a longer fence', `\`\`\`\`json\n${object}\n\`\`\`\``],
  ['a fence in one line', `\`\`\`json ${object}\`\`\``],
  ['a fence that is never closed', `\`\`\`json\n${object}`],
  ['a fence with words around it', `Sure:\n\`\`\`json\n${object}\n\`\`\`\nAnything else?`],
  ['the one fence of two that holds JSON', `\`\`\`sh\nls\n\`\`\`\n\`\`\`json\n${object}\n\`\`\``],
  ['an indented fence with indented JSON', `  \`\`\`json\n  {\n    "a": "b"\n  }\n  \`\`\``],
  ['a thought before it', `<think>\nIs it {"a":"c"}?\n</think>\n\n${object}`],
  ['the end of a thought before it', `Is it {"a":"c"}?</think>${object}`],
  ['a thought, then a fence', `<think>\`\`\`json\n{}\n\`\`\`</think>\n\`\`\`json\n${object}\n\`\`\``],
  ['words before it', `Sure! ${object}`],
  ['a comma at the end', '{"a":"b",}'],
  ['a comma at the end, in a fence behind a thought', '<think>Hm</think>```json\n{"a":"b" ,\n}\n```'],
  ...[
    ['<thinking>', '</thinking>'],
    ['<thought>', '</thought>'],
    ['<seed:think>', '</seed:think>'],
    ['[THINK]', '[/THINK]'],
    ['◁think▷', '◁/think▷'],
  ].map(([begin, end]) => [`a thought within ${begin}`, `${begin}{"a":"c"}${end}${object}`]),
  ['words after it', `${object}\n\nAnything else?`],
])('read: %s', (_, text) => {
  expect(jsonIn(text)).toEqual({ a: 'b' });
});

test('a value that holds marks of a fence is whole', () => {
  const value = { a: 'x ```json y``` z', b: '</think>' };
  expect(jsonIn(JSON.stringify(value))).toEqual(value);
  const marks = { a: 'x ```json y``` z ~~~' };
  expect(jsonIn(`\`\`\`json\n${JSON.stringify(marks)}\n\`\`\``)).toEqual(marks);
  expect(jsonIn(`\`\`\`${JSON.stringify(marks)}\`\`\``)).toEqual(marks);
});

test.each([
  ['null', null],
  ['[1]', [1]],
  ['```json\ntrue\n```', true],
  ['``` false```', false],
])('a value that is no object: %s', (text, value) => {
  expect(jsonIn(text)).toEqual(value);
});

test.each([
  ['nothing', ''],
  ['words', 'I cannot answer that.'],
  ['an object that is cut off', '{"a":'],
  ['a fence whose object is cut off', '```json\n{"a":'],
  ['two commas at the end', '{"a":"b",,}'],
  ['single quotes', "{'a':'b'}"],
  ['two fences with JSON', '```json\n{"a":1}\n```\nor\n```json\n{"a":2}\n```'],
  ['two objects', '{"a":1}\n{"a":2}'],
  ['an example in the midst of words', 'It would look like {"a":"b"}, but I cannot say.'],
  ['a list in words', 'I cannot [1]'],
  ['a thought that never ends', '<think>{"a":"b"}'],
])('not read: %s', (_, text) => {
  expect(jsonIn(text)).toBeUndefined();
});

test('lone surrogates become U+FFFD, in keys too; pairs and escaped escapes stay', () => {
  expect(jsonIn('{"a\\ud83d":["\\udd25b","\\ud83d\\udd25","\\\\ud83d"]}')).toEqual({
    'a\ufffd': ['\ufffdb', '🔥', '\\ud83d'],
  });
});

test('the time that marks take grows with the text', () => {
  const started = performance.now();
  for (const piece of [',]', '"\\', '{",', '{}', '{"a":1}x'])
    expect(objectsIn(piece.repeat(100_000 / piece.length)).length).toBeLessThan(2);
  for (const piece of [
    ',]',
    '"\\',
    ',}',
    ', ',
    '<think>',
    '\n</think>\n',
    '`',
    '~',
    '```\n',
    '``` x',
    '```json\n{"a":',
    '{',
    '</think>',
  ])
    expect(jsonIn(piece.repeat(100_000 / piece.length))).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('commas at an end within texts stay', () => {
  expect(jsonIn('{"a":",}","b":["\\",]",[1,],],"n":12345678901234567890,}')).toEqual({
    a: ',}',
    b: ['",]', [1]],
    n: JSON.rawJSON('12345678901234567890'),
  });
});

test.each([
  ['<think>Hm</think>\n\nAnswer </think> it', 'Answer </think> it'],
  [' <think>\nHm\n</think>Answer', 'Answer'],
  ['Hm\n</think>\n\nAnswer', 'Answer'],
  ['[THINK]Hm[/THINK]Answer', 'Answer'],
  ['<think></think>\n\nAnswer', 'Answer'],
  // Not a thought, not ended, or nothing else.
  ['The tag `</think>` ends it', 'The tag `</think>` ends it'],
  ['Say\n  </think> x', 'Say\n  </think> x'],
  ['Answer <think>Hm</think>', 'Answer <think>Hm</think>'],
  ['<think>Hm', '<think>Hm'],
  ['<think>Hm</think>\n', '<think>Hm</think>\n'],
])('the text without its thought: %j', (text, answer) => {
  expect(withoutThought(text)).toBe(answer);
});

test.each([
  ['{"a":1}{"a":2}', ['{"a":1}', '{"a":2}']],
  ['{"a":"}{"}\n{"b":{"c":"\\"{"}};{"d":1,}', ['{"a":"}{"}', '{"b":{"c":"\\"{"}}', '{"d":1,}']],
  ['{}{"a":1}', ['{"a":1}']],
  ['{"a":1}, {"a":1}', ['{"a":1}']],
  ['{}{ }', ['{}']],
  ['{"a":1}{"b":', []],
  ['{"a":1}{b}', []],
  ['{"a":1} and {"b":2}', []],
  ['[{"a":1}{"b":2}]', []],
  ['}{', []],
  ['', []],
])('the objects of %j', (text, objects) => {
  expect(objectsIn(text)).toEqual(objects);
});

test('what follows a thought', () => {
  expect(afterThought('a <think> b')).toBe('a <think> b');
  expect(afterThought(' <think>a')).toBe('');
  expect(afterThought('<think>a</think>b')).toBe('b');
});

test('a long text is quoted from its beginning, without half of a character', () => {
  expect(quoted(' short\n')).toBe('short');
  expect(quoted(`${'x'.repeat(1_999)}🔥${'y'.repeat(10)}`)).toBe(`${'x'.repeat(1_999)} … (cut)`);
});
