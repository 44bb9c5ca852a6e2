// How long providers ask to wait, in their own headers and words.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { waitSeconds } from './provider-wait.ts';

const NOW = Date.parse('2026-03-01T09:00:00Z');
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});
const nothing = { headers: undefined, message: '', details: undefined };

test.each([
  [
    'Rate limit reached for model `x` (TPM): Limit 6000, Used 5966. Please try again in 10.18s. Need more?',
    11,
  ],
  ['Please try again in 842ms.', 1],
  ['Please try again in 7h12m0s.', 25_920],
  ['Please try again in 1d2h.', 93_600],
  ['Please try again in 1 minute.', 60],
  ['Please retry after 86400 seconds.', 86_400],
  ['Rate limit is exceeded. Try again in 42 seconds.', 42],
  ['Please wait 30 seconds before retrying.', 30],
  ['Please wait for 2 minutes.', 120],
  ['You are limited to 40 API calls / minute.', undefined],
  ['Too many tokens, please wait before trying again.', undefined],
  ['We waited 30 seconds.', undefined],
])('%s', (message, seconds) => {
  expect(waitSeconds({ ...nothing, message })).toBe(seconds);
});

test.each([
  [{ 'retry-after': '12' }, 12],
  [{ 'retry-after': '0.5' }, 1],
  [{ 'retry-after': 'Sun, 01 Mar 2026 09:00:05 GMT' }, 5],
  [{ 'retry-after': 'Sun, 01 Mar 2026 08:00:00 GMT' }, 0],
  [{ 'retry-after': '-1' }, undefined],
  [{ 'retry-after': '5, 5' }, undefined],
  [{ 'retry-after-ms': '1200', 'retry-after': '7' }, 2],
  [{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s' }, 360],
  [{ 'x-ratelimit-remaining-tokens': '1', 'x-ratelimit-reset-tokens': '6m0s' }, undefined],
  [
    {
      ...{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '20s' },
      ...{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '120ms' },
    },
    20,
  ],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${NOW + 30_000}` }, 30],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${NOW / 1000 + 30}` }, 30],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${NOW - 1}` }, 0],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '17' }, 17],
  [{ 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '17' }, undefined],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' }, undefined],
])('%j', (headers, seconds) => {
  expect(waitSeconds({ ...nothing, headers: new Headers(headers) })).toBe(seconds);
});

test('what says it first counts: headers, then details, then words', () => {
  const details = [{ '@type': 'x' }, { retryDelay: '37.2s' }];
  const message = 'Please try again in 5s';
  expect(waitSeconds({ headers: new Headers({ 'retry-after': '1' }), message, details })).toBe(1);
  expect(waitSeconds({ headers: new Headers(), message, details })).toBe(38);
  expect(waitSeconds({ ...nothing, message })).toBe(5);
});
