// Notion's tokens of a public integration: an access token, and the refresh token with which both are replaced.
import * as z from 'zod';
import { setting } from '../config.ts';
import type { notionCredentials } from '../connections/credentials.ts';
import type { TokenPair } from '../connections/kept-tokens.ts';
import { type Ask, rotatingTokens } from '../connections/rotating-tokens.ts';
import { ConnectionExpired, OrchestraError, ProviderUnavailable, Unauthorized } from '../errors.ts';
import { jsonValue } from '../json.ts';
import { NOTION_VERSION } from './api-versions.ts';
import { answer, refused, unreachable } from './provider-failure.ts';
import { retryAfterSeconds } from './provider-wait.ts';

export interface NotionClient {
  readonly client_id: string;
  readonly client_secret: string;
}

/** What Notion's token endpoint takes (https://developers.notion.com/reference/create-a-token and refresh-a-token). */
export type TokenRequest =
  | { readonly grant_type: 'authorization_code'; readonly code: string; readonly redirect_uri: string }
  | { readonly grant_type: 'refresh_token'; readonly refresh_token: string };

function post(
  operation: 'token' | 'revoke',
  { client_id, client_secret }: NotionClient,
  body: object,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(`${setting('NOTION_BASE_URL')}/v1/oauth/${operation}`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`,
      'content-type': 'application/json',
      'notion-version': NOTION_VERSION,
    },
    body: JSON.stringify(body),
    // A redirect would take the credentials to another host.
    redirect: 'manual',
    signal,
  });
}

const tokenReply = z.object({ access_token: z.string().min(1), refresh_token: z.string().min(1).nullish() });
/** RFC 6749, section 5.2, and Notion's own form. */
const errorReply = z.object({
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
});

/**
 * The fields of a connection.
 * @throws ConnectionExpired when a refresh token is no longer good; Unauthorized for a code; RateLimited, ProviderUnavailable
 */
export async function notionTokens(
  client: NotionClient,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<{ readonly token: string; readonly refresh_token?: string }> {
  let response: Response;
  let body: unknown;
  try {
    response = await post('token', client, request, signal);
    body = jsonValue(await response.text());
  } catch (error) {
    throw unreachable('Notion', error) ?? error;
  }
  if (response.ok) {
    const { access_token: token, refresh_token } = answer('Notion', tokenReply, body);
    return { token, ...(refresh_token && { refresh_token }) };
  }
  const { error, error_description, code, message } = errorReply.safeParse(body).data ?? {};
  const words = error === undefined ? (message ?? '') : [error, error_description].filter(Boolean).join(': ');
  if ((error ?? code) === 'invalid_grant') {
    if (request.grant_type === 'refresh_token')
      throw new ConnectionExpired(`Notion no longer takes the connection's refresh token: ${words}`);
    throw new Unauthorized(`Notion did not take the code: ${words}`);
  }
  throw refused({
    provider: 'Notion',
    status: response.status,
    message: words,
    retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after')),
  });
}

// One for the container: it knows the newest tokens of each grant.
const tokens = rotatingTokens('notion');

/** How calls of Notion are authorized: by the token of the connection, or by those that have replaced it. */
export interface NotionAccess {
  token(): Promise<string>;
  /** A new token in place of one that was refused; undefined where there is none to be had. */
  renew(refused: string): Promise<string | undefined>;
}

/** @throws (the methods) ConnectionExpired when the grant is gone; ProviderUnavailable */
export function notionAccess(secrets: z.output<typeof notionCredentials>, signal: AbortSignal): NotionAccess {
  const { token, refresh_token, client_id, client_secret } = secrets;
  if (refresh_token === undefined || client_id === undefined || client_secret === undefined)
    return { token: async () => token, renew: async () => undefined };
  const grant = { token, refresh_token };
  const ask: Ask = async (used, until) => {
    const request = { grant_type: 'refresh_token', refresh_token: used } as const;
    const fresh = await notionTokens({ client_id, client_secret }, request, until);
    // One that does not rotate stays good (RFC 6749, section 6).
    return { refresh_token: used, ...fresh };
  };
  let last: TokenPair = grant;
  return {
    async token() {
      last = await told(tokens.current(grant, signal));
      return last.token;
    },
    async renew(refused) {
      last = await told(tokens.refresh(grant, { ...last, token: refused }, ask, signal));
      return last.token;
    },
  };
}

/**
 * Revokes what a grant's newest token gives access to (https://developers.notion.com/reference/revoke-token).
 * @throws ProviderUnavailable, Unauthorized and the like
 */
export async function revokeNotionGrant(
  secrets: z.output<typeof notionCredentials>,
  signal: AbortSignal,
): Promise<void> {
  const { token, refresh_token, client_id = '', client_secret = '' } = secrets;
  if (refresh_token === undefined) return;
  const newest = await notionAccess(secrets, signal).token();
  const client = { client_id, client_secret };
  const response = await post('revoke', client, { token: newest }, signal).catch((error: unknown) => {
    throw unreachable('Notion', error) ?? error;
  });
  if (!response.ok)
    throw refused({ provider: 'Notion', status: response.status, message: 'the token was not revoked' });
  await told(tokens.forget({ token, refresh_token }, signal));
}

/** Systems Manager’s failures as those of everything that an action needs. */
async function told<Value>(asked: Promise<Value>): Promise<Value> {
  try {
    return await asked;
  } catch (cause) {
    if (cause instanceof OrchestraError) throw cause;
    const error = cause instanceof Error ? cause.name : 'unknown';
    throw new ProviderUnavailable(`The tokens of the connection could not be read from AWS: ${error}`, {
      cause,
    });
  }
}
