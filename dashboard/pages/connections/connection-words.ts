// What is said of a connection, and which fields the credentials of a provider have.
import type { AnswerBody } from '../../api/routes.ts';
import type { Status } from '../../design-system/status.ts';

export type Connection = AnswerBody<'GET /connections'>['items'][number];
export type Provider = Connection['provider'];

export interface CredentialField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** It is no secret, and may be left empty unless it is needed. */
  readonly isPublic?: true;
  readonly isNeeded?: boolean;
  /** The kinds of credentials that have it; every one when left out. */
  readonly of?: readonly string[];
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
    help: 'The credentials are sent to this address, and nowhere else. Steps of http.request that name the connection give a path below it.',
    fields: [
      {
        name: 'kind',
        label: 'How they are sent',
        isPublic: true,
        options: [
          { value: 'bearer', label: 'Bearer token' },
          { value: 'basic', label: 'User and password' },
          { value: 'headers', label: 'Headers' },
          { value: 'query_key', label: 'Key in the query' },
          { value: 'none', label: 'None: the address alone' },
        ],
      },
      {
        name: 'base_url',
        label: 'Base URL',
        hint: 'With https, as in https://api.acme.example/v1.',
        isPublic: true,
        isNeeded: true,
      },
      { name: 'token', label: 'Token', of: ['bearer'] },
      { name: 'username', label: 'User', isPublic: true, isNeeded: true, of: ['basic'] },
      { name: 'password', label: 'Password', isNeeded: false, of: ['basic'] },
      {
        name: 'header',
        label: 'Header',
        hint: 'As in X-Api-Key.',
        isPublic: true,
        isNeeded: true,
        of: ['headers'],
      },
      { name: 'header_value', label: 'Its value', of: ['headers'] },
      {
        name: 'header_2',
        label: 'Second header',
        hint: 'Where the service wants two.',
        isPublic: true,
        of: ['headers'],
      },
      { name: 'header_2_value', label: 'Value of the second header', isNeeded: false, of: ['headers'] },
      {
        name: 'name',
        label: 'Parameter',
        hint: 'As in api_key.',
        isPublic: true,
        isNeeded: true,
        of: ['query_key'],
      },
      { name: 'value', label: 'Key', of: ['query_key'] },
      {
        name: 'test_path',
        label: 'Path to try them with',
        hint: 'Asked for by GET, as in /me. Empty: they are not tried.',
        isPublic: true,
      },
    ],
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

/** The fields that the dialog shows: those of the kind that is chosen. */
export function fieldsFor(provider: Provider, given: Given): readonly CredentialField[] {
  const { fields } = providers[provider];
  const kind = fields.find(({ name }) => name === 'kind');
  const chosen = kind && givenValue(kind, given);
  return fields.filter(({ of }) => of === undefined || (chosen !== undefined && of.includes(chosen)));
}

/** By name of the field. */
export type Given = Readonly<Record<string, string>>;

/** What was written or chosen; of a choice, the first where nothing was. */
export function givenValue({ name, options }: CredentialField, given: Given): string {
  return given[name]?.trim() || options?.[0]?.value || '';
}

/** What is known of the credentials of a connection that there is. */
export function knownOf({ base_url }: Pick<Connection, 'base_url'>): Given {
  return base_url === null ? {} : { base_url };
}

/**
 * The credentials, of the fields that were filled in.
 * @param known what stood in the fields at first: when nothing else was written, there are none
 */
export function credentialsIn(provider: Provider, given: Given, known: Given = {}): Record<string, unknown> {
  const fields = fieldsFor(provider, given);
  const isWritten = fields.some((field) => (given[field.name]?.trim() ?? '') !== (known[field.name] ?? ''));
  if (!isWritten) return {};
  const filled = fields.flatMap((field) => {
    const value = givenValue(field, given);
    return value === '' ? [] : [[field.name, value] as const];
  });
  const { header, header_value, header_2, header_2_value, ...credentials } = Object.fromEntries(filled);
  const headers = [
    [header, header_value],
    [header_2, header_2_value],
  ].filter(([name]) => name !== undefined);
  if (given['kind'] === 'basic') credentials['password'] ??= '';
  return { ...credentials, ...(headers.length > 0 && { headers: Object.fromEntries(headers) }) };
}
