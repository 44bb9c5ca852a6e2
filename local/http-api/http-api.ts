// API Gateway's HTTP API on a laptop: routes to Lambdas, payload format 2.0, a Lambda authorizer with its cache.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { close, listen, readBody } from '../shared/http-server.ts';
import { foreignRequest } from '../shared/loopback.ts';
import { type AuthorizerResult, createAuthorizer, type Invoke } from './authorizer.ts';
import { eventFactory } from './event.ts';
import { type HttpResponse, readResponse } from './response.ts';
import { createRouter, type HttpApiRoute } from './router.ts';

export interface HttpApiOptions {
  readonly routes: readonly HttpApiRoute[];
  readonly authorizerFunctionName: string;
  /** How long an authorizer's result is cached for the same Authorization header; 0 for not at all. */
  readonly authorizerTtlSeconds: number;
  readonly invoke: Invoke;
  /** 0 for any free port. */
  readonly port: number;
  /** API Gateway's integration timeout, 30 seconds. */
  readonly integrationTimeoutMs?: number;
}

export interface HttpApi {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

/** API Gateway's limit for a request's body. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Lambda's limit for what a function is called with: the request as an event, its body in base64 unless it is a text. */
const MAX_EVENT_BYTES = 6_291_456;

/**
 * Starts an HTTP API on 127.0.0.1.
 * @throws PortInUse
 */
export async function createHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const { invoke, integrationTimeoutMs = 30_000 } = options;
  const match = createRouter(options.routes);
  const authorize = createAuthorizer(options);

  /** The response to a request, without its request id. */
  async function respond(request: IncomingMessage, requestId: string): Promise<HttpResponse> {
    const foreign = foreignRequest(request.headers, { method: request.method, links: true });
    if (foreign !== undefined) return errorResponse(403, foreign, { connection: 'close' });
    const target = request.url ?? '/';
    const queryStart = target.indexOf('?');
    const path = queryStart === -1 ? target : target.slice(0, queryStart);
    const query = queryStart === -1 ? '' : target.slice(queryStart + 1);
    const matched = match(request.method ?? 'GET', path);
    if (!matched) return errorResponse(404, 'Not Found');
    const body = await readBody(request, MAX_BODY_BYTES);
    if (!body) return errorResponse(413, 'Request Entity Too Large', { connection: 'close' });
    const createEvent = eventFactory({ request, requestId, path, query, matched, body });
    let authorizer: AuthorizerResult | undefined;
    if (matched.route.authorizer) {
      authorizer = await authorize(createEvent, request.headers.authorization);
      if (authorizer.refused) return errorResponse(...authorizer.refused);
    }
    const payload = JSON.stringify(createEvent(authorizer?.context));
    if (Buffer.byteLength(payload) > MAX_EVENT_BYTES) return errorResponse(413, 'Request Entity Too Large');
    const integration = invoke(matched.route.functionName, payload);
    return integrationResponse(integration, integrationTimeoutMs);
  }

  const server = createServer((request, response) => {
    const requestId = randomUUID();
    respond(request, requestId).then(
      ({ status, headers, body }) => {
        response.writeHead(status, { ...headers, 'apigw-requestid': requestId });
        response.end(request.method === 'HEAD' ? undefined : body);
      },
      () => response.destroy(), // the client went away
    );
  });
  return { url: await listen(server, options.port), close: () => close(server) };
}

/** The function's response, or an error when it fails or takes longer than the timeout. */
async function integrationResponse(invocation: ReturnType<Invoke>, timeoutMs: number): Promise<HttpResponse> {
  const timeout = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => timeout.resolve(undefined), timeoutMs);
  try {
    const result = await Promise.race([invocation, timeout.promise]);
    if (!result) return errorResponse(503, 'Service Unavailable');
    const response = result.functionError === undefined ? readResponse(result.payload) : undefined;
    return response ?? internalServerError;
  } catch {
    return internalServerError;
  } finally {
    clearTimeout(timer);
  }
}

function errorResponse(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const body = Buffer.from(JSON.stringify({ message }));
  return {
    status,
    headers: { 'content-type': 'application/json', 'content-length': body.length, ...headers },
    body,
  };
}

const internalServerError = errorResponse(500, 'Internal Server Error');
