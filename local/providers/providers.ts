// Starts the emulators of the providers for which `.env` has no keys.
import type { Setting } from '../../lib/config.ts';
import { ConfigurationError } from '../../lib/errors.ts';
import { githubApp, githubToken } from './github/seed.ts';
import { appKey } from './github-app-key.ts';
import { googleClient } from './google/seed.ts';
import { httpToken } from './http/seed.ts';
import { notionClient, notionToken } from './notion/seed.ts';
import { openaiKey } from './openai/seed.ts';
import { DEFAULT_API_URL, type Emulator, startEmulator } from './shared/emulator.ts';

export type ProviderName = 'openai' | 'github' | 'notion' | 'google' | 'http';

export interface Providers {
  /** Base URLs of the emulated providers. A real one keeps the setting's default. */
  readonly settings: Partial<Record<Setting, string>>;
  /** By `<provider>/<connection id>`: the fields of the connection that its actions read. */
  readonly connections: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The OAuth clients that the emulated ones know, by provider. */
  readonly oauthClients: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where the emulated ones listen, `http://127.0.0.1:<port>`. */
  readonly urls: Readonly<Partial<Record<ProviderName, string>>>;
  close(): Promise<void>;
}

interface Provider {
  /** The fields of a connection, and the variable of `.env` that each comes from. */
  readonly fields: Readonly<Record<string, string>>;
  /** Those that may be left out. */
  readonly optional?: Readonly<Record<string, string>>;
  /** Of the connection to the emulated one. @param url where that is */
  emulated(url: string): Readonly<Record<string, string>>;
  /** @param keys the variables of `.env` */
  settings(url: string, keys: Readonly<Record<string, string>>): Partial<Record<Setting, string>>;
  /** The variables of `.env` that say where the real one is, in place of the provider's own address. */
  readonly addresses: readonly Setting[];
}

const providers: Readonly<Record<ProviderName, Provider>> = {
  openai: {
    fields: { api_key: 'OPENAI_API_KEY' },
    // Of a server of one's own, and so its connection's.
    optional: { base_url: 'OPENAI_BASE_URL' },
    emulated: () => ({ api_key: openaiKey }),
    settings: (url) => ({ OPENAI_BASE_URL: `${url}/v1` }),
    addresses: [],
  },
  github: {
    fields: { token: 'GITHUB_TOKEN' },
    emulated: () => ({ token: githubToken }),
    settings: (url) => ({ GITHUB_API_URL: url, GITHUB_URL: url }),
    addresses: ['GITHUB_API_URL', 'GITHUB_URL'],
  },
  notion: {
    fields: { token: 'NOTION_TOKEN' },
    emulated: () => ({ token: notionToken }),
    settings: (url) => ({ NOTION_BASE_URL: url }),
    addresses: ['NOTION_BASE_URL'],
  },
  google: {
    fields: {
      client_id: 'GOOGLE_CLIENT_ID',
      client_secret: 'GOOGLE_CLIENT_SECRET',
      refresh_token: 'GOOGLE_REFRESH_TOKEN',
    },
    emulated: () => googleClient,
    settings: (url) => ({
      GMAIL_BASE_URL: url,
      GOOGLE_AUTH_URL: `${url}/o/oauth2/v2/auth`,
      GOOGLE_TOKEN_URL: `${url}/oauth2/token`,
    }),
    addresses: ['GMAIL_BASE_URL', 'GOOGLE_TOKEN_URL', 'GOOGLE_AUTH_URL'],
  },
  /** A service of no company's, beside which those of `.env` may be called. */
  http: {
    fields: {},
    emulated: httpConnection,
    settings: (url, { HTTP_PRIVATE_ORIGINS: more = '' }) => ({
      HTTP_PRIVATE_ORIGINS: `${url} ${more}`.trim(),
    }),
    addresses: [],
  },
};
const names = Object.keys(providers) as ProviderName[];

/** To the emulated service at this address. */
export function httpConnection(url: string) {
  return { kind: 'bearer', token: httpToken, base_url: `${url}/v1`, test_path: '/me' };
}

/**
 * @param directory the emulators' state, kept across starts, and a log file of each
 * @param apiUrl where the API is, to which the emulators lead back after consent
 * @param keys the variables of `.env`; a provider whose variables are all set is not emulated
 * @throws ConfigurationError when only some of a provider's variables are set, or its address without them
 */
export async function startProviders({
  directory,
  keys,
  apiUrl = DEFAULT_API_URL,
}: {
  readonly directory: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly apiUrl?: string;
}): Promise<Providers> {
  const real = new Map(names.map((name) => [name, realConnection(providers[name], keys)]));
  const emulated = names.filter((name) => !real.get(name));
  const { privateKey, publicKey } = await appKey(directory);
  const options = { apiUrl, appPublicKey: publicKey };
  const starts = await Promise.allSettled(emulated.map((name) => startEmulator(name, directory, options)));
  const emulators = new Map<ProviderName, Emulator>();
  for (const [index, name] of emulated.entries()) {
    const start = starts[index];
    if (start?.status === 'fulfilled') emulators.set(name, start.value);
  }
  const close = async () => {
    await Promise.all([...emulators.values()].map((emulator) => emulator.close()));
  };
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }

  const started = [...emulators].map(([name, { url }]) => [name, url] as const);
  return {
    settings: Object.assign(
      {},
      ...started.map(([name, url]) => providers[name].settings(url, keys)),
      ...names.filter((name) => real.get(name)).map((name) => addressesOf(providers[name], keys)),
    ),
    connections: Object.fromEntries(
      names.map((name) => [
        `${name}/default`,
        real.get(name) ?? providers[name].emulated(emulators.get(name)?.url ?? ''),
      ]),
    ),
    oauthClients: Object.fromEntries(
      Object.entries(clients(privateKey)).filter(([name]) => emulators.has(name as ProviderName)),
    ),
    urls: Object.fromEntries(started),
    close,
  };
}

function clients(private_key: string) {
  const { client_id, client_secret } = googleClient;
  return {
    google: { client_id, client_secret },
    notion: notionClient,
    github: { ...githubApp, private_key },
  };
}

/** The base URLs of `.env`, by their settings. */
function addressesOf({ addresses }: Provider, keys: Readonly<Record<string, string>>) {
  return Object.fromEntries(addresses.flatMap((name) => (keys[name] ? [[name, keys[name]]] : [])));
}

function realConnection(
  { fields, optional = {}, addresses }: Provider,
  keys: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const variables = Object.values(fields);
  const missing = variables.filter((variable) => !keys[variable]);
  const address = [...addresses, ...Object.values(optional)].find((name) => keys[name]);
  if (missing.length === variables.length && address !== undefined) {
    throw new ConfigurationError(
      `${address} in .env needs ${variables.join(', ')} there too; a server that asks for no key takes any`,
    );
  }
  if (missing.length === variables.length) return undefined;
  if (missing.length > 0) {
    throw new ConfigurationError(
      `${variables.join(', ')} go together in .env; missing: ${missing.join(', ')}`,
    );
  }
  return Object.fromEntries(
    Object.entries({ ...fields, ...optional }).flatMap(([field, variable]) =>
      keys[variable] ? [[field, keys[variable]]] : [],
    ),
  );
}
