// The OIDC issuers that are trusted besides the user pool, from the setting TRUSTED_ISSUERS.
import * as z from 'zod';
import { optionalSetting } from '../config.ts';
import { ConfigurationError } from '../errors.ts';

/** Keys must not be changed in transit: https, or this machine. */
const keySetUrl = z.url().refine((url) => {
  const { protocol, hostname } = new URL(url);
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))
  );
}, 'must be an https URL');

const trustedIssuer = z
  .strictObject({
    /** The exact claim `iss`, without query and fragment (OpenID Connect Core 1.0, section 2). */
    issuer: keySetUrl.refine((url) => !/[?#]/.test(url), 'must have no query and no fragment'),
    /** The claim `aud` must be this, or one of these. It cannot be left out: any token of the issuer would do. */
    audience: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
    /** `<issuer>/.well-known/jwks.json` when left out. */
    jwks_uri: keySetUrl.optional(),
    /** The claim that holds the roles, a list or a text with spaces; `roles` when left out. */
    roles_claim: z.string().min(1).default('roles'),
  })
  .readonly();
export type TrustedIssuer = z.output<typeof trustedIssuer>;

/** @throws ConfigurationError when the setting is not a list of issuers */
export function trustedIssuers(text = optionalSetting('TRUSTED_ISSUERS')): readonly TrustedIssuer[] {
  if (text === undefined) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError('TRUSTED_ISSUERS is not valid JSON', { cause });
  }
  const parsed = z.array(trustedIssuer).safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigurationError(`TRUSTED_ISSUERS: /${issue?.path.join('/') ?? ''} ${issue?.message ?? ''}`);
}
