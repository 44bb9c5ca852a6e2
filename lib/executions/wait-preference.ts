// The preference `wait` of a Prefer header (RFC 7240, section 4.3).

/** The HTTP API times out after 30 s. */
export const MAX_WAIT_SECONDS = 25;

/**
 * How many seconds the client is willing to wait, at most 25; undefined when the preference is missing or malformed:
 * preferences that cannot be honoured are ignored (section 2).
 */
export function waitPreference(prefer: string | undefined): number | undefined {
  for (const preference of (prefer ?? '').split(',')) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(;|$)/i.exec(preference) ?? [];
    // The first one counts when a preference is repeated (section 2).
    if (seconds !== undefined) return Math.min(Number(seconds), MAX_WAIT_SECONDS);
  }
  return undefined;
}
