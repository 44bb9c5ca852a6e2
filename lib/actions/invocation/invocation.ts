// What the middlewares of an action's invocation work with.
import type middy from '@middy/core';
import type { Context } from 'aws-lambda';

/** What the handler needs of Lambda's context. */
export type InvocationContext = Pick<Context, 'functionName' | 'awsRequestId' | 'getRemainingTimeInMillis'>;

export type ActionOutput = Record<string, unknown>;

export type ActionMiddleware = middy.MiddlewareObj<unknown, ActionOutput, unknown, InvocationContext>;

/** One line a call, as JSON. */
export interface ActionLog {
  info(message: string, entry: Record<string, unknown>): void;
  warn(message: string, entry: Record<string, unknown>): void;
  error(message: string, entry: Record<string, unknown>): void;
}
