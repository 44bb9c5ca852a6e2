// Wait: until when.
import { expect, test } from 'vitest';
import { TestClock, TestEngine } from '../testing/engine.ts';

test.each([
  ['a fraction of a second of a time is left out', { Timestamp: '2026-01-01T00:00:05.999Z' }],
  ['also of one that an expression gives', { Timestamp: '{% $fromMillis($states.input + 5999) %}' }],
  ['a time east of Greenwich is counted back', { Timestamp: '2026-01-01T05:30:05+05:30' }],
  ['a time west of Greenwich is counted on', { Timestamp: '2025-12-31T20:15:05-03:45' }],
  ['a number of seconds is counted from the entry', { Seconds: 5 }],
])('%s', async (_, fields) => {
  const clock = new TestClock();
  const engine = await TestEngine.start({ clock });
  await engine.start(await engine.create({ Wait: { Type: 'Wait', ...fields, End: true } }), clock.now());
  expect(await clock.untilTimer()).toBe(5000);
  await engine.close();
});
