// Verifies access tokens: of the Cognito user pool, and of further issuers that are trusted.
import { CognitoJwtVerifier, JwtVerifier } from 'aws-jwt-verify';
import { FetchError } from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import * as z from 'zod';
import { optionalSetting, setting } from '../config.ts';
import { type Role, roles } from './roles.ts';
import { type TrustedIssuer, trustedIssuers } from './trusted-issuers.ts';

export interface Caller {
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
    return claims.sub ? { user: claims.sub, roles: rolesIn(claims[roles_claim]) } : undefined;
  };
}

const roleNames = z.union([z.array(z.string()), z.string().transform((text) => text.split(' '))]).catch([]);

function rolesIn(claim: unknown): readonly Role[] {
  const names = roleNames.parse(claim);
  return roles.filter((role) => names.includes(role));
}

/** The claim `iss`, read before anything is verified: it only chooses whose keys the token is checked with. */
function issuerOf(token: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return z.object({ iss: z.string() }).parse(payload).iss;
  } catch {
    return undefined;
  }
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
