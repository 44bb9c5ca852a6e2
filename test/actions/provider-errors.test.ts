// How each provider's failures reach the state machine: whole handlers, real SDKs, real HTTP.
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ActionHandler } from '../../lib/actions/define-action.ts';
import {
  bodies,
  names,
  type Provider,
  providerFailure,
  providers,
  startProviders,
} from '../support/provider-failures.ts';
import { invoke, type ProviderServer, type Reply } from '../support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';

let started: Awaited<ReturnType<typeof startProviders>>;
let server: ProviderServer;
beforeAll(async () => {
  started = await startProviders();
  server = started.server;
});
beforeEach(() => server.reset());
afterAll(() => server.close());

/** Name and message of the error that the handler reports. */
async function failure(provider: Provider, reply: Reply, remainingMs?: number): Promise<string[]> {
  const error = await providerFailure(
    started,
    provider,
    reply,
    remainingMs === undefined ? {} : { remainingMs },
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

// RFC 9110, section 15, and what the providers' own pages add to it.
const statuses: [number, string][] = [
  [400, 'InvalidInput'],
  [401, 'Unauthorized'],
  [402, 'Unauthorized'],
  [403, 'Unauthorized'],
  [404, 'NotFound'],
  [405, 'InvalidInput'],
  [406, 'InvalidInput'],
  [408, 'ProviderUnavailable'],
  [409, 'Conflict'],
  [410, 'NotFound'],
  [411, 'InvalidInput'],
  [412, 'Conflict'],
  [413, 'InvalidInput'],
  [415, 'InvalidInput'],
  [422, 'InvalidInput'],
  [423, 'Conflict'],
  [424, 'InvalidInput'],
  [425, 'ProviderUnavailable'],
  [428, 'InvalidInput'],
  [431, 'InvalidInput'],
  [451, 'NotFound'],
  [500, 'ProviderUnavailable'],
  [501, 'ProviderUnavailable'],
  [502, 'ProviderUnavailable'],
  [503, 'ProviderUnavailable'],
  [504, 'ProviderUnavailable'],
  [520, 'ProviderUnavailable'],
];

test('the reference has every status, with its error', () => {
  const reference = readFileSync(new URL('../../docs/workflow-reference.md', import.meta.url), 'utf8');
  const rows = [...reference.matchAll(/^\| (\d{3}(?:, \d{3})*) \| `(\w+)`/gm)];
  const documented = rows.flatMap(([, list = '', name = '']) =>
    list.split(', ').map((status): [number, string] => [Number(status), name]),
  );
  expect(documented.sort(([a], [b]) => a - b)).toEqual(
    [...statuses, [429, 'RateLimited']].sort(([a], [b]) => Number(a) - Number(b)),
  );
});

describe.each(providers)('%s', (provider) => {
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

  test('an answer that hangs within its body is ProviderUnavailable', async () => {
    expect(await failure(provider, 'hang midway', 700)).toEqual([
      'ProviderUnavailable',
      'The provider did not answer in time (0.2 s)',
    ]);
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

test('OpenAI: an echoed key is redacted', async () => {
  const body = bodies.openai('Incorrect API key provided: sk-test-key-0123456789.');
  expect(await failure('openai', { status: 401, body })).toEqual([
    'Unauthorized',
    'OpenAI answered 401: Incorrect API key provided: [redacted].',
  ]);
});

describe('no redirect is followed: it would take credentials and data elsewhere', () => {
  let elsewhere: Server;
  let reached: string[];
  let location: string;
  beforeAll(async () => {
    elsewhere = createHttpServer((request, response) => {
      reached.push(`${request.method} ${request.url}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":"theirs"}');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const address = elsewhere.address();
    location = `http://localhost:${typeof address === 'object' ? address?.port : address}/there`;
  });
  beforeEach(() => {
    reached = [];
  });
  afterAll(() => {
    elsewhere.close();
    elsewhere.closeAllConnections();
  });

  describe.each([301, 302, 303, 307, 308])('%i', (status) => {
    test.each(providers)('%s', async (provider) => {
      const reply = { status, headers: { location }, body: bodies[provider]('Elsewhere', status) };
      const [name, message] = await failure(provider, reply);
      expect([name, message]).toEqual(
        provider === 'github'
          ? ['NotFound', `GitHub answered ${status}: the repository has moved; use its new name`]
          : [
              'ProviderUnavailable',
              `${names[provider]} answered ${status}: Elsewhere (a redirect, which is not followed)`,
            ],
      );
      expect(reached).toEqual([]);
    });

    test.each(['create_page', 'append_to_page', 'create_issue', 'send_message', 'chat'])(
      'where something is written or sent: %s',
      async (action) => {
        const [handler, input] = await writing(action);
        server.answerBy(({ path }) =>
          path === '/token' ? { body: { access_token: 'a' } } : { status, headers: { location }, body: {} },
        );
        await expect(invoke(handler, input)).rejects.toMatchObject({
          name: action === 'create_issue' ? 'NotFound' : 'ProviderUnavailable',
        });
        expect(reached).toEqual([]);
      },
    );

    test("Google's token endpoint, whatever the body says", async () => {
      for (const body of ['', { error: 'invalid_grant' }]) {
        server.answerBy(() => ({ status, headers: { location }, body }));
        const connection = `fresh-${status}-${typeof body}`;
        server.stored.set(
          `/ai-orchestra/test/connections/google/${connection}`,
          JSON.stringify({
            client_id: connection,
            client_secret: 'hidden-1234',
            refresh_token: 'hidden-5678',
          }),
        );
        await expect(
          invoke(started.handlers.gmail, { message_id: 'm1' }, { connection }),
        ).rejects.toMatchObject({
          name: 'ProviderUnavailable',
          message: expect.stringMatching(/^Google answered 30\d: .* not followed\)$/),
        });
        expect(reached).toEqual([]);
      }
    });
  });
});

const page = '59833787-2cf9-4fdf-8782-e53db20768a5';
async function writing(action: string): Promise<[ActionHandler, object]> {
  switch (action) {
    case 'create_page':
      return [
        (await import('../../functions/actions/notion/create-page.ts')).handler,
        { parent_id: page, title: 'T' },
      ];
    case 'append_to_page':
      return [
        (await import('../../functions/actions/notion/append-to-page.ts')).handler,
        { page_id: page, content: 'T' },
      ];
    case 'create_issue':
      return [
        (await import('../../functions/actions/github/create-issue.ts')).handler,
        { repo_name: 'octo/website', title: 'T' },
      ];
    case 'send_message':
      return [
        (await import('../../functions/actions/gmail/send-message.ts')).handler,
        { to: ['ada@example.com'], subject: 'T', body: 'T' },
      ];
    default:
      return [
        (await import('../../functions/actions/openai/chat.ts')).handler,
        { messages: [{ role: 'user', content: 'T' }] },
      ];
  }
}
