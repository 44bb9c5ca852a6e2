// The outbox: events are delivered in the order in which they were stored, also after failures.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Store } from '../store/store.ts';
import { TestClock } from '../testing/engine.ts';
import { Outbox } from './outbox.ts';

const CONCURRENCY = 16;

let store: Store;
let clock: TestClock;

beforeEach(() => {
  store = new Store(':memory:');
  clock = new TestClock();
});

afterEach(() => store.close());

test('an event that is stored while all deliveries are retried is delivered after them', async () => {
  const events = store.executions.statusEvents;
  const { promise: retried, resolve: endRetries } = Promise.withResolvers<void>();
  const { promise: delivered, resolve: onDelivered } = Promise.withResolvers<void>();
  const failed = new Set<string>();
  const acknowledged: number[] = [];
  const outbox = new Outbox(
    events,
    (id) => acknowledged.push(id),
    async ({ id }) => {
      if (id === 'later') return onDelivered();
      if (failed.has(id)) return retried;
      failed.add(id);
      throw new Error('not now');
    },
    clock,
  );
  for (let index = 0; index < CONCURRENCY; index += 1) events.add(JSON.stringify({ id: `first ${index}` }));
  outbox.wake();
  await clock.untilTimers(CONCURRENCY);
  clock.advance(1000);
  events.add(JSON.stringify({ id: 'later' }));
  outbox.wake();
  endRetries();
  await delivered;
  await outbox.close();
  expect(acknowledged.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 17 }, (_, index) => index + 1));
});

test('all that was stored is delivered after one call, however much it is', async () => {
  const events = store.executions.statusEvents;
  const { promise: delivered, resolve } = Promise.withResolvers<void>();
  const ids: string[] = [];
  const outbox = new Outbox(
    events,
    () => {},
    async ({ id }) => {
      if (ids.push(id) === 3 * CONCURRENCY) resolve();
    },
    clock,
  );
  const all = Array.from({ length: 3 * CONCURRENCY }, (_, index) => `${index}`);
  for (const id of all) events.add(JSON.stringify({ id }));
  outbox.wake();
  await delivered;
  await outbox.close();
  expect(ids).toEqual(all);
});

test('a delivery that fails is tried again later each time, after a minute at most, and not after the end', async () => {
  const events = store.executions.statusEvents;
  let attempts = 0;
  const outbox = new Outbox(
    events,
    () => {},
    async () => {
      attempts += 1;
      throw new Error('not now');
    },
    clock,
  );
  events.add(JSON.stringify({ id: 'one' }));
  outbox.wake();
  const delays: number[] = [];
  while (delays.length < 8) {
    delays.push(await clock.untilTimer());
    clock.advance(delays.at(-1) ?? 0);
  }
  await clock.untilTimers(1);
  await outbox.close();
  clock.advance(60_000);
  expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  // None after the outbox was closed.
  expect(attempts).toBe(9);
});
