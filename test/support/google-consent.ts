// Gives the emulated Google the consent that a person gives in a browser, for scopes of a test's choice.
import { googleClient, redirectUriOf } from '../../local/providers/google/seed.ts';
import { DEFAULT_API_URL } from '../../local/providers/shared/emulator.ts';

/** The fields of a connection that was granted these scopes, named as Gmail's last part: `send`. */
export async function grantedConnection(url: string, ...scopes: string[]): Promise<Record<string, string>> {
  return grantedTo(DEFAULT_API_URL, url, ...scopes);
}

/** Of a stack whose API is elsewhere. */
export async function grantedTo(
  apiUrl: string,
  url: string,
  ...scopes: string[]
): Promise<Record<string, string>> {
  const redirect_uri = redirectUriOf(apiUrl);
  const { client_id, client_secret } = googleClient;
  const scope = scopes.map((name) => `https://www.googleapis.com/auth/gmail.${name}`).join(' ');
  const post = (path: string, form: Record<string, string>) =>
    fetch(url + path, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
  const consent = { redirect_uri, client_id, scope, access_type: 'offline', prompt: 'consent' };
  const redirect = await post('/o/oauth2/v2/auth/callback', consent);
  const code = new URL(redirect.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const exchange = { grant_type: 'authorization_code', code, redirect_uri };
  const answer = await post('/oauth2/token', { ...exchange, client_id, client_secret });
  const { refresh_token } = JSON.parse(await answer.text());
  return { client_id, client_secret, refresh_token };
}
