// When the end of a run is looked for first.
import { expect, test } from 'vitest';
import { Pace } from './recent-durations.ts';

test('a run is looked for at once when the last one would have ended by now, and otherwise no later than before', () => {
  const pace = new Pace();
  expect(pace.firstLook('daily', 500)).toBe(15);
  pace.ended('daily', 2);
  expect(pace.firstLook('daily', 3)).toBe(0);
  expect(pace.firstLook('daily', 1)).toBe(1);
  expect(pace.firstLook('other', 500)).toBe(15);
  pace.ended('daily', 60_000);
  expect(pace.firstLook('daily', 500)).toBe(15);
});

test('so many workflows are remembered, the last ones', () => {
  const pace = new Pace();
  for (let number = 0; number <= 1000; number += 1) pace.ended(`w${number}`, 0);
  expect(pace.firstLook('w0', 0)).toBe(15);
  expect(pace.firstLook('w1', 0)).toBe(0);
});
