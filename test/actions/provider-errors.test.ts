// How each provider's failures reach the state machine: whole handlers, real SDKs, real HTTP.
import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ActionHandler } from '../../lib/actions/define-action.ts';
import { invoke, type ProviderServer, type Reply, startProviderServer } from '../support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';

let server: ProviderServer;
let handlers: Record<'openai' | 'github' | 'notion' | 'gmail', ActionHandler>;

beforeAll(async () => {
  server = await startProviderServer();
  const connection = (provider: string, fields: object) =>
    server.stored.set(`/ai-orchestra/test/connections/${provider}/default`, JSON.stringify(fields));
  connection('openai', { api_key: 'sk-test-key-0123456789' });
  connection('github', { token: 'secret-github-token' });
  connection('notion', { token: 'secret-notion-token' });
  connection('google', {
    client_id: 'id',
    client_secret: 'secret-of-client',
    refresh_token: 'secret-refresh',
  });
  handlers = {
    openai: (await import('../../functions/actions/openai/generate-completion.ts')).handler,
    github: (await import('../../functions/actions/github/list-repositories.ts')).handler,
    notion: (await import('../../functions/actions/notion/search-pages.ts')).handler,
    gmail: (await import('../../functions/actions/gmail/get-message.ts')).handler,
  };
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const inputs = {
  openai: { prompt: 'Hello' },
  github: {},
  notion: { query: '' },
  gmail: { message_id: 'm1' },
};

/** The error that the handler reports when the provider answers so; Google first gives an access token. */
async function failure(provider: keyof typeof inputs, reply: Reply, remainingMs?: number): Promise<string[]> {
  server.answerBy(({ path }) =>
    path === '/token' ? { body: { access_token: 'access-0123456789' } } : reply,
  );
  const call = invoke(handlers[provider], inputs[provider], remainingMs === undefined ? {} : { remainingMs });
  const error = await call.then(
    () => new Error('did not fail'),
    (error: Error) => error,
  );
  expect(error.stack).toBe(`${error.name}: ${error.message}`);
  return [error.name, error.message];
}

/** An address on which nobody listens any more. */
async function unusedAddress(): Promise<string> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
}

const bodies = {
  openai: (message: string) => ({ error: { message, type: 'x', code: null, param: null } }),
  github: (message: string) => ({ message }),
  notion: (message: string, status: number) => ({
    object: 'error',
    status,
    code: notionCode(status),
    message,
  }),
  gmail: (message: string, status: number) => ({
    error: { code: status, message, errors: [{ reason: 'x' }] },
  }),
};
const notionCode = (status: number) =>
  ({
    401: 'unauthorized',
    403: 'restricted_resource',
    404: 'object_not_found',
    409: 'conflict_error',
    429: 'rate_limited',
    500: 'internal_server_error',
    503: 'service_unavailable',
  })[status] ?? 'validation_error';
const names = { openai: 'OpenAI', github: 'GitHub', notion: 'Notion', gmail: 'Gmail' };
const statuses: [number, string][] = [
  [400, 'InvalidInput'],
  [401, 'Unauthorized'],
  [403, 'Unauthorized'],
  [404, 'NotFound'],
  [409, 'Conflict'],
  [422, 'InvalidInput'],
  [500, 'ProviderUnavailable'],
  [503, 'ProviderUnavailable'],
];

describe.each(['openai', 'github', 'notion', 'gmail'] as const)('%s', (provider) => {
  const requests = () => server.asked.filter(({ path }) => path !== '/token').length;

  test.each(statuses)("%i is %s, with the provider's message, after one try", async (status, name) => {
    const body = bodies[provider]('Its own words', status);
    expect(await failure(provider, { status, body })).toEqual([
      name,
      `${names[provider]} answered ${status}: Its own words`,
    ]);
    // Google's access token is from an earlier test: refused, it is renewed once.
    expect(requests()).toBe(provider === 'gmail' && status === 401 ? 2 : 1);
  });

  test('429 is RateLimited with Retry-After in seconds, as a date, or without', async () => {
    const text = `${names[provider]} answered 429: Slow down`;
    const limited = (headers: Record<string, string>) =>
      failure(provider, { status: 429, headers, body: bodies[provider]('Slow down', 429) });
    expect(await limited({ 'retry-after': '17' })).toEqual([
      'RateLimited',
      `${text} (retry_after_seconds: 17)`,
    ]);
    expect(await limited({ 'retry-after': 'Thu, 01 Jan 1970 00:00:10 GMT' })).toEqual([
      'RateLimited',
      `${text} (retry_after_seconds: 0)`,
    ]);
    expect(await limited({})).toEqual(['RateLimited', text]);
    expect(requests()).toBe(3);
  });

  test('a dropped connection is ProviderUnavailable, after one try', async () => {
    const [name, message] = await failure(provider, 'drop');
    expect(name).toBe('ProviderUnavailable');
    expect(message).toMatch(
      new RegExp(`^${names[provider]} could not be reached \\((ECONNRESET|UND_ERR_SOCKET)\\)$`),
    );
    expect(requests()).toBe(1);
  });

  test('an answer that breaks off is ProviderUnavailable', async () => {
    expect((await failure(provider, 'drop midway'))[0]).toBe('ProviderUnavailable');
  });

  test('garbage instead of JSON is ProviderUnavailable', async () => {
    const garbage = [
      { body: '<html>Welcome to the proxy</html>' },
      { headers: { 'content-type': 'text/html' }, body: '<html>Welcome to the proxy</html>' },
      { body: '' },
    ];
    for (const reply of garbage) {
      expect(await failure(provider, reply)).toEqual([
        'ProviderUnavailable',
        `${names[provider]} answered something that is not JSON`,
      ]);
    }
  });

  test('JSON of another shape is ProviderUnavailable, without its content', async () => {
    const [name, message] = await failure(provider, { body: { hello: 'private' } });
    expect(name).toBe('ProviderUnavailable');
    expect(message).toContain(`${names[provider]} answered in an unknown format (unexpected: /`);
    expect(message).not.toContain('private');
  });

  test('an HTML page, nothing at all, or an endless message as an error keeps its status', async () => {
    const html = { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway</html>' };
    const [name, message] = await failure(provider, html);
    expect(name).toBe('ProviderUnavailable');
    // Not every SDK passes on a body that is not JSON.
    expect(message).toMatch(/ answered 502: (a page of HTML|no message|Request to Notion API failed.*)$/);
    const headers = { 'retry-after': '7' };
    const endless = await failure(provider, {
      status: 429,
      headers,
      body: bodies[provider]('x'.repeat(9000), 429),
    });
    expect(endless).toEqual([
      'RateLimited',
      `${names[provider]} answered 429: ${'x'.repeat(4000 - `${names[provider]} answered 429: `.length)}… (cut) (retry_after_seconds: 7)`,
    ]);
    expect((await failure(provider, { status: 500, body: '' }))[0]).toBe('ProviderUnavailable');
  });

  test('no answer before the deadline is ProviderUnavailable', async () => {
    expect(await failure(provider, 'hang', 700)).toEqual([
      'ProviderUnavailable',
      'The provider did not answer in time (0.2 s)',
    ]);
  });

  test('nobody listening is ProviderUnavailable', async () => {
    const unused = await unusedAddress();
    const settings = ['OPENAI_BASE_URL', 'GITHUB_API_URL', 'NOTION_BASE_URL', 'GMAIL_BASE_URL'];
    const kept = settings.map((name) => [name, process.env[name]]);
    for (const name of settings) process.env[name] = unused;
    try {
      const [name, message] = await failure(provider, {});
      expect([name, message]).toEqual([
        'ProviderUnavailable',
        `${names[provider]} could not be reached (ECONNREFUSED)`,
      ]);
    } finally {
      Object.assign(process.env, Object.fromEntries(kept));
    }
  });
});

test('OpenAI: a used-up quota is not a rate limit that waiting cures', async () => {
  const error = {
    message: 'You exceeded your current quota',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
  };
  expect(await failure('openai', { status: 429, body: { error } })).toEqual([
    'Unauthorized',
    'OpenAI answered 429: You exceeded your current quota',
  ]);
});

test('OpenAI: retry-after-ms is rounded up', async () => {
  const reply = { status: 429, headers: { 'retry-after-ms': '1200' }, body: bodies.openai('Slow down') };
  expect((await failure('openai', reply))[1]).toBe('OpenAI answered 429: Slow down (retry_after_seconds: 2)');
});

test('OpenAI: an echoed key is redacted', async () => {
  const body = bodies.openai('Incorrect API key provided: sk-test-key-0123456789.');
  expect(await failure('openai', { status: 401, body })).toEqual([
    'Unauthorized',
    'OpenAI answered 401: Incorrect API key provided: [redacted].',
  ]);
});

test('GitHub: a 403 that is a rate limit, by its headers or its words', async () => {
  const soon = String(Math.floor(Date.now() / 1000) + 90);
  const primary = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': soon };
  const limited = (headers: Record<string, string>, message: string) =>
    failure('github', { status: 403, headers, body: { message } });
  const [name, message] = await limited(primary, 'API rate limit exceeded');
  expect(name).toBe('RateLimited');
  expect(message).toMatch(/^GitHub answered 403: API rate limit exceeded \(retry_after_seconds: (89|90)\)$/);
  expect(await limited({ 'retry-after': '60' }, 'Wait')).toEqual([
    'RateLimited',
    'GitHub answered 403: Wait (retry_after_seconds: 60)',
  ]);
  expect(await limited({}, 'You have exceeded a secondary rate limit')).toEqual([
    'RateLimited',
    'GitHub answered 403: You have exceeded a secondary rate limit',
  ]);
  expect((await limited({ 'x-ratelimit-remaining': '12' }, 'Resource not accessible'))[0]).toBe(
    'Unauthorized',
  );
});

test('GitHub: a renamed repository is NotFound and is not followed', async () => {
  const reply = { status: 301, headers: { location: `${server.url}/elsewhere` }, body: { message: 'Moved' } };
  expect(await failure('github', reply)).toEqual([
    'NotFound',
    'GitHub answered 301: the repository has moved; use its new name',
  ]);
});

test('Gmail: a 403 that is a rate limit', async () => {
  const error = {
    code: 403,
    message: 'User-rate limit exceeded',
    errors: [{ reason: 'userRateLimitExceeded' }],
  };
  expect(await failure('gmail', { status: 403, body: { error } })).toEqual([
    'RateLimited',
    'Gmail answered 403: User-rate limit exceeded',
  ]);
});

test('Notion: an overloaded service is ProviderUnavailable', async () => {
  const body = { object: 'error', status: 529, code: 'service_overload', message: 'Overloaded' };
  expect((await failure('notion', { status: 529, body }))[0]).toBe('ProviderUnavailable');
});
