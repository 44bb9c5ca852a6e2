// What a model used, in words.
import { expect, test } from 'vitest';
import { usageText } from './usage-text.ts';

test.each([
  [0.005_25, '1,234 tokens · $0.0053'],
  [0.000_001_2, '1,234 tokens · $0.0000012'],
  [12.3456, '1,234 tokens · $12.35'],
  [0, '1,234 tokens · $0'],
  [null, '1,234 tokens'],
  [undefined, '1,234 tokens'],
])('a cost of %s', (cost, words) => {
  expect(usageText({ total_tokens: 1_234, cost_usd: cost })).toBe(words);
});
