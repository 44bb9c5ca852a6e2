// What is wrong with a value, and how its place is called.
import { expect, test } from 'vitest';
import type { FoundProblem } from './check/check-text.ts';
import { placeName, problemFinder } from './problem-finder.ts';

const problem = (pointer: string, message: string): FoundProblem => ({
  ...{ pointer, message, severity: 'error', code: 'invalid-parameter', from: 0, to: 0 },
});

test('a field shows what is wrong with its value, and one that shows all of it also what is wrong within', () => {
  const problems = [problem('/steps/0/params/a/b', 'b is wrong'), problem('/steps/0/params/c', 'c is wrong')];
  const at = problemFinder({ text: '', problems }, '/steps/0');
  expect(at(['params', 'a'])).toBeUndefined();
  expect(at(['params', 'a'], true)).toBe('b is wrong');
  expect(at(['params', 'a', 'b'])).toBe('b is wrong');
  expect(at(['params', 'c'], true)).toBe('c is wrong');
  expect(at(['params', 'ab'], true)).toBeUndefined();
});

const step = { id: 'issue', pointer: '/steps/2/else/0' };
test.each([
  ['/steps/2/else/0/params/title', step, 'issue › title'],
  ['/steps/2/else/0/params/messages/0/content', step, 'issue › messages[0].content'],
  ['/steps/2/else/0/params', step, 'issue'],
  ['/steps/2/else/0/when', step, 'issue › when'],
  ['/steps/2/else/0', step, 'issue'],
  ['/steps/2/else/0/switch/1/when', { ...step, id: '' }, 'a step without an id › switch[1].when'],
  ['/triggers/0/schedule', undefined, 'triggers[0].schedule'],
  ['/steps', undefined, 'steps'],
  ['', undefined, ''],
])('%s is called %s', (pointer, node, name) => {
  expect(placeName(pointer, node)).toBe(name);
});
