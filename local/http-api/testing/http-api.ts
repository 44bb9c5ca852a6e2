// What the tests of the HTTP API share: an API over functions of the test's own, and requests as raw HTTP.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { APIGatewayProxyEventV2WithLambdaAuthorizer } from 'aws-lambda';
import { createHttpApi, type HttpApi, type HttpApiOptions } from '../http-api.ts';

export type Event = APIGatewayProxyEventV2WithLambdaAuthorizer<Record<string, unknown>>;
export type Result = unknown | Promise<unknown>;

export interface Sent {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  raw: string[];
  body: Buffer;
}

export const json = ({ body }: Sent) => JSON.parse(body.toString());

const open = (method: string, path: string, functionName = 'echo') => ({
  method,
  path,
  functionName,
  authorizer: false,
});
const routes = [
  open('GET', '/workflows/{id}', 'one'),
  open('GET', '/workflows/validate', 'validate'),
  open('GET', '/workflows/{id}/executions'),
  open('GET', '/workflows/validate/rules'),
  open('POST', '/echo'),
  open('GET', '/echo'),
  { method: 'GET', path: '/private/{id}', functionName: 'echo', authorizer: true },
];

export class TestHttpApi {
  /** By name; tests replace them. */
  readonly functions: Record<string, (event: Event) => Result> = {
    echo: (event) => ({ statusCode: 200, body: JSON.stringify(event) }),
    one: () => ({ from: 'one' }),
    validate: () => ({ from: 'validate' }),
    authorizer: (event) => ({
      isAuthorized: event.headers['authorization'] === 'Bearer good',
      context: { sub: 'user-1', roles: ['admin'] },
    }),
  };
  readonly calls: { name: string; event: Event }[] = [];
  #api: HttpApi | undefined;

  static async start(): Promise<TestHttpApi> {
    const api = new TestHttpApi();
    await api.restart();
    return api;
  }

  /** Starts it anew, with other options. */
  async restart(options: Partial<HttpApiOptions> = {}): Promise<void> {
    await this.#api?.close();
    this.#api = await createHttpApi({
      routes,
      authorizerFunctionName: 'authorizer',
      authorizerTtlSeconds: 60,
      invoke: (name, payload) => this.#invoke(name, payload),
      port: 0,
      integrationTimeoutMs: 300,
      ...options,
    });
  }

  /** Sends exactly these bytes: fetch would normalise paths and merge headers. */
  send(
    method: string,
    path: string,
    headers: Record<string, string | string[]> = {},
    body: string | Buffer = '',
  ): Promise<Sent> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.#api?.url ?? '');
      const outgoing = httpRequest({ hostname, port, method, path, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode,
            headers: incoming.headers,
            raw: incoming.rawHeaders,
            body: Buffer.concat(chunks),
          }),
        );
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  async close(): Promise<void> {
    await this.#api?.close();
  }

  async #invoke(name: string, payload: string) {
    const event: Event = JSON.parse(payload);
    this.calls.push({ name, event });
    try {
      const result = await this.functions[name]?.(event);
      return { payload: JSON.stringify(result ?? null) };
    } catch (error) {
      const errorMessage = error instanceof Error ? error.message : String(error);
      return {
        payload: JSON.stringify({ errorType: 'Error', errorMessage, trace: [] }),
        functionError: 'Unhandled',
      };
    }
  }
}
