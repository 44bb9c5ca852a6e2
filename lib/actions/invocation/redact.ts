// Removes credentials from text that people will read. Providers echo them: "Incorrect API key provided: sk-…".

/** Tokens by their issuers' prefixes, also when the provider has masked the middle with asterisks. */
const tokens =
  /\b(?:sk-[\w*.-]{8,}|xox[abeoprs]-[\w*-]{10,}|[rs]k_(?:live|test)_[\w*]{10,}|whsec_[\w*+/=]{16,}|A[KS]IA[A-Z0-9]{16}\b|AIza[\w*-]{30,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+|(?:gh[opsur]_|github_pat_|ntn_|secret_|ya29\.|1\/\/|GOCSPX-)[\w*.-]{12,}|Bearer (?=\S*\d)[\w~+/.=*-]{8,})/g;

/** Shorter secrets would match ordinary text. */
const MIN_SECRET = 4;

/**
 * Replaces every given secret, plain, percent-encoded or escaped as in JSON, and everything that looks like a token with
 * `[redacted]`.
 */
export function redact(text: string, secrets: Iterable<unknown> = []): string {
  const values = new Set<string>();
  for (const secret of secrets) {
    if (typeof secret !== 'string' || secret.length < MIN_SECRET) continue;
    values.add(secret).add(encodeURIComponent(secret)).add(JSON.stringify(secret).slice(1, -1));
  }
  let safe = text;
  // The longest first: one secret may be a part of another.
  for (const value of [...values].sort((a, b) => b.length - a.length)) {
    safe = safe.replaceAll(value, '[redacted]');
  }
  return safe.replace(tokens, '[redacted]');
}

/**
 * Replaces every given secret, in its plain form, with `[redacted]` in the output's strings and keys. What only looks
 * like a token stays: it is data that was asked for.
 */
export function withoutSecrets(
  output: Readonly<Record<string, unknown>>,
  secrets: Iterable<unknown>,
): Record<string, unknown> {
  const values = [...secrets]
    .filter((secret) => typeof secret === 'string')
    .filter((secret) => secret.length >= MIN_SECRET)
    .sort((a, b) => b.length - a.length);
  const clean = (text: string) =>
    values.reduce((safe, secret) => safe.replaceAll(secret, '[redacted]'), text);
  const fields = (value: object): Record<string, unknown> =>
    Object.fromEntries(Object.entries(value).map(([key, member]) => [clean(key), walk(member)]));
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return clean(value);
    if (Array.isArray(value)) return value.map(walk);
    // A number with all its digits (exact-json.ts).
    if (JSON.isRawJSON(value)) return value;
    return typeof value === 'object' && value !== null ? fields(value) : value;
  };
  return fields(output);
}
