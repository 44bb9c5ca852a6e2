// Removes credentials from text that people will read. Providers echo them: "Incorrect API key provided: sk-…".

/**
 * Tokens by their issuers' prefixes, also when the provider has masked the middle with asterisks. A JSON Web Token begins
 * with its word: tried within one, a text of many beginnings would take quadratic time.
 */
const tokens =
  /\b(?:sk-[\w*.-]{8,}|xox[abeoprs]-[\w*-]{10,}|[rs]k_(?:live|test)_[\w*]{10,}|whsec_[\w*+/=]{16,}|A[KS]IA[A-Z0-9]{16}\b|AIza[\w*-]{30,}|(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+|(?:gh[opsur]_|github_pat_|ntn_|secret_|ya29\.|1\/\/|GOCSPX-)[\w*.-]{12,}|Bearer (?=\S*\d)[\w~+/.=*-]{8,})/g;

/** Shorter secrets would match ordinary text. */
const MIN_SECRET = 4;

/**
 * The forms in which a secret may stand in a text: plain, percent-encoded (as in a path, as in a form, by digits of either case),
 * escaped as in JSON or as in HTML. The longest first, since one may be a part of another.
 */
export function secretForms(secrets: Iterable<unknown>): string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (typeof secret !== 'string' || secret.length < MIN_SECRET) continue;
    forms.add(secret).add(JSON.stringify(secret).slice(1, -1)).add(asMarkup(secret));
    if (!secret.isWellFormed()) continue;
    for (const encoded of [
      encodeURIComponent(secret),
      new URLSearchParams({ '': secret }).toString().slice(1),
    ])
      forms.add(encoded).add(encoded.replace(/%../g, (digits) => digits.toLowerCase()));
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function asMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}

/**
 * Replaces every given secret, in all its forms, and everything that looks like a token with
 * `[redacted]`.
 */
export function redact(text: string, secrets: Iterable<unknown> = []): string {
  let safe = text;
  for (const form of secretForms(secrets)) safe = safe.replaceAll(form, '[redacted]');
  return safe.replace(tokens, '[redacted]');
}

/**
 * Replaces every given secret, in all its forms, with `[redacted]` in the output's strings and keys. What only looks
 * like a token stays: it is data that was asked for.
 */
export function withoutSecrets(
  output: Readonly<Record<string, unknown>>,
  secrets: Iterable<unknown>,
): Record<string, unknown> {
  const forms = secretForms(secrets);
  const clean = (text: string) => forms.reduce((safe, form) => safe.replaceAll(form, '[redacted]'), text);
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
