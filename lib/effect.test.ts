// After which errors a call surely had no effect, and which actions have to know of earlier tries.
import { expect, test } from 'vitest';
import { hadNoEffect, heedsEarlierTries } from './effect.ts';
import {
  Conflict,
  ConnectionExpired,
  ConnectionInvalid,
  InvalidInput,
  NotFound,
  OutcomeUnknown,
  ProviderUnavailable,
  RateLimited,
  Unauthorized,
} from './errors.ts';

test('what a provider refused, and what never reached it, had no effect; what it did not answer may have', () => {
  const refused = [new RateLimited('x'), new Unauthorized('x'), new NotFound('x'), new InvalidInput('x')];
  const ours = [new Conflict('x'), new ConnectionInvalid('x'), new ConnectionExpired('x')];
  for (const error of [...refused, ...ours])
    expect([error.name, hadNoEffect(error)]).toEqual([error.name, true]);
  expect(hadNoEffect(new ProviderUnavailable('x', { unsent: true }))).toBe(true);
  for (const error of [
    new ProviderUnavailable('x'),
    new OutcomeUnknown('x'),
    new Error('x'),
    new TypeError('x'),
  ])
    expect([error.name, hadNoEffect(error)]).toEqual([error.name, false]);
});

test('a mark or a record is looked for, what is native is not', () => {
  expect(
    ([undefined, 'native', 'marker', 'record'] as const).map((once) => heedsEarlierTries({ once })),
  ).toEqual([...[false, false, true, true]]);
});
