// The limit on the size of a payload, as the API refuses what is larger.
import { constraint } from './errors.ts';
import { exceedsPayload, MAX_PAYLOAD_BYTES } from './json.ts';

/** Throws ValidationException when a text has more bytes than a payload may have. */
export function checkPayload(name: string, text: string): void {
  if (!exceedsPayload(text)) return;
  throw constraint('', name, `Member must have length less than or equal to ${MAX_PAYLOAD_BYTES}`);
}
