// Texts as they may stand in S3 keys, which access logs and inventories show: without what looks like a secret.
import { redact } from './redact.ts';

/** A field of JSON text whose name says that its text is a secret; the text may be cut. */
const SECRET_FIELD =
  /("[^"\\]*(?:passw|passphrase|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|authorization|cookie|credential|signature)[^"\\]*"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|\\?$)/gi;

/** How much is looked at: more than is kept, so that no secret is cut to something that does not look like one. */
const LOOKED_AT = 4096;

/** The beginning of a text without tokens of known forms, and without the texts of fields that are called as secrets are. */
export function withoutSecrets(text: string): string {
  return redact(text.slice(0, LOOKED_AT).replace(SECRET_FIELD, '$1"[redacted]"'));
}
