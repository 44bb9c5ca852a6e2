// The headers that every answer has, the problems among them.
import type { ApiMiddleware } from '../request/request.ts';

const common = {
  'x-content-type-options': 'nosniff',
  // Tokens and people's data do not belong in any cache.
  'cache-control': 'no-store',
};

/** An answer's own headers come before these. */
export function responseHeaders(): ApiMiddleware {
  const add: ApiMiddleware['after'] = (request) => {
    if (request.response) request.response.headers = { ...common, ...request.response.headers };
  };
  return { after: add, onError: add };
}
