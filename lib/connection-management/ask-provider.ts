// One request to a provider with credentials that are tried, and what its refusal means.
import { redact } from '../actions/invocation/redact.ts';
import { ConnectionExpired, type OrchestraError, ProviderUnavailable, RateLimited } from '../errors.ts';
import { isObject, jsonValue } from '../json.ts';
import { ApiProblem } from '../problem.ts';
import { refused, unreachable } from '../providers/provider-failure.ts';
import { retryAfterSeconds } from '../providers/provider-wait.ts';

/** A person waits for the answer; the HTTP API gives up after 30 s. */
const TIMEOUT_MS = 10_000;

export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

interface ProviderRequest {
  /** POST with a form, else GET, when left out. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: URLSearchParams;
  readonly json?: unknown;
  /** Statuses that are no failure, besides 2xx. */
  readonly alsoTaken?: readonly number[];
}

/**
 * @param provider its name as people write it: `GitHub`
 * @throws OrchestraError for any status but 2xx and those of `alsoTaken`, and when it does not answer
 */
export async function askProvider(
  provider: string,
  url: string,
  { method, headers, form, json, alsoTaken = [] }: ProviderRequest,
): Promise<ProviderAnswer> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, {
      method: method ?? (form ? 'POST' : 'GET'),
      ...(form && { body: form }),
      ...(json !== undefined && { body: JSON.stringify(json) }),
      headers: {
        ...{ 'user-agent': 'ai-orchestra', accept: 'application/json' },
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      // A redirect would take the credentials to another host.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    body = jsonValue(await response.text());
  } catch (error) {
    throw unreachable(provider, error) ?? error;
  }
  const { status } = response;
  if (response.ok || alsoTaken.includes(status)) return { status, headers: response.headers, body };
  throw refused({
    provider,
    status,
    message: messageIn(body),
    retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after')),
  });
}

/** OpenAI: `error.message`; GitHub and Notion: `message`; token endpoints: `error` and `error_description` (RFC 6749, section 5.2). */
function messageIn(body: unknown): string {
  if (!isObject(body)) return '';
  const { error, error_description, message } = body;
  if (typeof error === 'string')
    return [error, error_description].filter((text) => typeof text === 'string').join(': ');
  const told = isObject(error) ? error['message'] : message;
  return typeof told === 'string' ? told : '';
}

/** Why a provider does not take credentials: its own words, with none of these in them. */
export function refusalOf(error: OrchestraError, secrets: Iterable<unknown>): string {
  return redact(error.message, secrets).slice(0, 1000);
}

/** Whether the provider has judged the credentials at all. */
export function isRefusal(error: OrchestraError): boolean {
  return !(error instanceof ProviderUnavailable || error instanceof RateLimited);
}

/** Of credentials that could not be tried: nothing was saved, and a further attempt may do. */
export function notTried(error: OrchestraError, secrets: Iterable<unknown>): ApiProblem {
  const seconds = error instanceof RateLimited ? (error.retryAfterSeconds ?? 60) : 5;
  return new ApiProblem('unavailable', `The credentials could not be tried: ${refusalOf(error, secrets)}`, {
    headers: { 'retry-after': String(seconds) },
  });
}

export function credentialsRefused(error: OrchestraError, secrets: Iterable<unknown>): ApiProblem {
  const message = refusalOf(error, secrets);
  const hint =
    error instanceof ConnectionExpired
      ? 'connect the account anew: the refresh token was revoked, has expired, or is another client’s'
      : 'copy the credentials once more, whole, and look whether they were revoked or have expired';
  return new ApiProblem('credentials-refused', message, {
    problems: [{ code: 'refused', pointer: '/credentials', message, hint }],
  });
}
