// Notion's grants to a public integration: consent, and tokens of which both are replaced when one is refreshed.
import { randomBytes } from 'node:crypto';
import { isObject, jsonValue } from '../../../lib/json.ts';
import { basicOf, consentPage, leadBack, refusalPage } from '../shared/consent.ts';
import { notionClient, notionToken } from './seed.ts';
import { botId } from './store.ts';

const AUTHORIZE_PATH = '/v1/oauth/authorize';
/** How long a code is good. */
const CODE_MS = 10 * 60_000;

/** Tokens in hand, and what they are replaced by. */
export class NotionGrants {
  readonly #redirectUri: string;
  readonly #codes = new Map<string, { readonly redirectUri: string; readonly until: number }>();
  /** Access tokens by their refresh tokens. */
  readonly #tokens = new Map<string, string>();

  constructor(apiUrl: string) {
    this.#redirectUri = `${apiUrl}/connections/notion/callback`;
  }

  accepts(authorization: string | null): boolean {
    return [notionToken, ...this.#tokens.values()].some((token) => authorization === `Bearer ${token}`);
  }

  /** What is checked of a request as it comes: one that is replayed after a restart has no credentials. */
  refuse(request: Request, body: Buffer): Response | undefined {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === AUTHORIZE_PATH) {
      const asked = request.method === 'GET' ? searchParams : new URLSearchParams(body.toString());
      return this.#refuseConsent(asked, request.method === 'GET');
    }
    return basicOf(request) === `${notionClient.client_id}:${notionClient.client_secret}`
      ? undefined
      : Response.json(
          { error: 'invalid_client', error_description: 'Client authentication failed.' },
          { status: 401 },
        );
  }

  #refuseConsent(asked: URLSearchParams, isFirst: boolean): Response | undefined {
    if (asked.get('client_id') !== notionClient.client_id)
      return refusalPage('Notion', 'Unknown connection', 'Missing or invalid client_id.');
    if (asked.get('redirect_uri') !== this.#redirectUri)
      return refusalPage('Notion', 'Unknown address', 'Missing or invalid redirect_uri.');
    if (isFirst && (asked.get('response_type') !== 'code' || asked.get('owner') !== 'user'))
      return refusalPage('Notion', 'Not understood', 'response_type has to be code, and owner user.');
    return undefined;
  }

  /** Undefined for what is none of these paths. */
  async answer(request: Request): Promise<Response | undefined> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === AUTHORIZE_PATH && request.method === 'GET')
      return consentPage({
        provider: 'Notion',
        title: 'AI-Orchestra wants access to Acme',
        action: AUTHORIZE_PATH,
        body: '<p>All pages of the workspace</p>',
        hidden: Object.fromEntries(searchParams),
        buttons: { allow: 'Allow access', deny: 'Cancel' },
      });
    if (request.method !== 'POST') return undefined;
    if (pathname === AUTHORIZE_PATH) return this.#decide(new URLSearchParams(await request.text()));
    const json = jsonValue(await request.text());
    const sent = isObject(json) ? json : {};
    if (pathname === '/v1/oauth/token') return this.#issue(sent);
    if (pathname !== '/v1/oauth/revoke') return undefined;
    for (const [refreshToken, token] of this.#tokens)
      if (sent['token'] === token || sent['token'] === refreshToken) this.#tokens.delete(refreshToken);
    return Response.json({});
  }

  #decide(form: URLSearchParams): Response {
    const [redirectUri, state] = [form.get('redirect_uri') ?? '', form.get('state') ?? undefined];
    if (form.get('answer') === 'deny') return leadBack(redirectUri, { error: 'access_denied', state });
    const code = randomBytes(16).toString('hex');
    this.#codes.set(code, { redirectUri, until: Date.now() + CODE_MS });
    return leadBack(redirectUri, { code, state });
  }

  /** https://developers.notion.com/reference/create-a-token and refresh-a-token */
  #issue(sent: Readonly<Record<string, unknown>>): Response {
    const used = String(sent['code'] ?? sent['refresh_token']);
    if (sent['grant_type'] === 'authorization_code') {
      const given = this.#codes.get(used);
      this.#codes.delete(used);
      if (!given || given.until < Date.now() || given.redirectUri !== sent['redirect_uri'])
        return invalidGrant('Invalid code, or redirect_uri is another.');
    } else if (sent['grant_type'] !== 'refresh_token' || !this.#tokens.delete(used)) {
      return invalidGrant('Invalid refresh token.');
    }
    const access_token = `ntn_${randomBytes(20).toString('hex')}`;
    const refresh_token = `nrt_${randomBytes(20).toString('hex')}`;
    this.#tokens.set(refresh_token, access_token);
    return Response.json({
      ...{ access_token, token_type: 'bearer', refresh_token, bot_id: botId },
      ...{ workspace_icon: null, workspace_name: 'Acme', workspace_id: botId },
      ...{ owner: { type: 'workspace', workspace: true }, duplicated_template_id: null },
    });
  }
}

function invalidGrant(error_description: string): Response {
  return Response.json({ error: 'invalid_grant', error_description }, { status: 400 });
}
