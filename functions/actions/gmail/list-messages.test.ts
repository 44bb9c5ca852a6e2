// gmail.list_messages and get_message: what Google is asked, and what comes back.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Asked,
  invoke,
  type ProviderServer,
  startProviderServer,
} from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: listMessages } = await import('./list-messages.ts');
const { handler: getMessage } = await import('./get-message.ts');

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
/** Each test has a connection of its own: access tokens and connections are kept from one test to the next. */
const connect = (id: string) => {
  const fields = {
    client_id: '1.apps.googleusercontent.com',
    client_secret: 'hush-hush',
    refresh_token: `refresh-${id}`,
  };
  server.stored.set(`/ai-orchestra/test/connections/google/${id}`, JSON.stringify(fields));
  return { connection: id };
};
beforeEach(() => server.reset());
afterAll(() => server.close());

const source = (subject: string, text = 'Hello') =>
  Buffer.from(
    `From: Ada <ada@example.com>\r\nTo: team@example.com\r\nSubject: ${subject}\r\n\r\n${text}`,
  ).toString('base64url');
const raw = (id: string, text?: string) => ({
  body: {
    id,
    threadId: `t-${id}`,
    labelIds: ['INBOX'],
    snippet: 'Hello',
    internalDate: '1772443800000',
    raw: source(id, text),
  },
});
const token = (access_token = 'access-1', more = {}) => ({
  body: { access_token, expires_in: 3599, token_type: 'Bearer', ...more },
});

/** Answers as Google with these ids. */
const google = (ids: string[], text?: string, nextPageToken?: string) => (asked: Asked) => {
  if (asked.path === '/token') return token();
  const id = /messages\/([^?]+)/.exec(asked.path)?.[1];
  if (id) return raw(id, text);
  return {
    body: {
      messages: ids.map((one) => ({ id: one, threadId: one })),
      resultSizeEstimate: 9,
      ...(nextPageToken && { nextPageToken }),
    },
  };
};

test('lists ids, then reads each mail raw; in the order of Gmail', async () => {
  server.answerBy(google(['m1', 'm2', 'm3', 'm4', 'm5'], 'Hello', 'more'));
  const output = await invoke(listMessages, { max_results: 5, query: 'is:unread from:ada' }, connect('list'));
  expect(Object(output['messages']).map(({ id, subject }: Record<string, string>) => [id, subject])).toEqual(
    ['m1', 'm2', 'm3', 'm4', 'm5'].map((id) => [id, id]),
  );
  expect(output['has_more']).toBe(true);
  expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/token' });
  expect(Object.fromEntries(new URLSearchParams(server.asked[0]?.text))).toEqual({
    grant_type: 'refresh_token',
    client_id: '1.apps.googleusercontent.com',
    client_secret: 'hush-hush',
    refresh_token: 'refresh-list',
  });
  expect(server.asked[1]?.path).toBe('/gmail/v1/users/me/messages?maxResults=5&q=is%3Aunread%20from%3Aada');
  expect(server.asked[1]?.headers.authorization).toBe('Bearer access-1');
  expect(
    server.asked
      .slice(2)
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['m1', 'm2', 'm3', 'm4', 'm5'].map((id) => `/gmail/v1/users/me/messages/${id}?format=raw`));
});

test('a page of exactly max_results is the last one when Gmail names no next; more than asked for is cut', async () => {
  server.answerBy(google(['m1', 'm2']));
  expect(await invoke(listMessages, { max_results: 2 }, connect('exact'))).toMatchObject({
    messages: [{ id: 'm1' }, { id: 'm2' }],
    has_more: false,
  });
  server.answerBy(google(['m1', 'm2', 'm3'], 'Hello', 'more'));
  const output = await invoke(listMessages, { max_results: 2 }, connect('exact'));
  expect(Object(output['messages']).map(({ id }: { id: string }) => id)).toEqual(['m1', 'm2']);
  expect(output['has_more']).toBe(true);
});

test('no mail matches: Gmail leaves the list out', async () => {
  server.answer(token(), { body: { resultSizeEstimate: 0 } });
  expect(await invoke(listMessages, { query: 'x' }, connect('none'))).toEqual({
    messages: [],
    has_more: false,
  });
});

