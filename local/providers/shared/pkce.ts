// Proof Key for Code Exchange, as the providers check it.
import { createHash } from 'node:crypto';

/** RFC 7636, section 4.6, S256. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
