// Makes the Lambda handler of an API function: finds the route, checks role and request, answers.
import { Logger } from '@aws-lambda-powertools/logger';
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
} from 'aws-lambda';
import * as z from 'zod';
import { type Role, requireRole, roles } from '../auth/roles.ts';
import type { ErrorLog } from '../error-log.ts';
import { ApiProblem } from '../problem.ts';
import { bodyBytes, readBody } from './body.ts';
import { problemResponse } from './problem-response.ts';
import type { AnswerOf, Headers, RequestOf, Route } from './routes/route.ts';
import { type ApiFunction, type OwnRoute, routes } from './routes/route-table.ts';
import { validated } from './validate.ts';

/** What the authorizer passes on. Only text, so that every way of calling a Lambda can carry it. */
export interface AuthorizerContext {
  readonly user: string;
  /** The user's roles, separated by spaces; empty when the user has none. */
  readonly roles: string;
}

type ApiEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<AuthorizerContext | undefined>;

/** One handler for each operation that the route table gives to the function. */
type OperationsByFunction = {
  readonly [Name in ApiFunction]: {
    readonly [R in Extract<OwnRoute, { function: Name }> as R['operation']]: (
      request: RequestOf<R>,
    ) => Promise<AnswerOf<R>>;
  };
};
export type Operations<Name extends ApiFunction> = OperationsByFunction[Name];

/** A request and an answer whose route is known only at run time. */
type AnyRequest = Record<'params' | 'query' | 'headers' | 'body' | 'raw', unknown> & {
  readonly user: string | undefined;
  readonly roles: readonly Role[];
};
interface AnyAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Headers;
}
type AnyOperation = (request: AnyRequest) => Promise<AnyAnswer>;

/**
 * The Lambda handler of the function `name`. API Gateway has matched the route already and names it in
 * `routeKey`, so that there is nothing left for a router or a chain of middlewares to do.
 * @example export const handler = apiHandler('health', { getHealth: async () => ({ status: 200, body: { status: 'ok' } }) });
 */
export function apiHandler<Name extends ApiFunction>(
  name: Name,
  operations: Operations<Name>,
  { logger = new Logger({ serviceName: `api-${name}` }) }: { readonly logger?: ErrorLog } = {},
): (event: ApiEvent) => Promise<APIGatewayProxyStructuredResultV2> {
  const table = new Map(
    routes
      .filter((route) => route.function === name)
      .map((route) => [`${route.method} ${route.path}`, { ...route, query: strictQuery(route.query) }]),
  );
  // The table types each operation by its own route; called through the table, the route is only known
  // at run time, after `requestTo` has checked the request against that route's schemas.
  const handlers = new Map(Object.entries(operations) as [string, AnyOperation][]);

  return async (event) => {
    try {
      const route = table.get(event.routeKey);
      const operation = route && handlers.get(route.sameAs ?? route.operation);
      if (!operation) throw new ApiProblem('not-found', `This function does not serve ${event.routeKey}`);
      return answer(route, await operation(requestTo(route, event)));
    } catch (error) {
      return problemResponse(error, event.requestContext.requestId, logger);
    }
  };
}

function requestTo(route: Route, event: ApiEvent): AnyRequest {
  const authorizer = event.requestContext.authorizer?.lambda;
  const given = authorizer?.roles.split(' ') ?? [];
  const held = roles.filter((role) => given.includes(role));
  // The role comes first: who may not call learns nothing about what would be valid.
  if (route.role !== null) requireRole(route.role, held);
  return {
    params: route.params && validated(route.params, event.pathParameters ?? {}, 'path'),
    query: route.query && validated(route.query, event.queryStringParameters ?? {}, 'query'),
    headers: route.headers && validated(route.headers, event.headers, 'headers'),
    body: route.body && validated(route.body, bodyOf(route, event), 'body'),
    raw: route.raw && { headers: event.headers, body: bodyBytes(event) },
    user: authorizer?.user,
    roles: held,
  };
}

/** A parameter that the route does not know is refused, unless its schema lets any through. */
function strictQuery(schema: Route['query'] = z.object({})): z.ZodObject {
  return schema.def.catchall ? schema : schema.strict();
}

/** The body as it came, with the id of the path where the route lets it be left out. */
function bodyOf(route: Route, event: ApiEvent): unknown {
  const body = readBody(event);
  const id = event.pathParameters?.['id'];
  if (!route.bodyIdFromPath || id === undefined) return body;
  if (typeof body !== 'object' || body === null || Array.isArray(body) || 'id' in body) return body;
  return { id, ...body };
}

function answer(route: Route, { status, body, headers }: AnyAnswer): APIGatewayProxyStructuredResultV2 {
  const common = {
    'x-content-type-options': 'nosniff',
    // Tokens and people's data do not belong in any cache.
    'cache-control': 'no-store',
    ...headers,
  };
  if (body === undefined) return { statusCode: status, headers: common };
  const contentType = route.answers[status]?.contentType ?? 'application/json';
  return {
    statusCode: status,
    headers: { 'content-type': contentType, ...common },
    body: contentType === 'application/json' ? JSON.stringify(body) : String(body),
  };
}
