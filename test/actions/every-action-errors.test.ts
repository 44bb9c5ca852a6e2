// Every action of the catalogue, with the input of its example: how a provider's failures reach the state machine.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildCatalogue } from '../../infrastructure/build-catalogue.ts';
import type { CatalogueAction } from '../../lib/actions/catalogue.ts';
import type { ActionHandler } from '../../lib/actions/define-action.ts';
import { invoke, type ProviderServer, type Reply, startProviderServer } from '../support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const catalogue = await buildCatalogue();

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  const fields = {
    api_key: 'secret-key',
    token: 'secret-token',
    client_id: 'id',
    client_secret: 'secret-of-client',
  };
  for (const provider of ['openai', 'github', 'notion', 'google']) {
    // Notion's would be replaced at a 401, by a call of its own.
    const connection = { ...fields, ...(provider !== 'notion' && { refresh_token: 'secret-refresh' }) };
    server.stored.set(`/ai-orchestra/test/connections/${provider}/default`, JSON.stringify(connection));
  }
  process.env['HTTP_PRIVATE_ORIGINS'] = server.url;
});
beforeEach(() => server.reset());
afterAll(() => server.close());

/** A body in which each provider's SDK finds the message. */
const body = (status: number) => ({
  object: 'error',
  status,
  code: status === 429 ? 'rate_limited' : 'validation_error',
  message: 'Its own words',
  error: { code: status, message: 'Its own words', errors: [] },
});
const failures: [string, Reply, string, RegExp][] = [
  ['401', { status: 401, body: body(401) }, 'Unauthorized', /answered 401: Its own words$/],
  ['403', { status: 403, body: body(403) }, 'Unauthorized', /answered 403: Its own words$/],
  ['404', { status: 404, body: body(404) }, 'NotFound', /answered 404: Its own words$/],
  ['422', { status: 422, body: body(422) }, 'InvalidInput', /answered 422: Its own words$/],
  [
    '429',
    { status: 429, headers: { 'retry-after': '17' }, body: body(429) },
    'RateLimited',
    /answered 429: Its own words \(retry_after_seconds: 17\)$/,
  ],
  ['500', { status: 500, body: body(500) }, 'ProviderUnavailable', /answered 500: Its own words$/],
  ['a dropped connection', 'drop', 'ProviderUnavailable', /could not be reached/],
  ['an answer that breaks off', 'drop midway', 'ProviderUnavailable', /./],
  ['a page of HTML', { body: '<html>secret-token</html>' }, 'ProviderUnavailable', /that is not JSON$/],
];

/** The example's own; of a request to any server, to this one. */
function inputOf({ id, example }: CatalogueAction): object {
  const { url, ...input } = example.input;
  return id === 'http.request'
    ? { ...input, url: server.url + new URL(String(url)).pathname }
    : example.input;
}

describe.each(catalogue.map((action) => [action.id, action] as const))('%s', (_id, action) => {
  test.each(failures)('%s', async (_what, reply, name, message) => {
    server.answerBy(({ path }) => (path === '/token' ? { body: { access_token: 'access' } } : reply));
    const file = action.id.replace('.', '/').replaceAll('_', '-');
    const url = new URL(`../../functions/actions/${file}.ts`, import.meta.url);
    const { handler }: { handler: ActionHandler } = await import(url.href);
    const error: Error = await invoke(handler, inputOf(action)).then(
      () => new Error('It did not fail'),
      (cause: Error) => cause,
    );
    expect(error.name).toBe(name);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('secret');
    // No try of its own at what changes something.
    expect(
      server.asked.filter(({ method, path }) => method === 'POST' && path !== '/token').length,
    ).toBeLessThan(2);
  });
});