test('a mail that is deleted meanwhile is left out; one from before 1970 is a mail', async () => {
  const all = google(['m1', 'gone', 'm3']);
  server.answerBy((asked) => {
    if (asked.path.includes('/gone?'))
      return { status: 404, body: { error: { code: 404, message: 'Not found' } } };
    const reply = all(asked);
    return asked.path.includes('/m3?') ? { body: { ...reply.body, internalDate: '-3600000' } } : reply;
  });
  const { messages } = await invoke(listMessages, { max_results: 3 }, connect('deleted'));
  expect(Object(messages).map(({ id, date }: Record<string, string>) => [id, date])).toEqual([
    ['m1', '2026-03-02T09:30:00.000Z'],
    ['m3', '1969-12-31T23:00:00.000Z'],
  ]);
});

test('50 mails of 100 KB fit into one output', async () => {
  const ids = Array.from({ length: 50 }, (_, i) => `m${i}`);
  server.answerBy(google(ids, 'ü'.repeat(50_000)));
  const output = await invoke(listMessages, { max_results: 50 }, connect('many'));
  expect(Object(output['messages'])).toHaveLength(50);
  const bytes = Buffer.byteLength(JSON.stringify(output));
  expect(bytes).toBeLessThan(200 * 1024);
  expect(bytes).toBeGreaterThan(190 * 1024);
});

test('get_message returns one mail; the access token is cached', async () => {
  server.answer(token(), raw('m1'), raw('m2'));
  const connection = connect('one');
  expect(await invoke(getMessage, { message_id: 'm1' }, connection)).toEqual({
    id: 'm1',
    thread_id: 't-m1',
    subject: 'm1',
    from: 'Ada <ada@example.com>',
    to: ['team@example.com'],
    date: '2026-03-02T09:30:00.000Z',
    snippet: 'Hello',
    body_text: 'Hello',
    truncated: false,
    unread: false,
    labels: ['INBOX'],
  });
  await invoke(getMessage, { message_id: 'm2' }, connection);
  expect(server.asked.map(({ path }) => path)).toEqual([
    '/token',
    '/gmail/v1/users/me/messages/m1?format=raw',
    '/gmail/v1/users/me/messages/m2?format=raw',
  ]);
});

test('a cached access token that Google rejects is renewed once; a rejected new one is Unauthorized', async () => {
  const refused = {
    status: 401,
    body: { error: { code: 401, message: 'Invalid Credentials', errors: [{ reason: 'authError' }] } },
  };
  const connection = connect('renew');
  server.answer(
    token('access-1'),
    raw('m1'),
    refused,
    token('access-2'),
    raw('m1'),
    refused,
    token('access-3'),
    refused,
  );
  await invoke(getMessage, { message_id: 'm1' }, connection);
  await invoke(getMessage, { message_id: 'm1' }, connection);
  expect(server.asked[4]?.headers.authorization).toBe('Bearer access-2');
  await expect(invoke(getMessage, { message_id: 'm1' }, connection)).rejects.toMatchObject({
    name: 'Unauthorized',
    message: 'Gmail answered 401: Invalid Credentials',
  });
  expect(server.asked).toHaveLength(8);
});

test.each([
  [
    { status: 400, body: { error: 'invalid_grant', error_description: 'Token has been revoked.' } },
    'ConnectionExpired',
    expect.stringMatching(
      /^The connection google\/[\w-]+ has to be connected again: .*invalid_grant: Token has been revoked\. \(\/app\/connections\?connection=google\/[\w-]+\)$/,
    ),
  ],
  [
    { status: 401, body: { error: 'invalid_client', error_description: 'bad hush-hush' } },
    'Unauthorized',
    "Google refused the connection's credentials: invalid_client: bad [redacted]",
  ],
  [{ status: 503, body: 'try later' }, 'ProviderUnavailable', 'Google answered 503: no message'],
  [
    { status: 429, headers: { 'retry-after': '5' }, body: { error: 'slow_down' } },
    'RateLimited',
    'Google answered 429: slow_down (retry_after_seconds: 5)',
  ],
  [
    { status: 403, body: { error: 'rate_limit_exceeded' } },
    'RateLimited',
    'Google answered 403: rate_limit_exceeded',
  ],
  [
    {
      status: 403,
      body: { error: { code: 403, message: 'Rate Limit Exceeded', status: 'PERMISSION_DENIED' } },
    },
    'RateLimited',
    'Google answered 403: Rate Limit Exceeded',
  ],
  [
    { status: 400, body: { error: 'internal_failure' } },
    'ProviderUnavailable',
    'Google answered 400: internal_failure',
  ],
  [{ body: '<html>' }, 'ProviderUnavailable', 'Google answered something that is not JSON'],
  [
    'drop' as const,
    'ProviderUnavailable',
    expect.stringMatching(/^Google could not be reached \((ECONNRESET|UND_ERR_SOCKET)\)$/),
  ],
])('no access token: %j', async (reply, name, message) => {
  server.answer(reply);
  const call = invoke(getMessage, { message_id: 'm1' }, connect(`token-${crypto.randomUUID()}`));
  await expect(call).rejects.toMatchObject({ name, message });
  expect(server.asked).toHaveLength(1);
});

