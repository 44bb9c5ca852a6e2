// The Lambda REQUEST authorizer of an HTTP API: simple responses, identity source $request.header.Authorization.
import * as z from 'zod';
import type { EventFactory } from './event.ts';

/** Invokes a Lambda with JSON text; resolves to what it returned, JSON text too. */
export type Invoke = (
  functionName: string,
  payload: string,
) => Promise<{ readonly payload: string; readonly functionError?: string }>;

export interface AuthorizerResult {
  /** Status and message of the response, when the request is refused. */
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
  /** By the header's value, oldest first. */
  const cache = new Map<string, { readonly result: AuthorizerResult; readonly expires: number }>();

  async function invokeAuthorizer(
    createEvent: EventFactory,
    authorization: string,
  ): Promise<AuthorizerResult> {
    const { body: _, isBase64Encoded: __, ...event } = createEvent();
    const routeArn = `arn:aws:execute-api:us-east-1:000000000000:local/$default/${String(event['routeKey']).replace(' ', '')}`;
    const request = { ...event, type: 'REQUEST', routeArn, identitySource: [authorization] };
    const result = await invoke(authorizerFunctionName, JSON.stringify(request));
    if (result.functionError !== undefined) {
      const error = z.object({ errorMessage: z.string() }).safeParse(JSON.parse(result.payload));
      return error.data?.errorMessage === 'Unauthorized' ? unauthorized : failed;
    }
    const response = simpleResponse.safeParse(JSON.parse(result.payload));
    if (!response.success) return failed;
    if (!response.data.isAuthorized) return forbidden;
    return { context: response.data.context ?? {} };
  }

  /** Asks the authorizer, or returns its cached result for the same header. */
  return async (createEvent: EventFactory, authorization: string | undefined): Promise<AuthorizerResult> => {
    if (!authorization) return unauthorized;
    const cached = cache.get(authorization);
    if (cached && cached.expires > now()) return cached.result;
    cache.delete(authorization);
    const result = await invokeAuthorizer(createEvent, authorization).catch(() => failed);
    // A failure says nothing about the token.
    if (authorizerTtlSeconds > 0 && result !== failed && result !== unauthorized) {
      cache.set(authorization, { result, expires: now() + authorizerTtlSeconds * 1000 });
      const [oldest] = cache.keys();
      if (cache.size > MAX_CACHED && oldest !== undefined) cache.delete(oldest);
    }
    return result;
  };
}
