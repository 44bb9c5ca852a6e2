// One action of each provider, called against a server that fails as told: how the failure reaches the state machine.
import type { ActionHandler } from '../../lib/actions/define-action.ts';
import { invoke, type ProviderServer, type Reply, startProviderServer } from './provider-server.ts';

export const providers = ['openai', 'github', 'notion', 'gmail'] as const;
export type Provider = (typeof providers)[number];

const inputs = {
  openai: { prompt: 'Hello' },
  github: {},
  notion: { query: '' },
  gmail: { message_id: 'm1' },
};

/** The server, with a connection for each provider, and the handler of an action that reads. */
export async function startProviders() {
  const server = await startProviderServer();
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
  const handlers: Record<Provider, ActionHandler> = {
    openai: (await import('../../functions/actions/openai/generate-completion.ts')).handler,
    github: (await import('../../functions/actions/github/list-repositories.ts')).handler,
    notion: (await import('../../functions/actions/notion/search-pages.ts')).handler,
    gmail: (await import('../../functions/actions/gmail/get-message.ts')).handler,
  };
  return { server, handlers };
}

/** The error that the handler reports when the provider answers so; Google first gives an access token. */
export async function providerFailure(
  {
    server,
    handlers,
  }: { readonly server: ProviderServer; readonly handlers: Record<Provider, ActionHandler> },
  provider: Provider,
  reply: Reply,
  options: Parameters<typeof invoke>[2] = {},
): Promise<Error> {
  server.answerBy(({ path }) =>
    path === '/token' ? { body: { access_token: 'access-0123456789' } } : reply,
  );
  return invoke(handlers[provider], inputs[provider], options).then(
    () => new Error('did not fail'),
    (error: Error) => error,
  );
}

/** A body in which the provider's SDK finds a message. */
export const bodies = {
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
export const names = { openai: 'OpenAI', github: 'GitHub', notion: 'Notion', gmail: 'Gmail' };
