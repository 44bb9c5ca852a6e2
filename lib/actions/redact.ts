// Takes credentials out of text that people will read. Providers echo them: "Incorrect API key provided: sk-…".

/** Tokens by their issuers' prefixes, also when the provider has put stars into the middle. */
const tokens =
  /\b(?:sk-[\w*.-]{8,}|(?:gh[opsur]_|github_pat_|ntn_|secret_|ya29\.|1\/\/|GOCSPX-)[\w*.-]{12,}|Bearer (?=\S*\d)[\w~+/.=*-]{8,})/g;

/**
 * The text with every given secret, plain or percent-encoded or escaped as in JSON, and everything
 * that has the form of a token replaced by `[redacted]`.
 */
export function redact(text: string, secrets: Iterable<unknown> = []): string {
  const values = new Set<string>();
  for (const secret of secrets) {
    if (typeof secret !== 'string' || secret.length < 4) continue;
    values.add(secret).add(encodeURIComponent(secret)).add(JSON.stringify(secret).slice(1, -1));
  }
  let safe = text;
  // The longest first: one secret may be a part of another.
  for (const value of [...values].sort((a, b) => b.length - a.length)) {
    safe = safe.replaceAll(value, '[redacted]');
  }
  return safe.replace(tokens, '[redacted]');
}
