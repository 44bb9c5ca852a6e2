// A request on its way through the handler: the event, what the middlewares find out, the answer.
import type middy from '@middy/core';
import type {
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type { Role } from '../../auth/roles.ts';
import type { Headers, Route } from '../routes/route.ts';

/** What the authorizer passes on. Only text, so that every way of calling a Lambda can carry it. */
export interface AuthorizerContext {
  readonly user: string;
  /** The user's roles, separated by spaces; empty when the user has none. */
  readonly roles: string;
}

export type ApiEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<AuthorizerContext | undefined>;
export type ApiResult = APIGatewayProxyStructuredResultV2;
export type ApiMiddleware = middy.MiddlewareObj<ApiEvent, ApiResult, unknown, Context>;

/** Who calls, as the authorizer found. */
export interface Caller {
  /** Undefined where no token is needed. */
  readonly user: string | undefined;
  readonly roles: readonly Role[];
}

/** A request whose route is known only at run time. */
export type AnyRequest = Caller & Record<'params' | 'query' | 'headers' | 'body' | 'raw' | 'sender', unknown>;

export interface AnyAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Headers;
  readonly cookies?: readonly string[];
}
export type AnyOperation = (request: AnyRequest) => Promise<AnyAnswer>;

/** What a request is for. */
export interface Matched {
  readonly route: Route;
  readonly operation: AnyOperation;
}
