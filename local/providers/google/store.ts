// What the emulated Google holds: the mailbox, kept by the package `emulate`, and the OAuth tokens that it issued.
import type { StartOptions } from '../shared/emulated-provider.ts';
import { type PackagedEmulator, startPackagedEmulator } from '../shared/packaged-emulator.ts';
import { DECISION_PATH, GoogleConsent } from './oauth.ts';
import { googleClient, initialState, mailboxAddress, redirectUriOf } from './seed.ts';
import { usageLimit } from './usage-limit.ts';

export interface GoogleStore extends PackagedEmulator {
  readonly consent: GoogleConsent;
  /** Answers a token request (RFC 6749 section 4.1.3 or 6). */
  issueToken(form: URLSearchParams): Promise<Response>;
  /** What an access token that it issued allows; undefined when it issued no such token. */
  scopesOf(accessToken: string): readonly string[] | undefined;
}

export async function openStore({ baseUrl, seededAt, apiUrl }: StartOptions): Promise<GoogleStore> {
  const packaged = await startPackagedEmulator('google', baseUrl, initialState(seededAt, apiUrl));
  const emulator = {
    ...packaged,
    fetch: async (request: Request) => usageLimit(await packaged.fetch(request)),
  };
  const tokenUrl = `${baseUrl}/oauth2/token`;
  const refreshToken = await grantConsent(emulator.fetch, {
    baseUrl,
    tokenUrl,
    redirectUri: redirectUriOf(apiUrl),
  });
  const consent = new GoogleConsent(emulator.fetch, baseUrl, apiUrl);
  const accessTokens = new Map<string, readonly string[]>();
  return {
    ...emulator,
    consent,
    async issueToken(form) {
      const refusal = consent.refuseExchange(form);
      if (refusal) return refusal;
      // The emulator's own refresh tokens are new at each start; the connection's stays the same.
      if (form.get('refresh_token') === googleClient.refresh_token) form.set('refresh_token', refreshToken);
      const response = await emulator.fetch(formRequest(tokenUrl, form));
      const { access_token, scope = '' } = await readTokens(response.clone());
      if (access_token) accessTokens.set(access_token, scope.split(' ').filter(Boolean));
      return consent.asGoogleAnswers(form, response);
    },
    scopesOf: (accessToken) => accessTokens.get(accessToken),
  };
}

/** Gives the consent that a person gives in a browser, and returns the refresh token that results from it. */
async function grantConsent(
  send: PackagedEmulator['fetch'],
  {
    baseUrl,
    tokenUrl,
    redirectUri,
  }: { readonly baseUrl: string; readonly tokenUrl: string; readonly redirectUri: string },
): Promise<string> {
  const { client_id, client_secret } = googleClient;
  const consent = new URLSearchParams({
    email: mailboxAddress,
    redirect_uri: redirectUri,
    client_id,
    scope: 'https://www.googleapis.com/auth/gmail.modify',
  });
  const redirect = await send(formRequest(`${baseUrl}${DECISION_PATH}`, consent));
  const code = new URL(redirect.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const exchange = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    client_id,
    client_secret,
  });
  const { refresh_token } = await readTokens(await send(formRequest(tokenUrl, exchange)));
  if (!refresh_token) throw new Error('The emulated Google gave no refresh token');
  return refresh_token;
}

/** RFC 6749 section 5.1; an error has neither. */
async function readTokens(response: Response): Promise<Tokens> {
  return (await response.json()) as Tokens;
}

interface Tokens {
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly scope?: string;
}

function formRequest(url: string, form: URLSearchParams): Request {
  return new Request(url, { method: 'POST', body: form });
}
