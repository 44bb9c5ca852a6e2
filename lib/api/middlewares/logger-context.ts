// What the function logs while it serves a request says which request that is.
import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { ApiMiddleware } from '../request/request.ts';

/**
 * Adds Lambda's context, API Gateway's id of the request, the route and the user to every line. They are taken off again
 * when the request has been answered, so that the next one does not bear them.
 */
export function loggerContext(logger: Logger) {
  const requestKeys: ApiMiddleware = {
    before({ event: { requestContext, routeKey } }) {
      logger.appendKeys({
        request_id: requestContext.requestId,
        route: routeKey,
        user: requestContext.authorizer?.lambda?.user,
      });
    },
  };
  // An event holds the caller's token: it is never logged, whatever POWERTOOLS_LOGGER_LOG_EVENT says.
  return [injectLambdaContext(logger, { logEvent: false, resetKeys: true }), requestKeys];
}
