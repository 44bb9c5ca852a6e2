// The event that a Lambda behind an HTTP API gets: payload format version 2.0.
import type { IncomingMessage } from 'node:http';
import type { MatchedRoute } from './router.ts';

export interface EventSource {
  readonly request: IncomingMessage;
  readonly requestId: string;
  /** Raw, percent-encoded. */
  readonly path: string;
  /** Raw, without the question mark. */
  readonly query: string;
  readonly matched: MatchedRoute;
  readonly body: Buffer;
}

/** Creates the event, with the authorizer's context when there is one. */
export type EventFactory = (
  authorizerContext?: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>>;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number) => String(value).padStart(2, '0');

/** `22/Nov/2026:13:44:38 +0000` */
function commonLogTime(date: Date): string {
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

/**
 * Content that API Gateway passes on as text; everything else travels in base64, also what has no media type. AWS's pages
 * name no types; these were found on AWS (https://github.com/ministackorg/ministack/pull/766).
 */
const textual = /^(?:text\/|application\/(?:json|xml|javascript)(?:[\s;]|$))/i;

export function eventFactory({ request, requestId, path, query, matched, body }: EventSource): EventFactory {
  const headers: Record<string, string> = {
    ...Object.fromEntries(
      Object.entries(request.headersDistinct).flatMap(([name, value]) =>
        value !== undefined && name !== 'cookie' ? [[name, value.join(',')]] : [],
      ),
    ),
    // API Gateway writes it itself, whatever the client sends.
    'x-forwarded-proto': 'http',
  };
  const cookies = request.headers.cookie?.split(';').map((cookie) => cookie.trim());
  const date = new Date();
  const method = request.method ?? 'GET';
  const type = headers['content-type'];
  const isBase64Encoded = body.length > 0 && !textual.test(type ?? '');

  return (authorizerContext) => ({
    version: '2.0',
    routeKey: matched.routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies ? { cookies } : {}),
    headers,
    ...(query === '' ? {} : { queryStringParameters: queryParameters(query) }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      ...(authorizerContext ? { authorizer: { lambda: authorizerContext } } : {}),
      domainName: headers['host'] ?? 'localhost',
      domainPrefix: 'localhost',
      http: {
        method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: matched.routeKey,
      stage: '$default',
      time: commonLogTime(date),
      timeEpoch: date.getTime(),
    },
    ...(matched.pathParameters ? { pathParameters: matched.pathParameters } : {}),
    ...(body.length === 0 ? {} : { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  });
}

/** Parameters by name, the values of a repeated one joined by commas. */
function queryParameters(query: string): Record<string, string> {
  const parameters = new URLSearchParams(query);
  // Object.fromEntries keeps a name such as __proto__, as AWS's JSON does.
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name).join(',')]));
}
