// Notion's tokens of a public integration: an access token, and the refresh token with which both are replaced.
import * as z from 'zod';
import { setting } from '../config.ts';
import { ConnectionExpired, Unauthorized } from '../errors.ts';
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

const tokenReply = z.object({ access_token: z.string().min(1), refresh_token: z.string().min(1).nullish() });
/** RFC 6749, section 5.2, and Notion's own form. */
const errorReply = z.object({
  error: z.string().optional(),
  error_description: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
});

/**
 * The fields of a connection.
 * @throws ConnectionExpired when a refresh token is no longer good; Unauthorized for a code; RateLimited, ProviderUnavailable
 */
export async function notionTokens(
  { client_id, client_secret }: NotionClient,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<{ readonly token: string; readonly refresh_token?: string }> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${setting('NOTION_BASE_URL')}/v1/oauth/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`,
        'content-type': 'application/json',
        'notion-version': NOTION_VERSION,
      },
      body: JSON.stringify(request),
      // A redirect would take the credentials to another host.
      redirect: 'manual',
      signal,
    });
    body = jsonValue(await response.text());
  } catch (error) {
    throw unreachable('Notion', error) ?? error;
  }
  if (response.ok) {
    const { access_token: token, refresh_token } = answer('Notion', tokenReply, body);
    return { token, ...(refresh_token && { refresh_token }) };
  }
  const { error, error_description, code, message } = errorReply.safeParse(body).data ?? {};
  const words = [error ?? code, error_description ?? message].filter(Boolean).join(': ');
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
