// What each provider says for "later", in all its wordings, and how long a step then waits.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  bodies,
  names,
  type Provider,
  providerFailure,
  providers,
  startProviders,
} from '../support/provider-failures.ts';
import type { invoke } from '../support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';

let started: Awaited<ReturnType<typeof startProviders>>;
beforeAll(async () => {
  started = await startProviders();
});
beforeEach(() => started.server.reset());
afterEach(() => vi.restoreAllMocks());
afterAll(() => started.server.close());

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}
type Options = Parameters<typeof invoke>[2];

async function failure(provider: Provider, answer: Answer, options?: Options): Promise<string> {
  const { name, message } = await providerFailure(started, provider, answer, options);
  return `${name}: ${message}`;
}

const inSeconds = (seconds: number) => String(Math.round(Date.now() / 1000) + seconds);
const httpDate = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();
const google = (code: number, reason: string, message: string) => ({
  error: { code, message, errors: [{ domain: 'usageLimits', reason, message }] },
});
const openai = (code: string | null, type: string) => ({
  error: { message: 'Later', type, code, param: null },
});
const notion = (status: number, code: string) => ({ object: 'error', status, code, message: 'Later' });
const secondary =
  'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.';

/**
 * GitHub: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api, "Exceeding the rate limit", and
 * octokit/plugin-throttling.js (the words). Notion: https://developers.notion.com/reference/status-codes and
 * https://developers.notion.com/reference/request-limits. Gmail: https://developers.google.com/workspace/gmail/api/guides/handle-errors.
 * OpenAI: https://platform.openai.com/docs/guides/error-codes and the SDK's shouldRetry.
 */
