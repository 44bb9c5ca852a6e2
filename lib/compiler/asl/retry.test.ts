// What is called again by itself, and after how long; and which try is known to be the first.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { catalogue } from '../testing/catalogue.ts';
import { actionRetrier, lambdaRetriers } from './retry.ts';
import { isFirstTry } from './retry-after.ts';

const [issue] = catalogue;
if (issue?.effect !== 'write') throw new Error('the first action of the catalogue writes');
const retryable_errors = ['RateLimited', 'ProviderUnavailable'];
const once = { ...issue, once: true, timeout_seconds: 40, retryable_errors } as const;
const unknown = ['Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException'];
const throttled = {
  ErrorEquals: ['Lambda.TooManyRequestsException'],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 30,
  MaxAttempts: 3,
  JitterStrategy: 'FULL',
};

test('a write that finds what it wrote is called again when the first call has surely ended; one that does not never is', () => {
  expect(lambdaRetriers(issue)).toEqual([throttled]);
  expect(lambdaRetriers(once)).toEqual([
    { ErrorEquals: unknown, IntervalSeconds: 40, BackoffRate: 1, MaxAttempts: 3, JitterStrategy: 'NONE' },
    throttled,
  ]);
  expect(lambdaRetriers({ ...issue, effect: 'read' })).toEqual([
    { ...throttled, ErrorEquals: [...unknown, ...throttled.ErrorEquals] },
  ]);
});

test('a provider that did not answer a write has ten seconds to finish it, unless the step says otherwise', () => {
  expect(actionRetrier(once, undefined)).toEqual([
    {
      ...throttled,
      ErrorEquals: ['ProviderUnavailable'],
      IntervalSeconds: 10,
      BackoffRate: 1,
      JitterStrategy: 'NONE',
    },
  ]);
  const own = actionRetrier(once, { interval_seconds: 2 });
  expect(own).toEqual([{ ...throttled, ErrorEquals: ['ProviderUnavailable'], IntervalSeconds: 2 }]);
  expect(actionRetrier(issue, undefined)).toEqual([]);
});

test.each([
  [{ RedriveCount: 0 }, 0, undefined, true],
  [{ RedriveCount: 0 }, 1, undefined, false],
  [{ RedriveCount: 1 }, 0, undefined, false],
  [{ RedriveCount: 0 }, 0, 1, false],
  // Not known, and so not the first.
  [{}, 0, undefined, false],
])(
  'with %j, %d retries and %j tries before a wait, the try is the first: %j',
  async (Execution, RetryCount, tries, first) => {
    const bindings = { states: { context: { Execution, State: { RetryCount } } }, tries_a: tries };
    expect(await jsonata(isFirstTry('tries_a')).evaluate({}, bindings)).toBe(first);
    if (tries === undefined) expect(await jsonata(isFirstTry(undefined)).evaluate({}, bindings)).toBe(first);
  },
);
