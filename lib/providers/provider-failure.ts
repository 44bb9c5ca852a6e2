// Turns an HTTP status, a broken connection or an unexpected response of a provider into one of the project's errors.
import type * as z from 'zod';
import {
  Conflict,
  InvalidInput,
  NotFound,
  type OrchestraError,
  ProviderUnavailable,
  RateLimited,
  Unauthorized,
} from '../errors.ts';

/** A provider's refusal, as read from its SDK's error. */
export interface Refusal {
  /** The provider's name as people write it: `GitHub`. */
  readonly provider: string;
  readonly status: number;
  /** The status that decides the error, when the provider's own code contradicts the HTTP status. */
  readonly meaning?: number | undefined;
  /** The provider's own message. */
  readonly message: string;
  readonly retryAfterSeconds?: number | undefined;
  /** Whether `retryAfterSeconds` is the provider's rule for the first wait, and further ones have to be longer. */
  readonly growing?: boolean | undefined;
  /** Whether the credentials lack a scope that the call needs. */
  readonly lacksScope?: boolean | undefined;
}

/**
 * The error for a provider's refusal, by its HTTP status or, where a provider's own codes say something
 * else (a 403 can be a rate limit), by the status that would.
 */
export function refused(refusal: Refusal): OrchestraError {
  const { provider, message, retryAfterSeconds, growing, lacksScope = false } = refusal;
  const { meaning: status = refusal.status } = refusal;
  // The page of a proxy does not help.
  const words = message.trim().startsWith('<') ? 'a page of HTML' : message.trim();
  const text = `${provider} answered ${refusal.status}: ${words || 'no message'}`;
  if (status === 429) return new RateLimited(text, retryAfterSeconds, { growing });
  if (status === 401 || status === 402 || status === 403) return new Unauthorized(text, { lacksScope });
  // 410: gone. 451: withheld for legal reasons (RFC 7725; GitHub's answer for a repository that was taken down).
  if (status === 404 || status === 410 || status === 451) return new NotFound(text);
  // 412: it has changed meanwhile (RFC 9110). 423: it is locked (RFC 4918).
  if (status === 409 || status === 412 || status === 423) return new Conflict(text);
  // A redirect is not followed: it would take credentials and data to another place (RFC 9110, section 15.4).
  if (status >= 300 && status < 400)
    return new ProviderUnavailable(`${text} (a redirect, which is not followed)`);
  // 408: the provider gave up waiting. 425: too early (RFC 8470).
  if (status >= 500 || status === 408 || status === 425 || status < 300) return new ProviderUnavailable(text);
  return new InvalidInput(text);
}

/**
 * No connection came about: the port is closed, the name has no address (Node's and undici's codes), or the certificate is not
 * trusted (https://nodejs.org/api/tls.html#x509-certificate-error-codes).
 */
const UNSENT = new RegExp(
  `^(?:${[
    'ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT',
    'CERT_\\w+|CRL_\\w+|DEPTH_ZERO_\\w+|ERROR_IN_\\w+|SELF_SIGNED_\\w+|UNABLE_TO_\\w+',
    'ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED',
  ].join('|')})$`,
);

/**
 * The error for a request without a usable response: dropped, refused or timed out, or not readable as JSON.
 * @returns undefined when the error has another cause (a mistake in our own code, for example)
 */
export function unreachable(provider: string, error: unknown): ProviderUnavailable | undefined {
  let fetchFailed = false;
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    if (cause instanceof SyntaxError) {
      return new ProviderUnavailable(`${provider} answered something that is not JSON`);
    }
    if (cause.name === 'AbortError' || cause.name === 'TimeoutError') {
      return new ProviderUnavailable(`${provider} did not answer in time`);
    }
    const code = 'code' in cause ? String(cause.code) : '';
    // Node's system errors, and undici's own (a connection that closes in the middle of an answer).
    if (UNSENT.test(code)) {
      return new ProviderUnavailable(`${provider} could not be reached (${code})`, { unsent: true });
    }
    if (/^(E[A-Z]{3,}|UND_ERR_\w+|HPE_\w+|ERR_(TLS|SSL)_\w+)$/.test(code)) {
      return new ProviderUnavailable(`${provider} could not be reached (${code})`);
    }
    fetchFailed ||= cause instanceof TypeError && /^(fetch failed|terminated)$/.test(cause.message);
  }
  return fetchFailed ? new ProviderUnavailable(`${provider} could not be reached`) : undefined;
}

/**
 * Validates the part of a provider's response that an action relies on.
 * @throws ProviderUnavailable when the response has another format (an HTML page of a proxy, for example)
 */
export function answer<Schema extends z.ZodType>(
  provider: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  if (typeof value === 'string' || value === undefined || value === null) {
    throw new ProviderUnavailable(`${provider} answered something that is not JSON`);
  }
  const places = parsed.error.issues.map((issue) => `/${issue.path.join('/')}`);
  throw new ProviderUnavailable(
    `${provider} answered in an unknown format (unexpected: ${[...new Set(places)].slice(0, 5).join(', ')})`,
  );
}