const wordings: readonly (readonly [Provider, string, () => Answer, string, RegExp])[] = [
  [
    'github',
    'the primary limit',
    () => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(90) },
      body: { message: 'API rate limit exceeded for user ID 1.' },
    }),
    'RateLimited',
    /: (89|90|91)\)$/,
  ],
  [
    'github',
    'the primary limit as 429',
    () => ({
      status: 429,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(90) },
      body: { message: 'API rate limit exceeded' },
    }),
    'RateLimited',
    /: (89|90|91)\)$/,
  ],
  [
    'github',
    'a used-up limit by its headers alone',
    () => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(20) },
      body: { message: 'Forbidden' },
    }),
    'RateLimited',
    /: (19|20|21)\)$/,
  ],
  [
    'github',
    'a used-up limit without a reset',
    () => ({ status: 403, headers: { 'x-ratelimit-remaining': '0' }, body: { message: 'Forbidden' } }),
    'RateLimited',
    /: 60\)$/,
  ],
  [
    'github',
    'a reset that has passed',
    () => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(-5) },
      body: { message: 'API rate limit exceeded' },
    }),
    'RateLimited',
    /: 60\)$/,
  ],
  [
    'github',
    'a reset that is no number',
    () => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' },
      body: { message: 'API rate limit exceeded' },
    }),
    'RateLimited',
    /: 60\)$/,
  ],
  [
    'github',
    'the secondary limit',
    () => ({ status: 403, body: { message: secondary } }),
    'RateLimited',
    /: 60\)$/,
  ],
  [
    'github',
    'the secondary limit as 429',
    () => ({ status: 429, body: { message: secondary } }),
    'RateLimited',
    /: 60\)$/,
  ],
  [
    'github',
    'the secondary limit while the primary one is not used up',
    () => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '4988', 'x-ratelimit-reset': inSeconds(1800) },
      body: { message: secondary },
    }),
    'RateLimited',
    /: 60\)$/,
  ],
  [
    'github',
    'the secondary limit with Retry-After',
    () => ({
      status: 403,
      headers: { 'retry-after': '17', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(900) },
      body: { message: secondary },
    }),
    'RateLimited',
    /: 17\)$/,
  ],
  [
    'github',
    'Retry-After with other words',
    () => ({ status: 403, headers: { 'retry-after': '60' }, body: { message: 'Wait' } }),
    'RateLimited',
    /: 60\)$/,
  ],
  [
    'github',
    'the former words',
    () => ({
      status: 403,
      body: {
        message:
          'You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.',
      },
    }),
    'RateLimited',
    /: 60\)$/,
  ],
  [
    'github',
    'the page that it links to',
    () => ({
      status: 403,
      body: {
        message: 'Please wait',
        documentation_url:
          'https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
      },
    }),
    'RateLimited',
    /: 60\)$/,
  ],
  [
    'github',
    'the limit of what is created',
    () => ({ status: 422, body: { message: 'Validation Failed: was submitted too quickly' } }),
    'RateLimited',
    /: 60\)$/,
  ],
  ['github', 'a 429 without a word', () => ({ status: 429, body: '' }), 'RateLimited', /: 60\)$/],
  [
    'github',
    'a 403 that is none',
    () => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': inSeconds(90) },
      body: {
        message: 'Resource not accessible by personal access token',
        documentation_url: 'https://docs.github.com/rest/issues/issues#create-an-issue',
      },
    }),
    'Unauthorized',
    /token - https/,
  ],
  [
    'github',
    'a 422 that is none',
    () => ({ status: 422, body: { message: 'Validation Failed' } }),
    'InvalidInput',
    /Failed$/,
  ],
  [
    'github',
    'a 500 while the limit is used up',
    () => ({
      status: 500,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(90) },
      body: { message: 'Server Error' },
    }),
    'ProviderUnavailable',
    /Error$/,
  ],
  [
    'notion',
    'its limit',
    () => ({ status: 429, headers: { 'retry-after': '7' }, body: notion(429, 'rate_limited') }),
    'RateLimited',
    /: 7\)$/,
  ],
  [
    'notion',
    'its limit without a time',
    () => ({ status: 429, body: notion(429, 'rate_limited') }),
    'RateLimited',
    /Later$/,
  ],
  [
    'notion',
    'an overload',
    () => ({ status: 529, headers: { 'retry-after': '9' }, body: notion(529, 'service_overload') }),
    'RateLimited',
    /: 9\)$/,
  ],
  [
    'notion',
    'an overload that a proxy tells',
    () => ({ status: 529, body: '<html>' }),
    'RateLimited',
    /answered 529/,
  ],
  [
    'notion',
    'a collision',
    () => ({ status: 409, body: notion(409, 'conflict_error') }),
    'Conflict',
    /Later$/,
  ],
  [
    'notion',
    'a timeout of its gateway',
    () => ({ status: 504, body: notion(504, 'gateway_timeout') }),
    'ProviderUnavailable',
    /Later$/,
  ],
  [
    'notion',
    'a database that is not there',
    () => ({ status: 503, body: notion(503, 'database_connection_unavailable') }),
    'ProviderUnavailable',
    /answered 503/,
  ],
  [
    'gmail',
    'its limit',
    () => ({ status: 429, body: google(429, 'rateLimitExceeded', 'Later') }),
    'RateLimited',
    /Later$/,
  ],
  [
    'gmail',
    'its limit with a time in words',
    () => ({
      status: 429,
      body: google(
        429,
        'rateLimitExceeded',
        `User-rate limit exceeded.  Retry after ${new Date(Date.now() + 90_000).toISOString()}`,
      ),
    }),
    'RateLimited',
    /: (89|90)\)$/,
  ],
  ...['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded', 'dailyLimitExceeded'].map(
    (reason) =>
      [
        'gmail',
        `403 ${reason}`,
        () => ({ status: 403, body: google(403, reason, 'Later') }),
        'RateLimited',
        /Later$/,
      ] as const,
  ),
  [
    'gmail',
    'a 403 that is none',
    () => ({ status: 403, body: google(403, 'domainPolicy', 'Not here') }),
    'Unauthorized',
    /Not here$/,
  ],
  [
    'gmail',
    'a 400 with the reason of a limit',
    () => ({ status: 400, body: google(400, 'rateLimitExceeded', 'Odd') }),
    'InvalidInput',
    /Odd$/,
  ],
  [
    'openai',
    'its limit',
    () => ({ status: 429, body: openai('rate_limit_exceeded', 'requests') }),
    'RateLimited',
    /Later$/,
  ],
  [
    'openai',
    'its limit in milliseconds, rounded up',
    () => ({
      status: 429,
      headers: { 'retry-after-ms': '1200', 'retry-after': '9' },
      body: openai('rate_limit_exceeded', 'tokens'),
    }),
    'RateLimited',
    /: 2\)$/,
  ],
  [
    'openai',
    'a used-up quota, which waiting does not cure',
    () => ({
      status: 429,
      headers: { 'x-should-retry': 'false' },
      body: openai('insufficient_quota', 'insufficient_quota'),
    }),
    'Unauthorized',
    /answered 429: Later$/,
  ],
  [
    'openai',
    'an overloaded engine',
    () => ({ status: 503, body: openai(null, 'server_error') }),
    'ProviderUnavailable',
    /Later$/,
  ],
];
test.each(wordings)('%s: %s', async (provider, _what, answer, name, end) => {
  const told = await failure(provider, answer());
  expect(told).toMatch(new RegExp(`^${name}: `));
  expect(told).toMatch(end);
});

