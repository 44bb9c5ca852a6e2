// API Gateway's HTTP API on a laptop: routes to Lambdas, payload format 2.0, a Lambda authorizer with its cache.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { close, listen, readBody } from '../shared/http-server.ts';
import { type AuthorizerResult, createAuthorizer, type Invoke } from './authorizer.ts';
import { createEvent } from './event.ts';
import { readResponse } from './response.ts';
import { createRouter, type HttpApiRoute } from './router.ts';

export interface HttpApiOptions {
  readonly routes: readonly HttpApiRoute[];
  readonly authorizerFunctionName: string;
  /** How long an authorizer's answer counts for the same Authorization header; 0 for not at all. */
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

/**
 * Starts an HTTP API on 127.0.0.1.
 * @throws PortInUse
 */
export async function createHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const { integrationTimeoutMs = 30_000 } = options;
  const match = createRouter(options.routes);
  const authorize = createAuthorizer(options);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const refuse = (status: number, message: string) => {
      const body = JSON.stringify({ message });
      response.writeHead(status, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'apigw-requestid': requestId,
        ...(status === 413 ? { connection: 'close' } : {}),
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };

    const target = request.url ?? '/';
    const queryStart = target.indexOf('?');
    const path = queryStart === -1 ? target : target.slice(0, queryStart);
    const query = queryStart === -1 ? '' : target.slice(queryStart + 1);
    const matched = match(request.method ?? 'GET', path);
    if (!matched) return refuse(404, 'Not Found');
    const body = await readBody(request, MAX_BODY_BYTES);
    if (!body) return refuse(413, 'Request Entity Too Large');
    const event = createEvent({ request, requestId, path, query, matched, body });

    let authorizer: AuthorizerResult | undefined;
    if (matched.route.authorizer) {
      authorizer = await authorize(event, request.headers.authorization);
      if (authorizer.refused) return refuse(...authorizer.refused);
    }
    const timeout = Symbol('timeout');
    const timer = Promise.withResolvers<typeof timeout>();
    const timeoutId = setTimeout(() => timer.resolve(timeout), integrationTimeoutMs);
    try {
      const payload = JSON.stringify(event(authorizer?.context));
      const answer = await Promise.race([options.invoke(matched.route.functionName, payload), timer.promise]);
      if (answer === timeout) return refuse(503, 'Service Unavailable');
      const result = answer.functionError === undefined ? readResponse(answer.payload) : undefined;
      if (!result) return refuse(500, 'Internal Server Error');
      response.writeHead(result.status, { ...result.headers, 'apigw-requestid': requestId });
      response.end(request.method === 'HEAD' ? undefined : result.body);
    } catch {
      refuse(500, 'Internal Server Error');
    } finally {
      clearTimeout(timeoutId);
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy()); // the client went away
  });
  return { url: await listen(server, options.port), close: () => close(server) };
}
