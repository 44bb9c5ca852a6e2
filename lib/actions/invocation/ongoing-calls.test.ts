// How long the state machine waits for what goes on at a provider, and which calls are which.
import { expect, test } from 'vitest';
import { ProviderUnavailable, StillRunning } from '../../errors.ts';
import { mostPolls } from '../../poll-interval.ts';
import { OngoingCalls } from './ongoing-calls.ts';

const HOUR = 3_600_000;

/** The seconds of each wait until the end of the time. */
function waits(until: number, of = HOUR): number[] {
  const seconds: number[] = [];
  let now = 0;
  let ongoing: ConstructorParameters<typeof OngoingCalls>[0]['ongoing'] = null;
  while (now < until) {
    const calls = new OngoingCalls({ until, ongoing }, () => now);
    const error = waited(calls);
    seconds.push(error.seconds);
    ongoing = error.ongoing;
    now += error.seconds * 1000;
    if (seconds.length > of) break;
  }
  return seconds;
}

function waited(calls: OngoingCalls, least?: number) {
  try {
    return calls.wait(least);
  } catch (error) {
    if (!(error instanceof StillRunning)) throw error;
    return JSON.parse(error.message);
  }
}

test('waits are a tenth of the time so far, between two seconds and two minutes', () => {
  const all = waits(HOUR);
  expect(all.slice(0, 12)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
  expect(all[all.length - 5]).toBe(120);
  expect(all.length).toBeLessThanOrEqual(mostPolls(3600) + 2);
  expect(mostPolls(3600)).toBe(76);
});

test('the last look is shortly before the end, and the wait after it goes past the end', () => {
  const ends = [HOUR, 10_000, 5_500, 4_000, 1_000].map((until) => {
    const all = waits(until);
    const last = all.at(-1) ?? 0;
    const before = all.slice(0, -1).reduce((sum, one) => sum + one, 0);
    return [until - before * 1000 <= 3000, before + last > until / 1000];
  });
  expect(ends).toEqual(ends.map(() => [true, true]));
});

test('a provider that wants more time gets it', () => {
  expect(waited(new OngoingCalls({ until: HOUR, ongoing: null }, () => 0), 45).seconds).toBe(45);
});

test('calls are found again in their order; what was not begun is not available then', () => {
  const first = new OngoingCalls({ until: HOUR, ongoing: null }, () => 5);
  expect(first.begun('b')).toBeUndefined();
  first.begin('b', 'r1');
  const { ongoing } = waited(first);
  expect(ongoing).toEqual({ since: 5, calls: [{ of: 'b', id: 'r1' }] });
  const second = new OngoingCalls({ until: HOUR, ongoing }, () => 9);
  expect(() => second.begun('a')).toThrow(ProviderUnavailable);
  expect([second.begun('b'), second.begun('b')]).toEqual(['r1', undefined]);
  second.begin('b', 'r2');
  expect(waited(second).ongoing.calls).toEqual([
    { of: 'b', id: 'r1' },
    { of: 'b', id: 'r2' },
  ]);
});

test('what is to be done at the end is not done while something runs, and its failure is none', async () => {
  const done: string[] = [];
  const clean = (calls: OngoingCalls) => {
    calls.atEnd(() => Promise.reject(new Error('x')));
    calls.atEnd(async () => done.push('cleaned'));
  };
  const running = new OngoingCalls({ until: HOUR, ongoing: null });
  clean(running);
  waited(running);
  await running.end();
  expect(done).toEqual([]);
  const ended = new OngoingCalls({ until: HOUR, ongoing: null });
  clean(ended);
  await ended.end();
  expect(done).toEqual(['cleaned']);
});