describe.each(providers)('%s', (provider) => {
  const text = `RateLimited: ${names[provider]} answered 429: Slow down`;
  const limited = (value: string | undefined, options?: Options) =>
    failure(
      provider,
      {
        status: 429,
        ...(value !== undefined && { headers: { 'retry-after': value } }),
        body: bodies[provider]('Slow down', 429),
      },
      options,
    );

  test('Retry-After is seconds or a date; what is neither says nothing', async () => {
    const untold = provider === 'github' ? `${text} (retry_after_seconds: 60)` : text;
    expect(await limited('17')).toBe(`${text} (retry_after_seconds: 17)`);
    expect(await limited('0')).toBe(`${text} (retry_after_seconds: 0)`);
    expect(await limited(httpDate(-60))).toBe(`${text} (retry_after_seconds: 0)`);
    expect(await limited(httpDate(120))).toMatch(/\(retry_after_seconds: (119|120)\)$/);
    expect(await limited('soon')).toBe(untold);
    expect(await limited(undefined)).toBe(untold);
  });

  const retry = { attempt: 1, max_attempts: 4 };
  test('a step that is tried again waits as long', async () => {
    expect(await limited('17', { retry })).toBe('RetryAfter: 17');
    expect(await limited('3600', { retry })).toBe('RetryAfter: 3600');
  });

  test('a wait that is longer than the step allows, or than an hour, fails it at once', async () => {
    expect(await limited('3601', { retry })).toBe(`${text} (retry_after_seconds: 3601)`);
    const huge = `${'9'.repeat(30)}`;
    expect(await limited(huge, { retry })).toMatch(/^RateLimited: /);
    const patient = { ...retry, max_interval_seconds: 20 };
    expect(await limited('21', { retry: patient })).toBe(`${text} (retry_after_seconds: 21)`);
  });

  test('no wait at all is not taken at its word: further attempts keep their distance', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    expect(await limited('0', { retry: { ...retry, attempt: 3, interval_seconds: 4 } })).toBe(
      'RetryAfter: 8',
    );
  });
});

describe("GitHub's limit without a time", () => {
  const waits = (retry: NonNullable<Options>['retry']) =>
    failure('github', { status: 403, body: { message: secondary } }, { retry });

  test('the wait is a minute and grows with every attempt', async () => {
    const seconds = [1, 2, 3].map((attempt) => waits({ attempt, max_attempts: 4 }));
    expect(await Promise.all(seconds)).toEqual(['RetryAfter: 60', 'RetryAfter: 120', 'RetryAfter: 240']);
    expect(await waits({ attempt: 4, max_attempts: 4 })).toBe(
      `RateLimited: GitHub answered 403: ${secondary} (retry_after_seconds: 60)`,
    );
  });

  test('it grows to what the step allows, and never falls below a minute', async () => {
    const allowed = { attempt: 3, max_attempts: 4, max_interval_seconds: 100 };
    expect(await waits(allowed)).toBe('RetryAfter: 100');
    expect(await waits({ ...allowed, backoff_rate: 1 })).toBe('RetryAfter: 60');
    expect(await waits({ ...allowed, max_interval_seconds: 59 })).toMatch(/^RateLimited: /);
    expect(await waits({ attempt: 9, max_attempts: 12 })).toBe('RetryAfter: 3600');
  });
});
