// What is called again by itself, and after how long; and which try is known to be the first.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { catalogue } from '../testing/catalogue.ts';
import { actionRetrier, lambdaRetriers } from './retry.ts';
import { isFirstTry, retryPayload, waitPolicy } from './retry-after.ts';

const [issue] = catalogue;
if (issue?.effect !== 'write') throw new Error('the first action of the catalogue writes');
const marked = { ...issue, timeout_seconds: 40 };
const unknown = ['Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException'];
const throttled = {
  ErrorEquals: ['Lambda.TooManyRequestsException'],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 30,
  MaxAttempts: 3,
  JitterStrategy: 'FULL',
};

test('a write that heeds earlier tries is called again when they have surely ended, one whose provider does at once', () => {
  for (const once of ['marker', 'record'] as const) {
    expect(lambdaRetriers({ ...marked, once })).toEqual([
      { ErrorEquals: unknown, IntervalSeconds: 40, BackoffRate: 1, MaxAttempts: 3, JitterStrategy: 'NONE' },
      throttled,
    ]);
  }
  for (const once of ['native', undefined] as const) {
    expect(lambdaRetriers({ ...marked, once })).toEqual([
      { ...throttled, ErrorEquals: [...unknown, ...throttled.ErrorEquals] },
    ]);
  }
});

test('a provider that did not answer a write has ten seconds to finish it, unless the step says otherwise', () => {
  expect(actionRetrier(marked, undefined)).toEqual([
    {
      ...throttled,
      ErrorEquals: ['ProviderUnavailable'],
      IntervalSeconds: 10,
      BackoffRate: 1,
      JitterStrategy: 'NONE',
    },
  ]);
  const own = actionRetrier(marked, { interval_seconds: 2 });
  expect(own).toEqual([{ ...throttled, ErrorEquals: ['ProviderUnavailable'], IntervalSeconds: 2 }]);
  expect(actionRetrier({ ...marked, once: 'native' }, undefined)).toEqual([
    { ...throttled, ErrorEquals: ['ProviderUnavailable'] },
  ]);
});

test('a call whose outcome is unknown is made again only where the step says so, also by a policy for every error', () => {
  const recorded = { ...marked, once: 'record' } as const;
  const first = (...given: Parameters<typeof actionRetrier>) => {
    const [retrier, ...rest] = actionRetrier(...given);
    return [retrier?.ErrorEquals, retrier?.MaxAttempts, rest.length];
  };
  const limits = ['RateLimited', 'RetryAfter'];
  expect(first(recorded, undefined)).toEqual([['ProviderUnavailable'], 3, 0]);
  expect(first(recorded, undefined, 'retry')).toEqual([['ProviderUnavailable', 'OutcomeUnknown'], 3, 0]);
  expect(first(recorded, { on: ['OutcomeUnknown', 'Conflict'] })).toEqual([['Conflict'], 3, 0]);
  expect(actionRetrier(recorded, { on: ['OutcomeUnknown'] })).toEqual([]);
  expect(first(recorded, { on: ['OutcomeUnknown'] }, 'retry')).toEqual([['OutcomeUnknown'], 3, 0]);
  expect(first(recorded, { on: ['States.ALL'] })).toEqual([[...limits, 'OutcomeUnknown'], 0, 1]);
  expect(first(recorded, { on: ['States.ALL'] }, 'retry')).toEqual([limits, 0, 1]);
  expect(first(marked, { on: ['States.ALL'] })).toEqual([limits, 0, 1]);
  expect(actionRetrier(recorded, { max_attempts: 1 }, 'retry')).toEqual([]);
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

test.each([
  [undefined, { max_attempts: 4 }],
  [{}, { max_attempts: 4 }],
  [{ on: ['Conflict', 'RateLimited'] }, { max_attempts: 4 }],
  [{ on: ['States.ALL'] }, { max_attempts: 4 }],
  [{ on: ['States.TaskFailed'] }, { max_attempts: 4 }],
  [{ on: ['Conflict'] }, undefined],
  [{ max_attempts: 1 }, undefined],
  [
    { max_attempts: 2, interval_seconds: 3, backoff_rate: 1.5, max_interval_seconds: 9 },
    { max_attempts: 2, interval_seconds: 3, backoff_rate: 1.5, max_interval_seconds: 9 },
  ],
])('after a rate limit, with %j, the Lambda is told: %j', (policy, told) => {
  expect(waitPolicy(marked, policy)).toEqual(told);
});

test('a call in the background is told all that is retried, and nothing where nothing is', () => {
  const own = ['RateLimited', 'ProviderUnavailable'];
  expect(waitPolicy(marked, undefined, true)).toEqual({ max_attempts: 4, on: own });
  expect(waitPolicy(marked, { on: ['Conflict'], interval_seconds: 2 }, true)).toEqual({
    max_attempts: 4,
    interval_seconds: 2,
    on: ['Conflict'],
  });
  expect(waitPolicy(marked, { max_attempts: 1 }, true)).toBeUndefined();
  expect(waitPolicy({ ...marked, retryable_errors: [] }, undefined, true)).toBeUndefined();
  expect(waitPolicy({ ...marked, retryable_errors: [] })).toBeUndefined();
  expect(waitPolicy({ ...marked, retryable_errors: ['Conflict'] })).toBeUndefined();
});

test('which try it is counts those before the last wait and those since', async () => {
  const { attempt, max_attempts } = retryPayload('tries_a', { max_attempts: 3 });
  expect(max_attempts).toBe(3);
  const code = String(attempt).replace(/^\{%|%\}$/g, '');
  const at = (RetryCount: number, tries_a?: number) =>
    jsonata(code).evaluate({}, { states: { context: { State: { RetryCount } } }, tries_a });
  expect([await at(0), await at(2), await at(1, 3)]).toEqual([1, 3, 5]);
});
