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
const openaiWords = (message: string) => ({
  error: { message, type: 'tokens', code: 'rate_limit_exceeded' },
});
const resets = (requests: string, tokens: string) => () => ({
  'x-ratelimit-remaining-requests': requests,
  'x-ratelimit-reset-requests': '6m0s',
  'x-ratelimit-remaining-tokens': tokens,
  'x-ratelimit-reset-tokens': '1h2m3s',
});
const retryInfo = (retryDelay: string) => [
  { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay },
];
const googleQuota = {
  error: {
    code: 429,
    message: 'Quota exceeded for quota metric',
    status: 'RESOURCE_EXHAUSTED',
    details: [{ reason: 'RATE_LIMIT_EXCEEDED' }, ...retryInfo('21.5s')],
  },
};
const notion = (status: number, code: string) => ({ object: 'error', status, code, message: 'Later' });
const secondary =
  'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.';

/**
 * GitHub: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api, "Exceeding the rate limit", and
 * octokit/plugin-throttling.js (the words). Notion: https://developers.notion.com/reference/status-codes and
 * https://developers.notion.com/reference/request-limits. Gmail: https://developers.google.com/workspace/gmail/api/guides/handle-errors.
 * OpenAI: https://platform.openai.com/docs/guides/error-codes and the SDK's shouldRetry.
 */
type Case = readonly [
  what: string,
  status: number,
  headers: () => Record<string, string>,
  body: unknown,
  told: RegExp,
];
const none = () => ({});
const usedUp = (seconds?: number) => () => ({
  'x-ratelimit-remaining': '0',
  ...(seconds !== undefined && { 'x-ratelimit-reset': inSeconds(seconds) }),
});
const left = () => ({ 'x-ratelimit-remaining': '4988', 'x-ratelimit-reset': inSeconds(1800) });
const github = (message: string, page?: string) => ({
  message,
  ...(page !== undefined && { documentation_url: `https://docs.github.com/${page}` }),
});
const minute = /^RateLimited: .*: 60\)$/;
const abuse =
  'You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.';
const limitsPage =
  'free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits';

