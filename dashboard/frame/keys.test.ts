// What keys mean, alone and one after the other.
import { expect, test } from 'vitest';
import { meaning, type Shortcut } from './keys.ts';

const shortcut = (keys: string, label = keys): Shortcut => ({ keys, label, act: () => {} });
const shortcuts = [shortcut('?'), shortcut('g r'), shortcut('j', 'frame'), shortcut('j', 'page')];
const found = (before: string, key: string) => {
  const it = meaning(shortcuts, before, key);
  return typeof it === 'object' ? it.label : it;
};

test('a key, the begin of a sequence, its end', () => {
  expect([found('', '?'), found('', 'g'), found('g', 'r'), found('', 'x')]).toEqual([
    '?',
    'prefix',
    'g r',
    undefined,
  ]);
});

test('a sequence that goes nowhere leaves its last key a meaning of its own', () => {
  expect([found('g', '?'), found('g', 'g'), found('g', 'x')]).toEqual(['?', 'prefix', undefined]);
});

test('the begin of a key’s name is no begin of a sequence', () => {
  expect(meaning([shortcut('Enter')], '', 'E')).toBeUndefined();
});

test('of two that are the same the later one counts', () => {
  expect(found('', 'j')).toBe('page');
});