const limit = (status: number, error: object) => ({ status, body: { error: { code: status, ...error } } });
const later = new Date(Date.now() + 3_600_000).toISOString();
test.each([
  // As Gmail words them: a 403 with a reason, a 429, and those of Google's newer limits.
  limit(403, {
    message: 'User Rate Limit Exceeded',
    errors: [{ domain: 'usageLimits', reason: 'userRateLimitExceeded' }],
  }),
  limit(403, {
    message: 'Rate Limit Exceeded',
    errors: [{ domain: 'usageLimits', reason: 'rateLimitExceeded' }],
  }),
  limit(403, {
    message: 'Daily Limit Exceeded',
    errors: [{ domain: 'usageLimits', reason: 'dailyLimitExceeded' }],
  }),
  limit(429, {
    message: 'Too many concurrent requests for user.',
    errors: [{ reason: 'rateLimitExceeded' }],
  }),
  limit(429, { message: 'Quota', status: 'RESOURCE_EXHAUSTED' }),
  limit(403, {
    message: 'Quota',
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'RATE_LIMIT_EXCEEDED' }],
  }),
  limit(403, {
    message: "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'",
  }),
  limit(403, { message: `User-rate limit exceeded.  Retry after ${later}`, status: 'PERMISSION_DENIED' }),
  { status: 429, body: 'later' },
])('a limit of Gmail is RateLimited, never Unauthorized: %j', async (reply) => {
  server.answer(token(), reply);
  const call = invoke(getMessage, { message_id: 'm1' }, connect(`limit-${crypto.randomUUID()}`));
  const known = JSON.stringify(reply).includes('Retry after');
  await expect(call).rejects.toMatchObject({
    name: 'RateLimited',
    message: expect.stringMatching(
      known ? /\(retry_after_seconds: 3[56]\d\d\)$/ : /^Gmail answered (?:403|429): /,
    ),
  });
});

test.each([
  [
    limit(403, { message: 'Insufficient Permission', errors: [{ reason: 'insufficientPermissions' }] }),
    'Unauthorized',
  ],
  [
    limit(403, { message: 'Delegation denied for a@example.com', errors: [{ reason: 'forbidden' }] }),
    'Unauthorized',
  ],
  [
    limit(403, {
      message: 'The domain administrators have disabled Gmail apps.',
      errors: [{ reason: 'domainPolicy' }],
    }),
    'Unauthorized',
  ],
  [limit(400, { message: 'Invalid id value', errors: [{ reason: 'invalidArgument' }] }), 'InvalidInput'],
  [limit(402, { message: 'Pay' }), 'Unauthorized'],
  [limit(404, { message: 'Requested entity was not found.', errors: [{ reason: 'notFound' }] }), 'NotFound'],
  [limit(408, { message: 'Timeout' }), 'ProviderUnavailable'],
  [limit(410, { message: 'Gone' }), 'NotFound'],
  [{ status: 304, body: '' }, 'ProviderUnavailable'],
  [limit(500, { message: 'Backend Error', errors: [{ reason: 'backendError' }] }), 'ProviderUnavailable'],
  [
    limit(503, {
      message: 'The service is currently unavailable.',
      errors: [{ reason: 'rateLimitExceeded' }],
    }),
    'ProviderUnavailable',
  ],
])('no limit: %j is %s', async (reply, name) => {
  server.answer(token(), reply);
  const call = invoke(getMessage, { message_id: 'm1' }, connect(`other-${crypto.randomUUID()}`));
  await expect(call).rejects.toMatchObject({ name });
});

test.each(['../x', 'a/b', 'a?b', ''])('not a message id: %j', async (message_id) => {
  await expect(invoke(getMessage, { message_id }, connect('none'))).rejects.toMatchObject({
    name: 'InvalidInput',
  });
  expect(server.asked).toEqual([]);
});
