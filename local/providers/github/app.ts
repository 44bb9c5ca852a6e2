// The GitHub App of the emulated GitHub: its consent, its installations, and the tokens of both.
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { isObject, jsonValue } from '../../../lib/json.ts';
import { basicOf, consentPage, leadBack, refusalPage } from '../shared/consent.ts';
import type { StartOptions } from '../shared/emulated-provider.ts';
import { challengeOf } from '../shared/pkce.ts';
import { githubApp } from './seed.ts';

const AUTHORIZE_PATH = '/login/oauth/authorize';
const TOKEN_PATH = '/login/oauth/access_token';
const INSTALL_PATH = `/apps/${githubApp.slug}/installations/new`;
const OWN_TOKEN_PATH = `/applications/${githubApp.client_id}/token`;
const CODE_MS = 10 * 60_000;
const TOKEN_MS = 60 * 60_000;
/** Where it can be installed: the user `demo`, and the organization of which that is an admin. */
const ACCOUNTS = ['acme', 'demo'] as const;

interface Code {
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly until: number;
}

interface Token {
  readonly kind: 'user' | 'installation';
  readonly installation: number;
  readonly until: number;
}

export class GitHubApp {
  readonly #redirectUri: string;
  readonly #publicKey: string | undefined;
  readonly #codes = new Map<string, Code>();
  readonly #tokens = new Map<string, Token>();
  /** Accounts by the number of their installation. */
  readonly #installations = new Map<number, string>();
  #authorized = false;

  constructor({ apiUrl, appPublicKey }: Pick<StartOptions, 'apiUrl' | 'appPublicKey'>) {
    this.#redirectUri = `${apiUrl}/connections/github/callback`;
    this.#publicKey = appPublicKey;
  }

  /** The token that a request has of the App, when it is good. */
  tokenOf(request: Request): Token | undefined {
    const token = this.#tokens.get(bearerOf(request) ?? '');
    if (!token || token.until < Date.now()) return undefined;
    return token.kind === 'user' || this.#installations.has(token.installation) ? token : undefined;
  }

  /** What is checked of a request as it comes: one that is replayed after a restart has no credentials. */
  refuse(request: Request, body: Buffer): Response | undefined {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === AUTHORIZE_PATH) {
      const asked = request.method === 'GET' ? searchParams : new URLSearchParams(body.toString());
      if (asked.get('client_id') !== githubApp.client_id)
        return refusalPage('GitHub', 'Not found', 'There is no application with this client_id.');
      if (asked.get('redirect_uri') !== this.#redirectUri)
        return refusalPage(
          'GitHub',
          'Be careful!',
          'The redirect_uri is not associated with this application.',
        );
      // https://github.blog/changelog/2025-07-14-pkce-support-for-oauth-and-github-app-authentication
      if (asked.has('code_challenge') && asked.get('code_challenge_method') !== 'S256')
        return refusalPage('GitHub', 'Not understood', 'Only the S256 code challenge method is accepted.');
    }
    if (pathname.startsWith('/app/') && !this.#isSigned(request))
      return problem(401, 'A JSON web token could not be decoded');
    const { client_id, client_secret } = githubApp;
    if (pathname === OWN_TOKEN_PATH && basicOf(request) !== `${client_id}:${client_secret}`)
      return problem(401, 'Bad credentials');
    // https://docs.github.com/rest/authentication/endpoints-available-for-github-app-installation-access-tokens
    if (this.tokenOf(request)?.kind === 'installation' && /^\/(?:user|gists)(?:\/|$)/.test(pathname))
      return problem(403, 'Resource not accessible by integration');
    return undefined;
  }

  /** Whether the request has its own way of authenticating, other than a token. */
  isOwn(pathname: string): boolean {
    return pathname.startsWith('/app/') || pathname === OWN_TOKEN_PATH;
  }

  /** Undefined for what is none of the App's. */
  async answer(request: Request): Promise<Response | undefined> {
    const { pathname, searchParams } = new URL(request.url);
    const form = async () => new URLSearchParams(await request.text());
    switch (`${request.method} ${pathname}`) {
      case `GET ${AUTHORIZE_PATH}`:
        return this.#authorizePage(searchParams);
      case `POST ${AUTHORIZE_PATH}`:
        return this.#authorize(await form());
      case `GET ${INSTALL_PATH}`:
        return this.#installPage(searchParams);
      case `POST ${INSTALL_PATH}`:
        return this.#install(await form());
      case `POST ${TOKEN_PATH}`:
        return this.#exchange(await form());
      case 'GET /user/installations':
        return this.tokenOf(request) && this.#list();
      case `DELETE ${OWN_TOKEN_PATH}`:
        return this.#deleteToken(jsonValue(await request.text()));
      default:
        return this.#installation(request.method, pathname);
    }
  }

  #authorizePage(asked: URLSearchParams): Response {
    // Who has authorized the App once is led back at once.
    if (this.#authorized) return this.#authorize(asked);
    return consentPage({
      provider: 'GitHub',
      title: 'Authorize AI-Orchestra',
      action: AUTHORIZE_PATH,
      body: '<p>demo</p>',
      hidden: Object.fromEntries(asked),
      buttons: { allow: 'Authorize', deny: 'Cancel' },
    });
  }

  #authorize(form: URLSearchParams): Response {
    const [redirectUri, state] = [form.get('redirect_uri') ?? '', form.get('state') ?? undefined];
    if (form.get('answer') === 'deny') return leadBack(redirectUri, { error: 'access_denied', state });
    this.#authorized = true;
    const code = randomBytes(10).toString('hex');
    const challenge = form.get('code_challenge');
    this.#codes.set(code, { redirectUri, challenge, until: Date.now() + CODE_MS });
    return leadBack(redirectUri, { code, state });
  }

