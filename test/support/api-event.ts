// For tests of the API's middlewares: an event as API Gateway sends it, and a chain to put them into.
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { ApiEvent, ApiResult } from '../../lib/api/request/request.ts';

/** A request in payload format 2.0. */
export function apiEvent(
  changes: Partial<ApiEvent> = {},
  caller?: { user: string; roles: string },
): ApiEvent {
  return {
    version: '2.0',
    routeKey: 'GET /health',
    rawPath: '/health',
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    requestContext: {
      accountId: '0',
      apiId: 'a',
      authorizer: { lambda: caller },
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: { method: 'GET', path: '/health', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
      requestId: 'id/1',
      routeKey: 'GET /health',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...changes,
  };
}

/** A chain as apiHandler makes it, without a middleware. */
export function apiChain() {
  return middy<ApiEvent, ApiResult, unknown, Context>({ timeoutEarlyInMillis: 0 });
}
