// Turns whatever an operation threw into the answer that the caller gets.
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ErrorLog } from '../error-log.ts';
import { ApiProblem, problemTypes } from '../problem.ts';

/**
 * The problem details (RFC 9457) of an error. Only an ApiProblem speaks to the caller; of any other error
 * the caller learns an id, under which the function's log has the rest.
 */
export function problemResponse(
  error: unknown,
  requestId: string,
  logger: ErrorLog,
): APIGatewayProxyStructuredResultV2 {
  const problem = error instanceof ApiProblem ? error : unexpected(error);
  const { status, title } = problemTypes[problem.type];
  const instance = `/requests/${encodeURIComponent(requestId)}`;
  if (status >= 500)
    logger.error(problem.message, { instance, error: error instanceof Error ? error : String(error) });
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      ...problem.headers,
    },
    body: JSON.stringify({
      type: `/docs#${problem.type}`,
      title,
      status,
      detail: problem.message,
      ...(status >= 500 && { instance }),
      ...(problem.problems && { problems: problem.problems }),
    }),
  };
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
