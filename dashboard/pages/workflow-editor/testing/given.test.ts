// The values that a tested step is given, and what is typed for them.
import { expect, test } from 'vitest';
import { nameOfValue, outputPointer, readTyped, valueAround, valuesRead, withTested } from './given.ts';

test('the names that the expressions of a step read are found, and those of the steps in it are not', () => {
  const step = {
    id: 'each',
    when: '{{ steps.fetch.messages[0].index > vars.least and inputs.`name` != "steps.none" }}',
    params: {
      text: 'steps.plain {{ $string(index) & item.word }}',
      list: ['{{ steps.fetch }} {{ steps.b }}'],
    },
    switch: [{ when: '{{ vars.kind = 1 }}', steps: [{ transform: '{{ steps.inner }}' }] }],
    on_error: [{ transform: '{{ error.name }}' }],
  };
  expect(valuesRead(step)).toEqual([
    '/outputs/fetch',
    '/vars/least',
    '/input/name',
    '/index',
    '/item',
    '/outputs/b',
    '/vars/kind',
  ]);
  expect(['/outputs/fetch', '/input/name', '/vars/n', '/item'].map(nameOfValue)).toEqual([
    'steps.fetch',
    'inputs.name',
    'vars.n',
    'item',
  ]);
});

test('a mistake of the request belongs to the value in which it is', () => {
  expect(
    ['/outputs/a/0/b', '/input/name', '/error/name', '/item', '/input', '/steps/0/id', ''].map(valueAround),
  ).toEqual(['/outputs/a', '/input/name', '/error', '/item', undefined, undefined, undefined]);
});

test('what is typed is given as JSON, every digit of it; what is empty is left to the run', () => {
  const typed = {
    '/input/big': '12345678901234567890',
    '/outputs/a': ' {"x": [1]} ',
    '/outputs/b': '  ',
    '/outputs/gone': '1',
    '/vars/n': 'null',
    '/item': '"word"',
    '/index': '3',
    '/error': '{"name": "Boom"}',
  };
  const pointers = Object.keys(typed).filter((pointer) => pointer !== '/outputs/gone');
  const { given, mistakes } = readTyped(pointers, typed);
  expect(JSON.stringify(given)).toBe(
    '{"input":{"big":12345678901234567890},"outputs":{"a":{"x":[1]}},"vars":{"n":null},"item":"word","index":3,"error":{"name":"Boom","message":""}}',
  );
  expect([...mistakes]).toEqual([]);
});

test('what is no JSON, no index or no error is told and not given', () => {
  const typed = { '/outputs/a': 'word', '/index': '1.5', '/error': '"Boom"', '/item': '{' };
  const { given, mistakes } = readTyped(Object.keys(typed), typed);
  expect(given).toEqual({ input: {}, outputs: {}, vars: {} });
  expect(Object.fromEntries(mistakes)).toEqual({
    '/outputs/a': 'This is not JSON; a text stands in double quotes',
    '/index': 'An index is a whole number from 0',
    '/error': 'An error is an object: {"name": "RateLimited", "message": "…"}',
    '/item': 'This is not JSON; a text stands in double quotes',
  });
});

test('what is not typed comes from the last test of the step that gives it', () => {
  const tested = new Map([
    [outputPointer('fetch'), '{"n":1}'],
    [outputPointer('a/b'), '2'],
  ]);
  const pointers = ['/outputs/fetch', '/outputs/a~1b', '/input/x'];
  expect(withTested(pointers, {}, tested)).toEqual({ '/outputs/fetch': '{"n":1}', '/outputs/a~1b': '2' });
  expect(withTested(pointers, { '/outputs/fetch': '5', '/outputs/a~1b': ' ' }, tested)).toEqual({
    '/outputs/fetch': '5',
    '/outputs/a~1b': '2',
  });
  // Of what the step does not read, nothing is sent.
  expect(withTested([], { '/outputs/fetch': '5' }, tested)).toEqual({});
});
