// How a Prefer header is read.
import { expect, test } from 'vitest';
import { waitPreference } from './wait-preference.ts';

test.each([
  [undefined, undefined],
  ['', undefined],
  ['wait=0', 0],
  ['wait=20', 20],
  ['Wait = 20', 20],
  ['wait="20"', 20],
  ['wait=9999', 25],
  ['respond-async, wait=10; foo=bar', 10],
  ['wait=5, wait=10', 5],
  ['wait=-1', undefined],
  ['wait=1.5', undefined],
  ['wait=soon', undefined],
  ['wait', undefined],
  ['waits=5', undefined],
])('%j asks to wait %j seconds', (prefer, seconds) => {
  expect(waitPreference(prefer)).toBe(seconds);
});
