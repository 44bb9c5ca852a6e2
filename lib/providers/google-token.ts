// Google's access tokens: requested with a connection's refresh token (RFC 6749, section 6), cached until they expire.
import * as z from 'zod';
import { setting } from '../config.ts';
import type { googleCredentials } from '../connections/credentials.ts';
import { ConnectionExpired, Unauthorized } from '../errors.ts';
import { jsonValue } from '../json.ts';
import { answer, refused, unreachable } from './provider-failure.ts';
import { retryAfterSeconds } from './provider-wait.ts';

export type GoogleSecrets = z.output<typeof googleCredentials>;

export interface AccessToken {
  readonly token: string;
  /** What it allows: Google's scopes, by their addresses. Undefined where Google does not say. */
  readonly scopes: readonly string[] | undefined;
}

export interface AccessTokens {
  /** A valid access token, and whether it comes from the cache. */
  get(secrets: GoogleSecrets, signal: AbortSignal): Promise<AccessToken & { readonly cached: boolean }>;
  /** Requests a new token next time. */
  forget(secrets: GoogleSecrets): void;
}

const tokenReply = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().default(3600),
  /** Of the grant, with spaces between them. */
  scope: z.string().optional(),
});
/** RFC 6749, section 5.2. */
const errorReply = z.object({ error: z.string(), error_description: z.string().optional() });
/** Its limits come as rate_limit_exceeded or slow_down with a 403 ("OAuth 2.0 for TV and Limited-Input Device Applications"), or in the form of Google's other interfaces. */
const apiErrorReply = z.object({ error: z.object({ message: z.string() }) });

/** Tokens are renewed this long before they expire, so that none expires in transit. */
const EARLY_MS = 60_000;

/** A source of access tokens with a cache of its own. */
export function accessTokens(now: () => number = Date.now): AccessTokens {
  const cache = new Map<string, AccessToken & { readonly until: number }>();
  /** Calls that want a token at the same time share one request for it. */
  const asking = new Map<
    string,
    Promise<{ readonly token: string; readonly scopes: string[] | undefined }>
  >();
  const key = ({ client_id, refresh_token }: GoogleSecrets) => `${client_id} ${refresh_token}`;

  async function refresh(name: string, secrets: GoogleSecrets, signal: AbortSignal) {
    try {
      const { access_token: token, expires_in, scope } = await refreshGoogleToken(secrets, signal);
      const scopes = scope?.split(' ').filter(Boolean);
      cache.set(name, { token, scopes, until: now() + expires_in * 1000 - EARLY_MS });
      return { token, scopes };
    } finally {
      asking.delete(name);
    }
  }

  return {
    async get(secrets, signal) {
      const known = cache.get(key(secrets));
      if (known && known.until > now()) return { token: known.token, scopes: known.scopes, cached: true };
      const name = key(secrets);
      const asked = asking.get(name) ?? refresh(name, secrets, signal);
      asking.set(name, asked);
      return { ...(await asked), cached: false };
    },
    forget(secrets) {
      cache.delete(key(secrets));
    },
  };
}

/**
 * A new access token (RFC 6749, section 6).
 * @throws ConnectionExpired when the grant is gone; RateLimited, Unauthorized, ProviderUnavailable
 */
export async function refreshGoogleToken(
  secrets: GoogleSecrets,
  signal: AbortSignal,
): Promise<z.output<typeof tokenReply>> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(setting('GOOGLE_TOKEN_URL'), {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', ...secrets }),
      // A redirect would take the credentials to another host.
      redirect: 'manual',
      signal,
    });
    body = jsonValue(await response.text());
  } catch (error) {
    throw unreachable('Google', error) ?? error;
  }
  if (response.ok) return answer('Google', tokenReply, body);
  const failure = errorReply.safeParse(body).data;
  const message = failure
    ? [failure.error, failure.error_description].filter(Boolean).join(': ')
    : (apiErrorReply.safeParse(body).data?.error.message ?? '');
  const limited = response.status === 429 || /rate.?limit|quota|slow_down/i.test(message);
  const unavailable = /temporarily_unavailable|internal_failure|server_error/i.test(message);
  // Google answers those of RFC 6749, section 5.2, with 400 too.
  if (failure && response.status >= 400 && response.status < 500 && !limited && !unavailable) {
    // The refresh token has expired, was revoked, or is another client's: a person has to connect the account again.
    if (failure.error === 'invalid_grant')
      throw new ConnectionExpired(`Google no longer takes the connection's refresh token: ${message}`);
    throw new Unauthorized(`Google refused the connection's credentials: ${message}`);
  }
  throw refused({
    provider: 'Google',
    status: response.status,
    meaning: limited ? 429 : unavailable ? 503 : undefined,
    message,
    retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after')),
  });
}
