// Which requests to the emulated HTTP service are refused: those without credentials, in any of the four ways to send them.
import { httpToken } from './seed.ts';

/** Problem details (RFC 9457). */
export function problem(status: number, title: string, detail: string): Response {
  const headers = {
    'content-type': 'application/problem+json',
    ...(status === 401 && { 'www-authenticate': 'Bearer, Basic realm="orders"' }),
  };
  return new Response(JSON.stringify({ type: 'about:blank', title, status, detail }), { status, headers });
}

export function refuse(request: Request): Response | undefined {
  const { pathname, searchParams } = new URL(request.url);
  if (!pathname.startsWith('/v1/')) return undefined;
  const [scheme = '', given = ''] = (request.headers.get('authorization') ?? '').split(' ');
  const password = Buffer.from(given, 'base64')
    .toString()
    .replace(/^[^:]*:/, '');
  const sent = [
    scheme.toLowerCase() === 'bearer' ? given : undefined,
    scheme.toLowerCase() === 'basic' ? password : undefined,
    request.headers.get('x-api-key'),
    searchParams.get('api_key'),
  ];
  if (sent.includes(httpToken)) return undefined;
  return problem(
    401,
    'Unauthorized',
    'Send the token as a bearer token, a password, in X-Api-Key or in api_key',
  );
}
