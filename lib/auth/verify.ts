// Verifies access tokens: of the Cognito user pool, and of further issuers that are trusted.
import { CognitoJwtVerifier, JwtVerifier } from 'aws-jwt-verify';
import { FetchError } from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import * as z from 'zod';
import { optionalSetting, setting } from '../config.ts';
import { jsonValue } from '../json.ts';
import { type Role, rolesIn } from './roles.ts';
import { type TrustedIssuer, trustedIssuers } from './trusted-issuers.ts';

export interface Caller {
  /** The name in the user pool; of another issuer `<issuer>#<sub>`, so that two issuers never mean one person. */
  readonly user: string;
  /** Only roles that this project knows; none when the user is in no group. */
  readonly roles: readonly Role[];
}

/**
 * The caller that a token was issued for, or undefined when the token is invalid: expired, forged, for another client, of
 * another kind or issuer. Which of these it is, is not revealed.
 * @throws FetchError when the keys to verify it with cannot be read
 */
export type Verify = (token: string) => Promise<Caller | undefined>;

export interface VerifierOptions {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly issuers: readonly TrustedIssuer[];
  /** Where the user pool's key set is read instead of at AWS; the issuer stays AWS's. */
  readonly cognitoEndpoint: string | undefined;
}

/** Made once a container: it keeps the key sets, and reads them again when a token names a new key. */
export function createVerifier(options: VerifierOptions = optionsFromSettings()): Verify {
  const userPool = CognitoJwtVerifier.create(
    { userPoolId: options.userPoolId, clientId: options.clientId, tokenUse: 'access' },
    { jwksCache: new SimpleJwksCache({ fetcher: keySetFetcher(options.cognitoEndpoint) }) },
  );
  const verifiers = new Map<string, Verify>(
    options.issuers.map((issuer) => [issuer.issuer, foreignVerifier(issuer)]),
  );

  return async (token) => {
    // An issuer that is not listed goes to the user pool's verifier, which refuses it.
    const foreign = verifiers.get(issuerOf(token) ?? '');
    try {
      if (foreign) return await foreign(token);
      const claims = await userPool.verify(token);
      // A user of the pool that is named as one of another issuer.
      if (options.issuers.some(({ issuer }) => claims.username.startsWith(`${issuer}#`))) return undefined;
      return { user: claims.username, roles: rolesIn(claims['cognito:groups']) };
    } catch (error) {
      if (error instanceof FetchError) throw error;
      return undefined;
    }
  };
}

function optionsFromSettings(): VerifierOptions {
  return {
    userPoolId: setting('USER_POOL_ID'),
    clientId: setting('USER_POOL_CLIENT_ID'),
    issuers: trustedIssuers(),
    cognitoEndpoint: optionalSetting('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'),
  };
}

function foreignVerifier({ issuer, audience, jwks_uri, roles_claim }: TrustedIssuer): Verify {
  const verifier = JwtVerifier.create(
    {
      issuer,
      // The library wants a list that it may change.
      audience: typeof audience === 'string' ? audience : [...audience],
      ...(jwks_uri !== undefined && { jwksUri: jwks_uri }),
    },
    { jwksCache: new SimpleJwksCache({ fetcher: keySetFetcher(undefined) }) },
  );
  return async (token) => {
    const claims = await verifier.verify(token);
    if (!claims.sub || !isAccessToken(token, claims)) return undefined;
    return { user: `${issuer}#${claims.sub}`, roles: rolesIn(claims[roles_claim]) };
  };
}

/** Only ID tokens have these (OpenID Connect Core 1.0, sections 2 and 3.3.2.11). */
const OF_ID_TOKENS = ['nonce', 'at_hash', 'c_hash', 's_hash'];
/** Only access tokens have one of these: RFC 9068 and 8693; `scp` and `appid` at Microsoft, `scp` and `cid` at Okta. */
const OF_ACCESS_TOKENS = ['client_id', 'scope', 'scp', 'cid', 'appid'];

/**
 * An ID token tells a client who has logged in, and gives no access to an API. RFC 9068 names the type of access tokens
 * in the header; issuers that do not follow it tell by a claim: Cognito by `token_use`, Keycloak by `typ`.
 */
function isAccessToken(token: string, claims: Readonly<Record<string, unknown>>): boolean {
  const header = z.object({ typ: z.string() }).safeParse(partOf(token, 0));
  if (/^(application\/)?at\+jwt$/i.test(header.data?.typ ?? '')) return true;
  const { token_use: use, typ } = claims;
  if (use !== undefined) return use === 'access';
  if (typeof typ === 'string') return typ === 'Bearer';
  const has = (name: string) => claims[name] !== undefined;
  return OF_ACCESS_TOKENS.some(has) && !OF_ID_TOKENS.some(has);
}

/** The claim `iss`, read before anything is verified: it only chooses whose keys the token is checked with. */
function issuerOf(token: string): string | undefined {
  return z.object({ iss: z.string() }).safeParse(partOf(token, 1)).data?.iss;
}

/** The header or the claims of a token; undefined when they are no JSON. */
function partOf(token: string, index: 0 | 1): unknown {
  return jsonValue(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString());
}

/** Reads key sets. The library's own fetcher knows https only, and no other address for the user pool's. */
function keySetFetcher(endpoint: string | undefined): Fetcher {
  return {
    async fetch(uri) {
      const url = new URL(uri);
      const address = endpoint === undefined ? url : new URL(url.pathname, endpoint);
      try {
        const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(3000) });
        if (!response.ok) throw new TypeError(`answered ${response.status}`);
        return await response.arrayBuffer();
      } catch (error) {
        throw new FetchError(uri, error instanceof Error ? error.message : String(error));
      }
    },
  };
}
