// Where in the text of a workflow a step of a run stands.
import { expect, test } from 'vitest';
import { placeOf, pointerAt } from './place.ts';

const text = `{
  "id": "a",
  "steps": [{ "id": "one", "transform": 1 }, { "id": "two", "parallel": { "0": [{ "id": "a/b", "transform": 2 }] } }]
}`;

function shown(pointer: string): string | undefined {
  const place = placeOf(text, pointer);
  return place && text.slice(place.from, place.to);
}

test('a pointer leads to the part of the text that it names', () => {
  expect(shown('/steps/0')).toBe('{ "id": "one", "transform": 1 }');
  expect(shown('/steps/1/parallel/0/0')).toBe('{ "id": "a/b", "transform": 2 }');
});

test('a pointer to what is not there, and none, leads nowhere', () => {
  expect(shown('/steps/2')).toBeUndefined();
  expect(shown('/steps/0/transform/x')).toBeUndefined();
  expect(shown('')).toBeUndefined();
  expect(placeOf('{ "steps": [', '/steps/0')).toBeUndefined();
});

test.each([
  ['"one"', '/steps/0/id'],
  ['{ "id": "two"', '/steps/1/'],
  ['"a/b"', '/steps/1/parallel/0/0/id'],
  ['"a",', '/id'],
])('at %s stands %s', (part, pointer) => {
  expect(pointerAt(text, text.indexOf(part) + 1)).toBe(pointer);
});
