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
