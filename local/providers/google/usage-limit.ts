// The emulator's limit of requests as Gmail words its own.

/**
 * The emulator's limit of requests an hour as Gmail words its own: a 403 with the reason (`usageLimits`), without a
 * Retry-After, the time within the message.
 */
export async function usageLimit(response: Response): Promise<Response> {
  if (response.status !== 403) return response;
  const text = await response.text();
  if (!text.includes('API rate limit exceeded')) return new Response(text, response);
  const reset = new Date(Number(response.headers.get('x-ratelimit-reset')) * 1000);
  const message = `User-rate limit exceeded.  Retry after ${reset.toISOString()}`;
  const errors = [{ message, domain: 'usageLimits', reason: 'userRateLimitExceeded' }];
  return Response.json(
    { error: { code: 403, message, errors, status: 'PERMISSION_DENIED' } },
    { status: 403 },
  );
}
