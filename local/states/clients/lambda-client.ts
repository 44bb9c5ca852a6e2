// Calls functions through the Lambda Invoke API, over one pool of connections.
import * as http from 'node:http';
import * as https from 'node:https';
import { localSignature } from '../../aws/signature.ts';
import type { Cancellation } from '../model/cancellation.ts';
import { paced } from './paced-agent.ts';

export interface LambdaRequest {
  /** A name or an ARN, with or without a version or an alias. */
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  readonly invocationType?: string | undefined;
  readonly clientContext?: string | undefined;
  /** JSON text. */
  readonly payload: string;
}

export interface LambdaResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** No answer: the connection failed or broke. */
export class LambdaUnreachable extends Error {
  override readonly name = 'LambdaUnreachable';
}

/** Lambda's quota for the response of a synchronous invocation. */
const MAX_RESPONSE_BYTES = 6_291_556;

/** What Lambda answers in place of a response that is too large. */
const tooLarge = (): LambdaResponse => ({
  status: 200,
  headers: { 'x-amz-function-error': 'Unhandled' },
  body: JSON.stringify({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
  }),
});

export interface LambdaClient {
  /** Throws LambdaUnreachable; Cancelled when it is cancelled before the answer. */
  invoke(request: LambdaRequest, cancellation: Cancellation): Promise<LambdaResponse>;
  close(): void;
}

/**
 * A client on node:http, a call of which costs 0.25 ms of processor time where fetch costs 0.65 and the SDK 1.0.
 * @param endpoint the value of AWS_ENDPOINT_URL_LAMBDA
 */
export function createLambdaClient(endpoint: string | undefined): LambdaClient {
  const base = endpoint === undefined ? undefined : new URL(endpoint);
  const protocol = base?.protocol === 'https:' ? https : http;
  const agent = paced(new protocol.Agent({ keepAlive: true }));

  return {
    invoke(request, cancellation) {
      if (!base) return Promise.reject(new LambdaUnreachable('AWS_ENDPOINT_URL_LAMBDA is not set'));
      const path = `/2015-03-31/functions/${encodeURIComponent(request.functionName)}/invocations`;
      const query = request.qualifier ? `?Qualifier=${encodeURIComponent(request.qualifier)}` : '';
      return cancellation.race<LambdaResponse>((resolve, reject) => {
        const fail = (error: Error) => reject(new LambdaUnreachable(error.message, { cause: error }));
        const call = protocol.request(
          new URL(path + query, base),
          {
            method: 'POST',
            agent,
            headers: {
              'content-type': 'application/json',
              ...localSignature('lambda'),
              'content-length': Buffer.byteLength(request.payload),
              'x-amz-invocation-type': request.invocationType ?? 'RequestResponse',
              ...(request.clientContext && { 'x-amz-client-context': request.clientContext }),
            },
          },
          (response) => {
            const chunks: Buffer[] = [];
            let size = 0;
            response.on('data', (chunk: Buffer) => {
              chunks.push(chunk);
              size += chunk.length;
              if (size <= MAX_RESPONSE_BYTES) return;
              // The rest is not read.
              resolve(tooLarge());
              call.destroy();
            });
            response.once('error', fail);
            response.once('end', () =>
              resolve({
                status: response.statusCode ?? 0,
                headers: Object.fromEntries(
                  Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
                ),
                body: Buffer.concat(chunks).toString(),
              }),
            );
          },
        );
        call.once('error', fail);
        call.end(request.payload);
        return () => call.destroy();
      });
    },
    close: () => agent.destroy(),
  };
}
