// Turns whatever was thrown on the way into the answer that the caller gets.
import type { ErrorLog } from '../../error-log.ts';
import type { InvocationValue } from '../../invocation-value.ts';
import { ApiProblem, problemTypes } from '../../problem.ts';
import type { ApiMiddleware, Matched } from '../request/request.ts';
import { problemPage } from './problem-page.ts';

/**
 * The problem details (RFC 9457) of an error. Only an ApiProblem speaks to the caller; of any other error
 * the caller learns an id, under which the function's log has the rest.
 */
export function problemDetails(logger: ErrorLog, matched: InvocationValue<Matched>): ApiMiddleware {
  return {
    onError(request) {
      const { error, event } = request;
      const problem = error instanceof ApiProblem ? error : unexpected(error);
      const { status, title } = problemTypes[problem.type];
      const instance = `/requests/${encodeURIComponent(event.requestContext.requestId)}`;
      if (status >= 500)
        logger.error(problem.message, { instance, error: error instanceof Error ? error : String(error) });
      if (matched.find(request.context)?.route.page && wantsPage(event.headers)) {
        request.response = { statusCode: status, ...problemPage(title, problem.message) };
        return;
      }
      // Set and not returned: with a returned response middy ends the chain, and no headers would be added.
      request.response = {
        statusCode: status,
        headers: { 'content-type': 'application/problem+json', ...problem.headers },
        body: JSON.stringify({
          type: `/docs#${problem.type}`,
          title,
          status,
          detail: problem.message,
          ...(status >= 500 && { instance }),
          ...(problem.problems && { problems: problem.problems }),
          ...problem.extensions,
        }),
      };
    },
  };
}

/** Browsers name HTML first when a person is led somewhere (https://fetch.spec.whatwg.org/#concept-fetch, document). */
function wantsPage({ accept }: Readonly<Record<string, string | undefined>>): boolean {
  return accept?.startsWith('text/html') === true;
}

function unexpected(error: unknown): ApiProblem {
  if (isUnavailability(error)) {
    return new ApiProblem('unavailable', 'A service that this needs is busy or cannot be reached', {
      headers: { 'retry-after': '1' },
    });
  }
  return new ApiProblem('internal-error', 'The request could not be served');
}

/** What the AWS SDK throws after its own retries: throttling, a 5xx, no connection. */
function isUnavailability(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('$fault' in error && error.$fault === 'server') return true;
  if ('code' in error && /^E(CONN|HOSTUNREACH|NOTFOUND|PIPE|TIMEDOUT|AI_AGAIN)/.test(String(error.code)))
    return true;
  return /Throttl|TooManyRequests|SlowDown|TimeoutError|ServiceUnavailable/.test(error.name);
}
