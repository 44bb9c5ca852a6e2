// What is said of a connection, and which fields the credentials of a provider have.
import type { AnswerBody } from '../../api/routes.ts';
import type { Status } from '../../design-system/status.ts';

export type Connection = AnswerBody<'GET /connections'>['items'][number];
export type Provider = Connection['provider'];

export interface CredentialField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** It is no secret, and may be left empty. */
  readonly isPublic?: true;
  /** What can be chosen, where it is no free text. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
}

interface ProviderWords {
  readonly title: string;
  /** Where its credentials come from. */
  readonly help: string;
  readonly address?: string;
  readonly fields: readonly CredentialField[];
}

export const providers: Readonly<Record<Provider, ProviderWords>> = {
  openai: {
    title: 'OpenAI, or a server that speaks its API',
    help: 'An API key of the project that pays for the calls.',
    address: 'https://platform.openai.com/api-keys',
    fields: [
      { name: 'api_key', label: 'API key' },
      {
        name: 'base_url',
        label: 'Address of another server',
        hint: 'With its version, as in http://localhost:11434/v1. Empty: OpenAI itself.',
        isPublic: true,
      },
      {
        name: 'api',
        label: 'API that it speaks',
        isPublic: true,
        options: [
          { value: '', label: 'Responses at OpenAI itself, Chat Completions elsewhere' },
          { value: 'responses', label: 'Responses' },
          { value: 'chat_completions', label: 'Chat Completions' },
        ],
      },
    ],
  },
  github: {
    title: 'GitHub',
    help: 'A personal access token; a classic one tells its scopes.',
    address: 'https://github.com/settings/tokens',
    fields: [{ name: 'token', label: 'Token' }],
  },
  notion: {
    title: 'Notion',
    help: 'The token of an internal integration, which the pages that it may use are shared with.',
    address: 'https://www.notion.so/profile/integrations',
    fields: [{ name: 'token', label: 'Internal integration token' }],
  },
  google: {
    title: 'Google (Gmail)',
    help: 'An OAuth client of your own, and a refresh token that it was given.',
    address: 'https://console.cloud.google.com/apis/credentials',
    fields: [
      { name: 'client_id', label: 'Client ID' },
      { name: 'client_secret', label: 'Client secret' },
      { name: 'refresh_token', label: 'Refresh token' },
    ],
  },
  webhook: {
    title: 'The secret of a webhook',
    help: 'What the sender signs its deliveries with. The id is the workflow’s, unless its trigger names another.',
    fields: [{ name: 'secret', label: 'Secret' }],
  },
  http: {
    title: 'Another service, over HTTP',
    help: 'They are sent to the address that is given here, and nowhere else.',
    fields: [],
  },
};

export function providerOf(text: string): Provider {
  return isProvider(text) ? text : 'openai';
}

function isProvider(text: string): text is Provider {
  return Object.hasOwn(providers, text);
}

export function nameOf({ provider, id }: Pick<Connection, 'provider' | 'id'>): string {
  return `${provider}/${id}`;
}

export const statusWords: Readonly<Record<Connection['status'], { status: Status; word: string }>> = {
  connected: { status: 'succeeded', word: 'Connected' },
  needs_reconnect: { status: 'failed', word: 'Has to be connected again' },
  untested: { status: 'not_reached', word: 'Not tried yet' },
};

export function sourceWords({ source, owner }: Connection): string {
  switch (source) {
    case 'api':
      return `Connected by ${owner ?? 'somebody'}`;
    case 'oauth':
      return `Connected by ${owner ?? 'somebody'}, by consent at the provider`;
    case 'env':
      return 'From .env on this machine, which writes it again at each start';
    case 'emulator':
      return 'Of the emulated provider on this machine';
    case 'parameter':
      return 'Written in Systems Manager by hand';
  }
}

/** The part of a scope that tells them apart: Google's are addresses. */
export function shortScope(scope: string): string {
  return scope.replace('https://www.googleapis.com/auth/', '');
}

/** The ids in a text, between commas or blanks; null when there is none. */
export function idsIn(text: string): string[] | null {
  const ids = text.split(/[\s,]+/).filter((id) => id !== '');
  return ids.length > 0 ? ids : null;
}

/** The fields that were filled in. */
export function credentialsIn(
  provider: Provider,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    providers[provider].fields.flatMap(({ name }) => {
      const value = given[name]?.trim() ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );
}