  #installPage(asked: URLSearchParams): Response {
    return consentPage({
      provider: 'GitHub',
      title: 'Install AI-Orchestra',
      action: INSTALL_PATH,
      hidden: Object.fromEntries(asked),
      buttons: Object.fromEntries(ACCOUNTS.map((account) => [account, `Install for ${account}`])),
    });
  }

  /** https://docs.github.com/apps/creating-github-apps/registering-a-github-app/about-the-setup-url */
  #install(form: URLSearchParams): Response {
    const account = ACCOUNTS.find((name) => name === form.get('answer')) ?? ACCOUNTS[0];
    const known = [...this.#installations].find(([, name]) => name === account)?.[0];
    const id = known ?? 50_000_000 + randomBytes(3).readUIntBE(0, 3);
    this.#installations.set(id, account);
    const parameters = { installation_id: String(id), setup_action: known ? 'update' : 'install' };
    return leadBack(this.#redirectUri, { ...parameters, state: form.get('state') ?? undefined });
  }

  /** Its errors are answers with 200. */
  #exchange(form: URLSearchParams): Response {
    const failed = (error: string, error_description: string) => Response.json({ error, error_description });
    const { client_id, client_secret } = githubApp;
    if (form.get('client_id') !== client_id || form.get('client_secret') !== client_secret)
      return failed(
        'incorrect_client_credentials',
        'The client_id and/or client_secret passed are incorrect.',
      );
    const code = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    const isProven = !code?.challenge || challengeOf(form.get('code_verifier') ?? '') === code.challenge;
    if (!code || code.until < Date.now() || !isProven)
      return failed('bad_verification_code', 'The code passed is incorrect or expired.');
    if (code.redirectUri !== form.get('redirect_uri'))
      return failed('redirect_uri_mismatch', 'The redirect_uri MUST match the registered callback URL.');
    const access_token = this.#newToken('user', 0, 'ghu_', 8 * TOKEN_MS);
    return Response.json({
      ...{ access_token, expires_in: 28800, token_type: 'bearer', scope: '' },
      ...{ refresh_token: `ghr_${randomBytes(20).toString('hex')}`, refresh_token_expires_in: 15811200 },
    });
  }

  #newToken(kind: Token['kind'], installation: number, prefix: string, ms: number): string {
    const token = `${prefix}${randomBytes(18).toString('hex')}`;
    this.#tokens.set(token, { kind, installation, until: Date.now() + ms });
    return token;
  }

  #list(): Response {
    const installations = [...this.#installations].map(([id, login]) => installationObject(id, login));
    return Response.json({ total_count: installations.length, installations });
  }

  #deleteToken(sent: unknown): Response {
    this.#tokens.delete(String(isObject(sent) ? sent['access_token'] : ''));
    return new Response(null, { status: 204 });
  }

  #installation(method: string, pathname: string): Response | undefined {
    const [, number, rest = ''] = /^\/app\/installations\/(\d+)(\/access_tokens)?$/.exec(pathname) ?? [];
    if (number === undefined) return undefined;
    const id = Number(number);
    const login = this.#installations.get(id);
    if (login === undefined) return problem(404, 'Not Found');
    if (method === 'POST' && rest !== '') {
      const token = this.#newToken('installation', id, 'ghs_', TOKEN_MS);
      const expires_at = new Date(Date.now() + TOKEN_MS).toISOString();
      const answer = { token, expires_at, permissions, repository_selection: 'all' };
      return Response.json(answer, { status: 201 });
    }
    if (method === 'GET' && rest === '') return Response.json(installationObject(id, login));
    if (method !== 'DELETE' || rest !== '') return undefined;
    this.#installations.delete(id);
    return new Response(null, { status: 204 });
  }

  /** A JWT of the App: RS256, issued by its client ID, for ten minutes at most. */
  #isSigned(request: Request): boolean {
    const [header = '', payload = '', signature = ''] = (bearerOf(request) ?? '').split('.');
    const claims = jsonValue(Buffer.from(payload, 'base64url').toString());
    if (!isObject(claims) || this.#publicKey === undefined) return false;
    const now = Date.now() / 1000;
    const [issued, expires] = [Number(claims['iat']), Number(claims['exp'])];
    const isTimely = issued <= now + 1 && expires > now && expires - issued <= 660;
    const key = createPublicKey(this.#publicKey);
    const signed = Buffer.from(`${header}.${payload}`);
    return (
      claims['iss'] === githubApp.client_id &&
      isTimely &&
      verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))
    );
  }
}

const permissions = { contents: 'write', issues: 'write', pull_requests: 'read', metadata: 'read' };

function installationObject(id: number, login: string) {
  const type = login === 'acme' ? 'Organization' : 'User';
  const app = { app_id: 1, app_slug: githubApp.slug, client_id: githubApp.client_id };
  return {
    ...{ id, account: { login, type }, repository_selection: 'all', target_type: type },
    ...{ ...app, permissions, events: [], suspended_at: null },
  };
}

function bearerOf(request: Request): string | undefined {
  return /^(?:bearer|token) (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
}

function problem(status: number, message: string): Response {
  const documentation_url = 'https://docs.github.com/rest';
  return Response.json({ message, documentation_url, status: String(status) }, { status });
}
