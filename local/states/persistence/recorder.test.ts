// The recorder: what was delivered is deleted with the next write, once, also when that was refused first.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Store } from '../store/store.ts';
import { Recorder } from './recorder.ts';

let store: Store;
beforeEach(() => {
  store = new Store(':memory:');
});
afterEach(() => {
  vi.useRealTimers();
  store.close();
});

test('each event that was delivered is deleted by one write', () => {
  vi.useFakeTimers({ toFake: ['setImmediate', 'setTimeout', 'clearTimeout'] });
  const save = vi.spyOn(store.executions, 'saveProgress');
  const errors: unknown[] = [];
  const recorder = new Recorder(
    store,
    () => {},
    (error) => errors.push(error),
  );
  recorder.acknowledge(1);
  recorder.acknowledge(2);
  vi.runAllTicks();
  vi.advanceTimersByTime(0);
  recorder.acknowledge(3);
  vi.advanceTimersByTime(0);
  recorder.close();
  expect(save.mock.calls.map(([, acknowledged]) => acknowledged)).toEqual([[1, 2], [3]]);

  save.mockClear();
  save.mockImplementationOnce(() => {
    throw new Error('database or disk is full');
  });
  recorder.acknowledge(4);
  vi.advanceTimersByTime(0);
  expect(errors.map(String)).toEqual(['Error: database or disk is full']);
  // What comes meanwhile waits for the next attempt.
  recorder.acknowledge(5);
  vi.advanceTimersByTime(999);
  expect(save).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(save).toHaveBeenCalledTimes(2);
  expect(save.mock.lastCall?.[1]).toEqual([4, 5]);
  recorder.close();
});
