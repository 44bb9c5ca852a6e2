// Search parameters: read, written, and left alone when they are another's.
import { expect, test } from 'vitest';
import { index, oneOf, optional, readSearch, text, texts, writeSearch } from './search.ts';

const shape = {
  q: text,
  tab: oneOf(['input', 'output'], 'input'),
  status: optional(['failed', 'running']),
  item: index,
  steps: texts,
};

test('what is not chosen or cannot be read is its default', () => {
  const nothing = { q: '', tab: 'input', status: undefined, item: undefined, steps: [] };
  expect(readSearch(shape, '')).toEqual(nothing);
  expect(readSearch(shape, '?tab=other&status=toString&item=-1')).toEqual(nothing);
});

test('values come back as they were written', () => {
  const values = {
    q: 'a&b=ü 100%',
    tab: 'output',
    status: 'failed',
    item: 17,
    steps: ['a,b', 'c/ü'],
  } as const;
  expect(readSearch(shape, writeSearch(shape, '', values))).toEqual(values);
});

test('a default is not written, and parameters of others stay', () => {
  expect(writeSearch(shape, '?x=1&tab=output&q=a', { tab: 'input', q: '' })).toBe('?x=1');
  expect(writeSearch(shape, '?tab=output', { tab: 'input' })).toBe('');
});
