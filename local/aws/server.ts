// The AWS endpoint: one HTTP server that dispatches each request to its service.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { close, listen, readBody } from '../shared/http-server.ts';
import { foreignRequest } from '../shared/loopback.ts';
import { AwsError, asAwsError } from './error.ts';
import { jsonErrorResponse, restJsonErrorResponse } from './protocols.ts';
import type { AwsRequest, AwsResponse, AwsService } from './service.ts';
import { needsNoSignature, signedService } from './signature.ts';

/** The largest request accepted, in bytes: objects pass through memory. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** Services by the prefix of X-Amz-Target, for requests without a signature: Cognito's InitiateAuth, and what is refused. */
const targets: Readonly<Record<string, string>> = {
  AWSStepFunctions: 'states',
  AWSEvents: 'events',
  AmazonSSM: 'ssm',
  AWSCognitoIdentityProviderService: 'cognito-idp',
};

/** Services by the path, for requests without a signature. */
const paths: readonly (readonly [path: RegExp, service: string])[] = [
  [/^\/2015-03-31\/functions(?:\/|$)/, 'lambda'],
  [/^\/(?:schedules|schedule-groups)(?:\/|$)/, 'scheduler'],
  [/^\/[^/]+\/\.well-known\//, 'cognito-idp'],
];

export interface AwsServer {
  /** Adds a service to the endpoint. */
  add(service: AwsService): void;
  /**
   * Listens on 127.0.0.1; port 0 takes a free one. Resolves to the endpoint's URL.
   * @throws PortInUse
   */
  listen(port: number): Promise<string>;
  /** Lets responses in progress finish. The services stay open: whoever created them closes them. */
  close(): Promise<void>;
}

export function createAwsServer(services: readonly AwsService[] = []): AwsServer {
  const byName = new Map(services.map((service) => [service.signingName, service]));
  const server = createServer((request, response) => {
    respond(byName, request).then(
      (result) => send(response, result),
      () => response.destroy(), // the client went away
    );
  });
  return {
    add: (service) => void byName.set(service.signingName, service),
    listen: (port) => listen(server, port),
    close: () => close(server),
  };
}

async function respond(
  services: ReadonlyMap<string, AwsService>,
  message: IncomingMessage,
): Promise<AwsResponse> {
  const target = message.url ?? '/';
  const url = URL.parse(target.startsWith('/') ? `http://localhost${target}` : target);
  if (!url)
    return restJsonErrorResponse(
      new AwsError('ValidationException', `The request target is not a URL: ${target}`),
    );
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  const head = { method: message.method ?? 'GET', url, target, headers };
  const foreign = foreignRequest(message.headers, { method: message.method, links: false });
  if (foreign !== undefined) return refused(head, new AwsError('AccessDeniedException', foreign, 403));
  const body = await readBody(message, MAX_BODY_BYTES);
  if (!body)
    return refused(
      head,
      new AwsError('EntityTooLarge', `The request is larger than ${MAX_BODY_BYTES} bytes`, 413),
    );
  const request: AwsRequest = { ...head, body };
  const name = serviceOf(request);
  const service = name === undefined ? undefined : services.get(name);
  if (!service) return unknownService(request, name, [...services.keys()]);
  if (signedService(request) === undefined && !needsNoSignature(service.signingName, request))
    return protocolError(
      request,
      new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403),
    );
  try {
    return await service.handle(request);
  } catch (error) {
    return protocolError(request, asAwsError(error));
  }
}

function serviceOf(request: AwsRequest): string | undefined {
  const { url, headers } = request;
  const scope = signedService(request);
  const [target = ''] = (headers['x-amz-target'] ?? '').split(/[_.]/, 1);
  return scope ?? targets[target] ?? paths.find(([path]) => path.test(url.pathname))?.[1];
}

function unknownService(
  request: AwsRequest,
  service: string | undefined,
  services: readonly string[],
): AwsResponse {
  const operation = request.headers['x-amz-target'] ?? `${request.method} ${request.url.pathname}`;
  const unnamed = service === undefined && request.headers['x-amz-target'] === undefined;
  const served = `Served services: ${services.join(', ')}`;
  if (unnamed && isAwsJson(request)) {
    const message = `The header X-Amz-Target, which names the operation, is missing. ${served}`;
    return protocolError(request, new AwsError('UnknownOperationException', message));
  }
  if (unnamed) {
    const message = `${operation} is not signed, so it does not say which service it is for. ${served}`;
    return protocolError(request, new AwsError('AccessDenied', message, 403));
  }
  const message = `${operation}${service === undefined ? '' : ` of ${service}`} is not served on this endpoint. ${served}`;
  return protocolError(request, new AwsError('UnknownOperationException', message));
}

const isAwsJson = ({ headers }: AwsRequest): boolean =>
  headers['x-amz-target'] !== undefined ||
  (headers['content-type'] ?? '').startsWith('application/x-amz-json');

/** Without the body having been read. */
function refused(head: Omit<AwsRequest, 'body'>, error: AwsError): AwsResponse {
  const response = protocolError({ ...head, body: Buffer.alloc(0) }, error);
  return { ...response, headers: { ...response.headers, connection: 'close' } };
}

/** An error in the form of the protocol in which the request came. */
function protocolError(request: AwsRequest, error: AwsError): AwsResponse {
  const type = request.headers['content-type'] ?? '';
  if (isAwsJson(request)) return jsonErrorResponse(type.includes('json-1.0') ? '1.0' : '1.1', error);
  const escapeXml = (text: string) => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  const xml = `<Code>${error.name}</Code><Message>${escapeXml(error.message)}</Message>`;
  const headers = { 'content-type': 'text/xml' };
  const id = randomUUID();
  // The Query protocol (STS, IAM, CloudFormation) posts a form.
  if (type.startsWith('application/x-www-form-urlencoded')) {
    const body = `<ErrorResponse><Error><Type>Sender</Type>${xml}</Error><RequestId>${id}</RequestId></ErrorResponse>`;
    return { status: error.status, headers, body };
  }
  const signed = serviceOf(request);
  if (signed === undefined || signed === 's3')
    return { status: error.status, headers, body: `<Error>${xml}<RequestId>${id}</RequestId></Error>` };
  return restJsonErrorResponse(error);
}

function send(response: ServerResponse, { status, headers = {}, body = '' }: AwsResponse): void {
  const content = typeof body === 'string' ? Buffer.from(body) : body;
  const length =
    headers['content-length'] ?? (status === 204 || status === 304 ? undefined : String(content.length));
  response.writeHead(status, length === undefined ? headers : { ...headers, 'content-length': length });
  response.end(content);
}