// biome-ignore format: a table
const wordings: Readonly<Record<Provider, readonly Case[]>> = {
  github: [
    ['the primary limit', 403, usedUp(90), github('API rate limit exceeded for user ID 1.'), /^RateLimited: .*: (89|90|91)\)$/],
    ['the primary limit as 429', 429, usedUp(90), github('API rate limit exceeded'), /^RateLimited: .*: (89|90|91)\)$/],
    ['a used-up limit by its headers alone', 403, usedUp(20), github('Forbidden'), /^RateLimited: .*: (19|20|21)\)$/],
    ['a used-up limit without a reset', 403, usedUp(), github('Forbidden'), minute],
    ['a reset that has passed', 403, usedUp(-5), github('API rate limit exceeded'), minute],
    ['a reset that is no number', 403, () => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' }), github('API rate limit exceeded'), minute],
    ['the secondary limit', 403, none, github(secondary), minute],
    ['the secondary limit as 429', 429, none, github(secondary), minute],
    ['the secondary limit while the primary one is not used up', 403, left, github(secondary), minute],
    ['the secondary limit with Retry-After', 403, () => ({ ...usedUp(900)(), 'retry-after': '17' }), github(secondary), /^RateLimited: .*: 17\)$/],
    ['Retry-After with other words', 403, () => ({ 'retry-after': '61' }), github('Wait'), /^RateLimited: .*: 61\)$/],
    ['the former words', 403, none, github(abuse), minute],
    ['the page that it links to', 403, none, github('Please wait', limitsPage), minute],
    ['the limit of what is created', 422, none, github('Validation Failed: was submitted too quickly'), minute],
    ['too many at once', 403, none, github('You have sent too many concurrent requests'), minute],
    ['a Retry-After that has passed', 403, () => ({ 'retry-after': httpDate(-90) }), github(secondary), /^RateLimited: .*: 0\)$/],
    ['a Retry-After below zero', 429, () => ({ 'retry-after': '-5' }), github('Wait'), minute],
    ['a page of HTML', 429, () => ({ 'content-type': 'text/html' }), '<html>Whoa there!', /^RateLimited: .*a page of HTML .*: 60\)$/],
    ['a 429 without a word', 429, none, '', minute],
    ['a 403 that is none', 403, left, github('Resource not accessible', 'rest/issues/issues#create-an-issue'), /^Unauthorized: .*accessible - https/],
    ['a 422 that is none', 422, none, github('Validation Failed'), /^InvalidInput: .*Failed$/],
    ['a 500 while the limit is used up', 500, usedUp(90), github('Server Error'), /^ProviderUnavailable: .*Error$/],
  ],
  notion: [
    ['its limit', 429, () => ({ 'retry-after': '7' }), notion(429, 'rate_limited'), /^RateLimited: .*: 7\)$/],
    ['its limit without a time', 429, none, notion(429, 'rate_limited'), /^RateLimited: .*Later$/],
    ['an overload', 529, () => ({ 'retry-after': '9' }), notion(529, 'service_overload'), /^RateLimited: .*: 9\)$/],
    ['an overload that a proxy tells', 529, none, '<html>', /^RateLimited: .*answered 529/],
    ['its limit under another status', 400, none, notion(429, 'rate_limited'), /^RateLimited: .*answered 400: Later$/],
    ['its limit within an answer of 200', 200, none, notion(429, 'rate_limited'), /^RateLimited: .*answered 429: Later$/],
    ['a failure within an answer of 200', 200, none, notion(502, 'bad_gateway'), /^ProviderUnavailable: .*answered 502: Later$/],
    ['a fraction of a second', 429, () => ({ 'retry-after': '0.4' }), notion(429, 'rate_limited'), /^RateLimited: .*: 1\)$/],
    ['a page of HTML', 429, () => ({ 'content-type': 'text/html', 'retry-after': '30' }), '<html>1015', /^RateLimited: .*: 30\)$/],
    ['a collision', 409, none, notion(409, 'conflict_error'), /^Conflict: .*Later$/],
    ['a timeout of its gateway', 504, none, notion(504, 'gateway_timeout'), /^ProviderUnavailable: .*Later$/],
    ['a database that is not there', 503, none, notion(503, 'database_connection_unavailable'), /^ProviderUnavailable: .*answered 503/],
  ],
  gmail: [
    ['its limit', 429, none, google(429, 'rateLimitExceeded', 'Later'), /^RateLimited: .*Later$/],
    ...['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded', 'dailyLimitExceeded'].map(
      (reason): Case => [`403 ${reason}`, 403, none, google(403, reason, 'Later'), /^RateLimited: .*Later$/],
    ),
    ['a quota of Service Infrastructure', 429, none, googleQuota, /^RateLimited: .*: 22\)$/],
    ['an API that is switched off', 403, none, google(403, 'accessNotConfigured', 'Off'), /^Unauthorized: .*Off$/],
    ['a scope that is missing', 403, none, google(403, 'insufficientPermissions', 'Scope'), /^Unauthorized: The connection google\/default lacks a scope .*Scope \(add it at \/app\/connections\?connection=google\/default&scope=\S+\)$/],
    ['a 403 that is none', 403, none, google(403, 'domainPolicy', 'Not here'), /^Unauthorized: .*Not here$/],
    ['a 400 with the reason of a limit', 400, none, google(400, 'rateLimitExceeded', 'Odd'), /^InvalidInput: .*Odd$/],
  ],
  openai: [
    ['its limit', 429, none, openai('rate_limit_exceeded', 'requests'), /^RateLimited: .*Later$/],
    ['its limit in milliseconds, rounded up', 429, () => ({ 'retry-after-ms': '1200', 'retry-after': '9' }), openai('rate_limit_exceeded', 'tokens'), /^RateLimited: .*: 2\)$/],
    ['a used-up quota, which waiting does not cure', 429, () => ({ 'x-should-retry': 'false' }), openai('insufficient_quota', 'insufficient_quota'), /^Unauthorized: .*answered 429: Later$/],
    ['a time in words', 429, none, openaiWords('Limit 3. Please try again in 1m26.4s. Visit'), /^RateLimited: .*: 87\)$/],
    ['milliseconds in words', 429, none, openaiWords('Please try again in 120ms.'), /^RateLimited: .*: 1\)$/],
    ["Azure's words", 429, none, openaiWords('Please retry after 26 seconds. To increase'), /^RateLimited: .*: 26\)$/],
    ['an address behind the words', 429, none, openaiWords('Please try again in a few minutes'), /^RateLimited: .*minutes$/],
    ['a header that is empty', 429, () => ({ 'retry-after-ms': '', 'retry-after': '5' }), openaiWords('Later'), /^RateLimited: .*: 5\)$/],
    ['when the limit that is used up is whole again', 429, resets('0', '99'), openaiWords('Later'), /^RateLimited: .*: 360\)$/],
    ['when both are', 429, resets('0', '0'), openaiWords('Later'), /^RateLimited: .*: 3723\)$/],
    ['when none is used up', 429, resets('1', '99'), openaiWords('Later'), /^RateLimited: .*Later$/],
    ["Gemini's list", 429, none, [{ error: { code: 429, message: 'Later', status: 'RESOURCE_EXHAUSTED', details: retryInfo('37s') } }], /^RateLimited: .*answered 429: Later .*: 37\)$/],
    ["Azure's gateway", 429, none, { statusCode: 429, message: 'Rate limit is exceeded. Try again in 42 seconds.' }, /^RateLimited: .*: 42\)$/],
    ['no credit', 429, none, openai('billing_hard_limit_reached', 'invalid_request_error'), /^Unauthorized: .*Later$/],
    ['no credit, as a gateway tells it', 429, none, openaiWords('OpenAIException - You exceeded your current quota, see https://platform.openai.com/docs/guides/error-codes'), /^Unauthorized: /],
    ["the same words of Gemini's limit by the minute", 429, none, openaiWords('You exceeded your current quota, see https://ai.google.dev/gemini-api/docs/rate-limits'), /^RateLimited: /],
    ['more in one request than in a minute', 429, none, openaiWords('Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 40000.'), /^InvalidInput: .*answered 429: Request too large/],
    ["Groq's full capacity", 498, none, openaiWords('Later'), /^ProviderUnavailable: .*answered 498: Later$/],
    ["Gemini's word for a wrong key", 400, none, [{ error: { code: 400, message: 'No', status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] } }], /^Unauthorized: .*answered 400: No$/],
    ['an error that is a text', 404, none, { error: 'model not found' }, /^NotFound: .*answered 404: model not found$/],
    ['an error that is a detail', 401, none, { detail: 'No' }, /^Unauthorized: .*answered 401: No$/],
    ['an overloaded engine', 503, none, openai(null, 'server_error'), /^ProviderUnavailable: .*Later$/],
  ],
};
const cases = providers.flatMap((provider) => wordings[provider].map((each) => [provider, ...each] as const));
test.each(cases)('%s: %s', async (provider, _what, status, headers, body, told) => {
  expect(await failure(provider, { status, headers: headers(), body })).toMatch(told);
});

test('Gmail names the time in its message', async () => {
  const until = new Date(Date.now() + 90_000).toISOString();
  const body = google(429, 'rateLimitExceeded', `User-rate limit exceeded.  Retry after ${until}`);
  expect(await failure('gmail', { status: 429, body })).toMatch(/^RateLimited: .*: (89|90)\)$/);
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
