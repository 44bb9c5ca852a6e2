// Makes the Lambda handler of an API function: a chain of middlewares around the operation of the route.
import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { invocationValue } from '../invocation-value.ts';
import { checkRole } from './middlewares/check-role.ts';
import { loggerContext } from './middlewares/logger-context.ts';
import { matchRoute } from './middlewares/match-route.ts';
import { problemDetails } from './middlewares/problem-details.ts';
import { responseHeaders } from './middlewares/response-headers.ts';
import { validateRequest } from './middlewares/validate-request.ts';
import type {
  AnyAnswer,
  AnyOperation,
  AnyRequest,
  ApiEvent,
  ApiResult,
  Caller,
  Matched,
} from './request/request.ts';
import type { AnswerOf, RequestOf, Route } from './routes/route.ts';
import type { ApiFunction, OwnRoute } from './routes/route-table.ts';

/** One handler for each operation that the route table gives to the function. */
type OperationsByFunction = {
  readonly [Name in ApiFunction]: {
    readonly [R in Extract<OwnRoute, { function: Name }> as R['operation']]: (
      request: RequestOf<R>,
    ) => Promise<AnswerOf<R>>;
  };
};
export type Operations<Name extends ApiFunction> = OperationsByFunction[Name];

/**
 * The Lambda handler of the function `name`. What throws, at whatever place of the chain, is answered with problem
 * details; these get the same headers as any other answer.
 * @param routes the function's own part of the route table: of the whole, each function would build all schemas when it starts
 * @example export const handler = apiHandler('health', healthRoutes, { getHealth: async () => ({ status: 200, body: { status: 'ok' } }) });
 */
export function apiHandler<Name extends ApiFunction>(
  name: Name,
  routes: readonly Route[],
  operations: Operations<Name>,
  { logger = new Logger({ serviceName: `api-${name}` }) }: { readonly logger?: Logger } = {},
): (event: ApiEvent, context: Context) => Promise<ApiResult> {
  const matched = invocationValue<Matched>('route');
  const caller = invocationValue<Caller>('caller');
  const request = invocationValue<AnyRequest>('request');
  // No early timeout: what takes longer than the function may is answered by API Gateway.
  return middy<ApiEvent, ApiResult, unknown, Context>({ timeoutEarlyInMillis: 0 })
    .use(loggerContext(logger))
    .use(responseHeaders())
    .use(problemDetails(logger, matched))
    .use(matchRoute(routeTable(routes, operations), matched))
    .use(checkRole(matched, caller))
    .use(validateRequest(matched, caller, request))
    .handler(async (_event, context) => {
      const { route, operation } = matched.get(context);
      return answer(route, await operation(request.get(context)));
    });
}

/**
 * The routes by `routeKey`, each with its operation.
 * @throws TypeError for an operation without a route, and for a route without an operation
 */
function routeTable(routes: readonly Route[], operations: object): ReadonlyMap<string, Matched> {
  // The route table types each operation by its own route; called through this map, the route is only known
  // at run time, after validateRequest has checked the request against that route's schemas.
  const handlers = new Map(Object.entries(operations) as [string, AnyOperation][]);
  const unrouted = new Set(handlers.keys());
  const table = new Map<string, Matched>();
  for (const route of routes) {
    const name = route.sameAs ?? route.operation;
    const operation = handlers.get(name);
    if (!operation) throw new TypeError(`The route ${route.operation} has no operation here`);
    unrouted.delete(name);
    const strict = { ...route, query: strictQuery(route.query) };
    table.set(`${route.method} ${route.path}`, { route: strict, operation });
  }
  if (unrouted.size > 0) throw new TypeError(`Of ${[...unrouted].join(', ')} the route was not given`);
  return table;
}

/** A parameter that the route does not know is refused, unless its schema lets any through. */
function strictQuery(schema: Route['query'] = z.object({})): z.ZodObject {
  return schema.def.catchall ? schema : schema.strict();
}

function answer(route: Route, { status, body, headers = {}, cookies = [] }: AnyAnswer): ApiResult {
  // Payload format 2.0: each becomes a `Set-Cookie` of its own.
  const set = cookies.length > 0 && { cookies: [...cookies] };
  if (body === undefined) return { statusCode: status, headers, ...set };
  if (body instanceof Uint8Array) {
    // Lambda's answers are JSON, so that bytes travel in base64.
    const text = Buffer.from(body).toString('base64');
    return { statusCode: status, headers, body: text, isBase64Encoded: true };
  }
  const contentType = route.answers[status]?.contentType ?? 'application/json';
  return {
    statusCode: status,
    headers: { 'content-type': contentType, ...headers },
    ...set,
    body: contentType === 'application/json' ? JSON.stringify(body) : String(body),
  };
}
