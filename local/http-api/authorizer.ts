// The Lambda REQUEST authorizer of an HTTP API: simple responses, identity source $request.header.Authorization.
import * as z from 'zod';
import type { MakeEvent } from './event.ts';

/** Invokes a Lambda with JSON text and gives what it returned, JSON text too. */
export type Invoke = (
  functionName: string,
  payload: string,
) => Promise<{ readonly payload: string; readonly functionError?: string }>;

export interface AuthorizerResult {
  /** Status and message of the answer, when the request may not pass. */
  readonly refused?: readonly [status: number, message: string];
  readonly context?: Readonly<Record<string, unknown>>;
}

export interface AuthorizerOptions {
  readonly authorizerFunctionName: string;
  readonly authorizerTtlSeconds: number;
  readonly invoke: Invoke;
}

const simpleResponse = z.object({
  isAuthorized: z.boolean(),
  context: z.record(z.string(), z.unknown()).optional(),
});

const MAX_CACHED = 1_000;
const unauthorized: AuthorizerResult = { refused: [401, 'Unauthorized'] };
const forbidden: AuthorizerResult = { refused: [403, 'Forbidden'] };
const failed: AuthorizerResult = { refused: [500, 'Internal Server Error'] };

export function createAuthorizer(options: AuthorizerOptions, now: () => number = Date.now) {
  const { authorizerFunctionName, authorizerTtlSeconds, invoke } = options;
  /** By the header's value, the oldest first. */
  const cache = new Map<string, { readonly result: AuthorizerResult; readonly expires: number }>();

  async function ask(makeEvent: MakeEvent, authorization: string): Promise<AuthorizerResult> {
    const { body: _, isBase64Encoded: __, ...event } = makeEvent();
    const routeArn = `arn:aws:execute-api:us-east-1:000000000000:local/$default/${String(event['routeKey']).replace(' ', '')}`;
    const request = { ...event, type: 'REQUEST', routeArn, identitySource: [authorization] };
    const answer = await invoke(authorizerFunctionName, JSON.stringify(request));
    if (answer.functionError !== undefined) {
      const error = z.object({ errorMessage: z.string() }).safeParse(JSON.parse(answer.payload));
      return error.data?.errorMessage === 'Unauthorized' ? unauthorized : failed;
    }
    const response = simpleResponse.safeParse(JSON.parse(answer.payload));
    if (!response.success) return failed;
    if (!response.data.isAuthorized) return forbidden;
    return { context: response.data.context ?? {} };
  }

  /** Asks the authorizer, or its earlier answer for the same header. */
  return async (makeEvent: MakeEvent, authorization: string | undefined): Promise<AuthorizerResult> => {
    if (!authorization) return unauthorized;
    const cached = cache.get(authorization);
    if (cached && cached.expires > now()) return cached.result;
    cache.delete(authorization);
    const result = await ask(makeEvent, authorization).catch(() => failed);
    // A failure says nothing about the token.
    if (authorizerTtlSeconds > 0 && result !== failed && result !== unauthorized) {
      cache.set(authorization, { result, expires: now() + authorizerTtlSeconds * 1000 });
      const [oldest] = cache.keys();
      if (cache.size > MAX_CACHED && oldest !== undefined) cache.delete(oldest);
    }
    return result;
  };
}
