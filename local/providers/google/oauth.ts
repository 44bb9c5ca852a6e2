// Google's consent: which scopes a person grants to which client, and what Google refuses of it that the emulator behind takes.
import { consentPage, leadBack, refusalPage } from '../shared/consent.ts';
import { escapeHtml } from '../shared/html.ts';
import type { PackagedEmulator } from '../shared/packaged-emulator.ts';
import { googleClient, mailboxAddress, redirectUriOf } from './seed.ts';

export const CONSENT_PATH = '/o/oauth2/v2/auth';
export const DECISION_PATH = `${CONSENT_PATH}/callback`;

/** A code that was given, until it is exchanged. */
interface Given {
  readonly redirectUri: string;
  readonly offline: boolean;
}

export class GoogleConsent {
  readonly #send: PackagedEmulator['fetch'];
  readonly #baseUrl: string;
  readonly #redirectUri: string;
  readonly #given = new Map<string, Given>();
  /** What the person has granted to the client so far. */
  readonly #granted = new Set<string>();

  constructor(send: PackagedEmulator['fetch'], baseUrl: string, apiUrl: string) {
    this.#send = send;
    this.#baseUrl = baseUrl;
    this.#redirectUri = redirectUriOf(apiUrl);
  }

  /** Google leads to no address that is not registered: it shows its error itself. */
  refuse({ method, url }: Pick<Request, 'method' | 'url'>, body: Buffer): Response | undefined {
    const { pathname, searchParams } = new URL(url);
    const isAsked = method === 'GET' && pathname === CONSENT_PATH;
    if (!isAsked && !(method === 'POST' && pathname === DECISION_PATH)) return undefined;
    const asked = isAsked ? searchParams : new URLSearchParams(body.toString());
    if (asked.get('client_id') !== googleClient.client_id)
      return refusal('Error 401: invalid_client', 'The OAuth client was not found.');
    if (asked.get('redirect_uri') !== this.#redirectUri)
      return refusal(
        'Error 400: redirect_uri_mismatch',
        `The redirect URI ${asked.get('redirect_uri')} is not registered.`,
      );
    if (!isAsked) return undefined;
    if (asked.get('response_type') !== 'code')
      return refusal('Error 400: unsupported_response_type', 'response_type has to be code.');
    if (
      asked.has('code_challenge') &&
      !/^(?:S256|plain)$/.test(asked.get('code_challenge_method') ?? 'plain')
    )
      return refusal('Error 400: invalid_request', 'Invalid code_challenge_method.');
    const scopes = scopesIn(asked.get('scope'));
    const unknown = scopes.find((scope) => !/^(?:openid|email|profile|https:\/\/\S+)$/.test(scope));
    if (scopes.length === 0 || unknown !== undefined)
      return refusal('Error 400: invalid_scope', `Some requested scopes were invalid: ${unknown ?? 'none'}`);
    return undefined;
  }

  page(asked: URLSearchParams): Response {
    const scopes = scopesIn(asked.get('scope'));
    const boxes = scopes.map(
      (scope) =>
        `<p><label><input type="checkbox" name="granted" value="${escapeHtml(scope)}" checked> ${escapeHtml(scope)}</label></p>`,
    );
    return consentPage({
      provider: 'Google',
      title: 'AI-Orchestra wants access to your Google Account',
      action: DECISION_PATH,
      body: `<p>${mailboxAddress}</p>${boxes.join('')}`,
      hidden: { ...Object.fromEntries(asked), asked: 'true' },
      buttons: { allow: 'Allow', deny: 'Cancel' },
    });
  }

  /** https://developers.google.com/identity/protocols/oauth2/web-server, "Handle the OAuth 2.0 server response" */
  async decide(form: URLSearchParams): Promise<Response> {
    const [redirectUri, state] = [form.get('redirect_uri') ?? '', form.get('state') ?? undefined];
    if (form.get('answer') === 'deny') return leadBack(redirectUri, { error: 'access_denied', state });
    const granted = form.has('asked') ? form.getAll('granted') : scopesIn(form.get('scope'));
    if (granted.length === 0) return leadBack(redirectUri, { error: 'access_denied', state });
    const scopes = form.get('include_granted_scopes') === 'true' ? [...this.#granted, ...granted] : granted;
    for (const scope of granted) this.#granted.add(scope);
    const answer = await this.#send(
      new Request(`${this.#baseUrl}${DECISION_PATH}`, {
        method: 'POST',
        body: new URLSearchParams({
          ...Object.fromEntries(form),
          ...{ email: mailboxAddress, scope: [...new Set(scopes)].join(' ') },
        }),
      }),
    );
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const offline = form.get('access_type') === 'offline' && form.get('prompt') === 'consent';
    this.#given.set(code, { redirectUri, offline });
    return answer;
  }

  /** RFC 6749, section 4.1.3: the redirect URI is the one of the request. */
  refuseExchange(form: URLSearchParams): Response | undefined {
    const given = this.#given.get(form.get('code') ?? '');
    if (!given || given.redirectUri === form.get('redirect_uri')) return undefined;
    return Response.json(
      { error: 'redirect_uri_mismatch', error_description: 'Bad Request' },
      { status: 400 },
    );
  }

  /** Only offline access has a refresh token, and only after a consent (`prompt=consent`). */
  async asGoogleAnswers(form: URLSearchParams, answer: Response): Promise<Response> {
    const given = this.#given.get(form.get('code') ?? '');
    if (!given || !answer.ok) return answer;
    const { refresh_token, ...rest } = Object(await answer.json());
    return Response.json(given.offline ? { ...rest, refresh_token } : rest);
  }

  /** Google revokes all that the client was granted. */
  revoke(): void {
    this.#granted.clear();
  }
}

function refusal(title: string, text: string): Response {
  return refusalPage('Google', title, text);
}

function scopesIn(text: string | null): string[] {
  return (text ?? '').split(' ').filter(Boolean);
}
