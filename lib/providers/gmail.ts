// Gmail: its connection (Google OAuth), client and errors.
import { type gmail_v1, gmail as gmailApi } from '@googleapis/gmail';
import * as z from 'zod';
import { redact } from '../actions/invocation/redact.ts';
import { setting } from '../config.ts';
import type { Connection } from '../connections/connections.ts';
import { googleCredentials } from '../connections/credentials.ts';
import { gmailScopes } from '../connections/scopes.ts';
import { type AccessTokens, accessTokens, type GoogleSecrets } from './google-token.ts';
import { answer, refused, unreachable } from './provider-failure.ts';
import { retryAfterSeconds, retryDelay } from './provider-wait.ts';

export const google: Connection<typeof googleCredentials> = {
  provider: 'google',
  secrets: googleCredentials,
};

export const messageId = z.string().regex(/^[\w-]{1,128}$/, 'must be an id as Gmail gives them');

interface Caller {
  readonly secrets: GoogleSecrets;
  readonly signal: AbortSignal;
}

/** One call of Gmail; its options carry the access token and the signal. */
type Call = (client: gmail_v1.Gmail) => Promise<{ readonly data: unknown }>;

// One for the container: an access token is valid for an hour.
const containerTokens = accessTokens();

/**
 * A function that makes validated calls without retries: those belong to the state machine, where they can be seen. Only
 * when Google rejects a cached access token is the call repeated with a new one.
 * @throws RateLimited (also for a 403 that is one), Unauthorized (also when the refresh token is no longer
 *   valid), NotFound, InvalidInput, Conflict, ProviderUnavailable
 */
export function gmailCaller({ secrets, signal }: Caller, tokens: AccessTokens = containerTokens) {
  return async function call<Schema extends z.ZodType>(
    schema: Schema,
    request: Call,
  ): Promise<z.output<Schema>> {
    const { token, cached } = await tokens.get(secrets, signal);
    const reply = await send(request, token, signal).catch(async (error: unknown) => {
      if (response(error)?.status !== 401) throw orchestraError(error, token);
      tokens.forget(secrets);
      if (!cached) throw orchestraError(error, token);
      const fresh = await tokens.get(secrets, signal);
      return send(request, fresh.token, signal).catch((again: unknown) => {
        throw orchestraError(again, fresh.token);
      });
    });
    return answer('Gmail', schema, reply.data);
  };
}

/** Makes one call of Gmail and validates its response. */
export type GmailCall = ReturnType<typeof gmailCaller>;

/** What a connection's scopes allow, as far as the way depends on it in which a mail is sent. */
export interface GrantedScopes {
  /** Drafts are created, read, deleted and sent. */
  readonly drafts: boolean;
  /** Mails are listed, searched and read. */
  readonly reading: boolean;
}

/** Where Google does not say what it granted, everything is tried. */
export async function grantedScopes(
  { secrets, signal }: Caller,
  tokens: AccessTokens = containerTokens,
): Promise<GrantedScopes> {
  const { scopes } = await tokens.get(secrets, signal);
  const grants = (any: readonly string[]) => !scopes || any.some((scope) => scopes.includes(scope));
  return { drafts: grants(gmailScopes.draft), reading: grants(gmailScopes.read) };
}

function send(request: Call, token: string, signal: AbortSignal): ReturnType<Call> {
  const client = gmailApi({
    version: 'v1',
    rootUrl: setting('GMAIL_BASE_URL'),
    headers: { authorization: `Bearer ${token}` },
    retry: false,
    signal,
    // Otherwise the SDK loads node-fetch for each call. A redirect would take the mail elsewhere.
    fetchImplementation: (url, options) => fetch(url, { ...options, redirect: 'manual' }),
  });
  return request(client);
}

/** The parts of the SDK's error that matter; without `response` Gmail did not answer. */
const gaxiosError = z.object({
  response: z.object({ status: z.number(), headers: z.instanceof(Headers), data: z.unknown() }),
});
/** Gmail API, "Resolve errors": the body of an error. Newer limits (Service Infrastructure) have `details` instead. */
const errorBody = z.object({
  error: z.object({
    message: z.string().default(''),
    status: z.string().default(''),
    errors: z.array(z.object({ reason: z.string().optional() })).default([]),
    details: z.array(z.looseObject({ reason: z.string().optional() })).default([]),
  }),
});

/**
 * The reasons of a 403 that is a limit: Gmail API, "Resolve errors" (dailyLimitExceeded,
 * userRateLimitExceeded, rateLimitExceeded), and those of Google's other limits.
 */
const limits = new Set([
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'dailyLimitExceeded',
  'concurrentLimitExceeded',
  'quotaExceeded',
  'limitExceeded',
  'RATE_LIMIT_EXCEEDED',
  'RESOURCE_EXHAUSTED',
]);

/** Gmail API, "Resolve errors" (insufficientPermissions), and the ErrorInfo of Google's newer errors. */
const scopeReasons = new Set(['insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT']);

function response(error: unknown) {
  return gaxiosError.safeParse(error).data?.response;
}

function orchestraError(error: unknown, token: string): unknown {
  const failure = response(error);
  if (!failure) return unreachable('Gmail', error) ?? error;
  const body = errorBody.safeParse(failure.data).data?.error;
  const message = body?.message ?? '';
  const reasons = [...(body?.errors ?? []), ...(body?.details ?? [])].map(({ reason = '' }) => reason);
  const limited =
    [...reasons, body?.status ?? ''].some((reason) => limits.has(reason)) ||
    /\b(?:rate|quota|limit)\b.* exceeded/i.test(message);
  return refused({
    provider: 'Gmail',
    status: failure.status,
    meaning: limited && failure.status === 403 ? 429 : undefined,
    message: redact(message, [token]),
    lacksScope: failure.status === 403 && reasons.some((reason) => scopeReasons.has(reason)),
    retryAfterSeconds:
      retryAfterSeconds(failure.headers.get('retry-after')) ??
      // Gmail sends no header: "User-rate limit exceeded.  Retry after 2026-09-11T20:00:00.000Z".
      retryAfterSeconds(/\bRetry after (\S+Z)/i.exec(message)?.[1]) ??
      retryDelay(body?.details),
  });
}
