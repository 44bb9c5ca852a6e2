// Forwards Cognito's requests and key sets to cognito-local.
import { Agent, request as httpRequest } from 'node:http';
import { AwsError } from '../aws/error.ts';
import { jsonErrorResponse } from '../aws/protocols.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../aws/service.ts';

/** @param url where cognito-local listens, `http://127.0.0.1:<port>` */
export function createCognitoProxy(url: string): AwsService {
  const agent = new Agent({ keepAlive: true });
  return {
    signingName: 'cognito-idp',
    async handle(request) {
      try {
        return await forward(url, agent, request);
      } catch {
        return jsonErrorResponse('1.1', new AwsError('ServiceUnavailable', 'Cognito does not answer', 503));
      }
    },
    async close() {
      agent.destroy();
    },
  };
}

function forward(
  url: string,
  agent: Agent,
  { method, url: target, headers, body }: AwsRequest,
): Promise<AwsResponse> {
  const { host: _host, 'transfer-encoding': _encoding, connection: _connection, ...forwarded } = headers;
  return new Promise((resolve, reject) => {
    const options = { method, agent, headers: { ...forwarded, 'content-length': String(body.length) } };
    const outgoing = httpRequest(new URL(`${target.pathname}${target.search}`, url), options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const responseHeaders: Record<string, string> = {};
        for (const [name, value] of Object.entries(incoming.headers))
          if (
            typeof value === 'string' &&
            !/^(?:connection|keep-alive|transfer-encoding|content-length)$/.test(name)
          )
            responseHeaders[name] = value;
        resolve({
          status: incoming.statusCode ?? 502,
          headers: responseHeaders,
          body: Buffer.concat(chunks),
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
