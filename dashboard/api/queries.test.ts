// What is asked for once more after a failure, and how long that is waited for.
import { expect, test } from 'vitest';
import { ApiError, NetworkError, problemOf } from './errors.ts';
import { createQueryClient } from './queries.ts';

const { queries, mutations } = createQueryClient().getDefaultOptions();
const refused = (status: number) => new ApiError(status, problemOf(status, undefined));
const isTriedAgain = (failures: number, error: Error): unknown =>
  typeof queries?.retry === 'function' && queries.retry(failures, error);

test.each([
  [new NetworkError('No answer came'), true],
  [refused(429), true],
  [refused(500), true],
  [refused(503), true],
  [refused(400), false],
  [refused(401), false],
  [refused(404), false],
  [refused(412), false],
])('%s is asked for again: %s', (error, again) => {
  expect([0, 1, 2].map((failures) => isTriedAgain(failures, error))).toEqual([again, again, false]);
});

test('each try waits twice as long; what changes something is sent once', () => {
  const { retryDelay } = queries ?? {};
  const delays = [0, 1].map((attempt) =>
    typeof retryDelay === 'function' ? retryDelay(attempt, new NetworkError('')) : undefined,
  );
  expect(delays).toEqual([500, 1000]);
  expect([mutations?.retry, mutations?.networkMode, queries?.networkMode]).toEqual([
    false,
    'always',
    'always',
  ]);
});
