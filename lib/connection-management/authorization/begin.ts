// Begins an authorization: where the person is sent, and the cookie by which the answer is known to be the same browser's.
import { createHash, randomBytes } from 'node:crypto';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { ownOrigins, type Sender, setCookie } from '../../auth/cookies.ts';
import { setting } from '../../config.ts';
import { type OAuthProvider, readOAuthClient } from '../../connections/oauth-clients.ts';
import { ApiProblem } from '../../problem.ts';
import { githubGrant } from './github.ts';
import { googleGrant } from './google.ts';
import type { Grant } from './grant.ts';
import { notionGrant } from './notion.ts';
import { type Authorization, LIFETIME_SECONDS, signState } from './state.ts';

export const grants: { readonly [Provider in OAuthProvider]: Grant<Provider> } = {
  google: googleGrant,
  notion: notionGrant,
  github: githubGrant,
};

/** What is to be connected. */
export type Wished = Pick<
  Authorization,
  'id' | 'user' | 'label' | 'workflows' | 'account' | 'installation'
> & {
  readonly scope?: readonly string[] | undefined;
  readonly knownAccount?: string | undefined;
};

export interface Begun {
  readonly authorizeUrl: string;
  readonly expires: Date;
  readonly cookie: string;
}

/** Of this API's own origin, each provider's own (RFC 9700, section 4.4.2.2: answers cannot be mixed up). */
export function redirectUri(provider: OAuthProvider): string {
  return `${setting('API_URL')}/connections/${provider}/callback`;
}

/**
 * @throws ApiProblem oauth-client-missing; foreign-origin when the browser would not send the cookie to the redirect URI
 */
export async function beginAuthorization<Provider extends OAuthProvider>(
  provider: Provider,
  wished: Wished,
  sender: Sender,
  { ssm, now = () => new Date() }: { readonly ssm: Pick<SSMClient, 'send'>; readonly now?: () => Date },
): Promise<Begun> {
  const [asked, own] = ownOrigins(sender);
  if (asked !== own)
    throw new ApiProblem(
      'foreign-origin',
      `Accounts are connected at ${own}, where the provider leads back to: open ${setting('API_URL')}/app`,
    );
  const client = await readOAuthClient(provider, ssm);
  const { state, challenge, expires, cookie } = newState(
    provider,
    wished,
    client.client_secret,
    sender,
    now(),
  );
  const { scope, knownAccount } = wished;
  const request = { client, state, challenge, redirectUri: redirectUri(provider), scope, knownAccount };
  return { authorizeUrl: grants[provider].authorizeUrl(request).href, expires, cookie };
}

/** A state that was never used, and the cookie with its verifier (RFC 7636, section 4.1: 32 random octets). */
export function newState(
  provider: OAuthProvider,
  { id, user, label, workflows, account, installation }: Wished,
  secret: string,
  sender: Sender,
  now: Date,
) {
  const verifier = randomBytes(32).toString('base64url');
  const nonce = randomBytes(16).toString('base64url');
  const expires = new Date(now.getTime() + LIFETIME_SECONDS * 1000);
  const challenge = challengeOf(verifier);
  const wished = { id, user, label, workflows, account, installation };
  const state = signState({ provider, challenge, nonce, expires: expires.getTime(), ...wished }, secret);
  const cookie = setCookie(sender, {
    ...{ name: cookieOf(nonce), value: verifier, maxAge: LIFETIME_SECONDS },
    // The provider's answer is a navigation from another site, with which a strict cookie does not travel.
    sameSite: 'Lax',
  });
  return { state, challenge, expires, cookie };
}

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** Each authorization has its own, so that two that are begun side by side both come to an end. */
export function cookieOf(nonce: string): string {
  return `authorization-${nonce.slice(0, 8)}`;
}
