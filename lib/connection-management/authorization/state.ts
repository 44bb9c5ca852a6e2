// The parameter `state` of an authorization request: what was begun and by whom, signed, good for ten minutes.
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { CONNECTION_ID } from '../../connections/connection-id.ts';
import { OAUTH_PROVIDERS } from '../../connections/oauth-clients.ts';
import { jsonValue } from '../../json.ts';
import { ApiProblem } from '../../problem.ts';

export const LIFETIME_SECONDS = 600;

const authorization = z.strictObject({
  provider: z.enum(OAUTH_PROVIDERS),
  id: z.string().regex(CONNECTION_ID),
  user: z.string(),
  /** The S256 challenge of the verifier that only the browser has which began (RFC 7636, section 4.2). */
  challenge: z.string(),
  /** By which it is known that it was used. */
  nonce: z.string(),
  /** Milliseconds since the epoch. */
  expires: z.int(),
  /** Undefined: as it is. */
  label: z.string().nullable().optional(),
  workflows: z.array(z.string()).nullable().optional(),
  /** The account at GitHub whose installation is meant. */
  account: z.string().optional(),
  /** The installation that GitHub has named; whether it is the user's is found out with the next authorization. */
  installation: z.int().optional(),
});
export type Authorization = z.output<typeof authorization>;

/** @param secret of the provider's OAuth client, which only this API and the provider know */
export function signState(value: Authorization, secret: string): string {
  const text = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${text}.${signature(text, secret).toString('base64url')}`;
}

/** @throws ApiProblem authorization-invalid when it was not signed here, is of another provider, or has expired */
export function readState(
  state: string | undefined,
  provider: Authorization['provider'],
  secret: string,
  now: Date,
): Authorization {
  if (state === undefined) throw invalid('The provider sent no state back');
  const [text = '', mark = '', ...rest] = state.split('.');
  const [given, own] = [Buffer.from(mark, 'base64url'), signature(text, secret)];
  const parsed =
    rest.length === 0 && given.length === own.length && timingSafeEqual(given, own)
      ? authorization.safeParse(jsonValue(Buffer.from(text, 'base64url').toString()))
      : undefined;
  if (!parsed?.success || parsed.data.provider !== provider)
    throw invalid('The state is none that was made here');
  if (parsed.data.expires <= now.getTime())
    throw invalid('More than ten minutes have passed since it was begun');
  return parsed.data;
}

/** A key of its own, from which nothing of the secret is learnt (RFC 5869). */
function signature(text: string, secret: string): Buffer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'ai-orchestra authorization state', 32));
  return createHmac('sha256', key).update(text).digest();
}

export function invalid(why: string): ApiProblem {
  return new ApiProblem(
    'authorization-invalid',
    `${why}. Nothing was saved; begin again on the page Connections`,
  );
}
