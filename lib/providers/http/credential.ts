// The credentials of a connection: the headers or the parameter that are sent to its own origin, and to no other.
import type * as z from 'zod';
import type { Connection } from '../../connections/connections.ts';
import { httpCredentials } from '../../connections/credentials.ts';
import { basicCredentials, secretTexts } from '../../connections/secret-texts.ts';
import { ConnectionInvalid } from '../../errors.ts';
import { checkAddress } from './address.ts';
import { privateOrigins } from './private-origins.ts';

export type HttpSecrets = z.output<typeof httpCredentials>;

/** A step that names no connection has no credentials: they are sent where somebody has said so. */
export const http: Connection<typeof httpCredentials> = {
  provider: 'http',
  secrets: httpCredentials,
  unnamed: { kind: 'none' },
};

export interface Credential {
  /** Where paths lead, without a slash at its end; undefined when there is none. */
  readonly baseUrl: string | undefined;
  /** Adds the credentials to a request to their own origin; any other one stays as it is. */
  addTo(url: URL, headers: Readonly<Record<string, string>>): Authorized;
  /** The address without the parameter that holds the key. */
  withoutKey(url: URL): URL;
  /** The names of the headers that it sets, in small letters. */
  readonly headerNames: readonly string[];
  /** What may stand in no output and no error. */
  readonly secrets: readonly string[];
}

interface Authorized {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws ConnectionInvalid when its base URL has not https */
export function credentialOf(secrets: HttpSecrets): Credential {
  const { base_url: baseUrl } = secrets;
  const origin = baseUrl === undefined ? undefined : originOf(baseUrl);
  const own = headersOf(secrets);
  const key =
    secrets.kind === 'query_key' ? { name: secrets.name ?? '', value: secrets.value ?? '' } : undefined;
  return {
    baseUrl,
    headerNames: Object.keys(own),
    secrets: secretTexts('http', secrets),
    addTo(url, headers) {
      if (url.origin !== origin) return { url, headers };
      const authorized = new URL(url);
      if (key) authorized.searchParams.set(key.name, key.value);
      return { url: authorized, headers: { ...headers, ...own } };
    },
    withoutKey(url) {
      if (!key || url.origin !== origin || !url.searchParams.has(key.name)) return url;
      const shown = new URL(url);
      shown.searchParams.delete(key.name);
      return shown;
    },
  };
}

/** @throws ConnectionInvalid, InvalidInput for an address that no request is sent to; a name is judged when it is resolved */
export function checkBaseUrl(baseUrl: string): void {
  originOf(baseUrl);
  checkAddress(new URL(baseUrl));
}

function originOf(baseUrl: string): string {
  const { protocol, origin } = new URL(baseUrl);
  if (protocol === 'https:' || privateOrigins().has(origin)) return origin;
  throw new ConnectionInvalid(`The base URL ${baseUrl} must have https: credentials are sent there`);
}

/** By names in small letters. */
function headersOf(secrets: HttpSecrets): Record<string, string> {
  const { kind, token = '', username = '', password = '', headers = {} } = secrets;
  switch (kind) {
    case 'bearer':
      return { authorization: `Bearer ${token}` };
    case 'basic':
      return { authorization: `Basic ${basicCredentials(username, password)}` };
    case 'headers':
      return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    default:
      return {};
  }
}
