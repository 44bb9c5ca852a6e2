// The calls of AWS that every run makes, without the SDK's two dozen middlewares and its signer, which take most of the
// processor time of a call: sent by the SDK's HTTP handler. The first call of each endpoint, and whatever is not answered
// with success, goes the SDK's own way, which knows endpoints, errors and when to repeat.
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { NoSuchKey, S3Client, type ServiceOutputTypes as S3Output } from '@aws-sdk/client-s3';
import type { SFNClient, ServiceOutputTypes as SfnOutput } from '@aws-sdk/client-sfn';
import { isObject, jsonValue } from './json.ts';
import { encoded, Signer } from './signature.ts';

interface Call {
  readonly method: string;
  /** Percent-encoded, below that of the endpoint. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Answer {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Readable;
  readonly metadata: {
    readonly httpStatusCode: number;
    readonly attempts: number;
    readonly requestId?: string;
  };
}

/** Sends a call; undefined when there was no answer. */
type Send = (call: Call) => Promise<Answer | undefined>;

/** Makes GetObject, PutObject and DeleteObject direct. */
export function directS3(client: S3Client): S3Client {
  /** By bucket. */
  const sends = new Map<string, Send>();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if ('Bucket' in args.input && args.input.Bucket !== undefined)
        sends.set(args.input.Bucket, await sender(client, context));
      return result;
    },
    { step: 'initialize', priority: 'high', name: 'directCalls' },
  );
  return sendingDirectly(client, async (operation, input) => {
    const call = s3Call(operation, input);
    const answer = call && (await sends.get(call.bucket)?.(call));
    return answer && (await s3Output(call, answer, client));
  });
}

/** Makes DescribeExecution, DescribeStateMachineForExecution, GetExecutionHistory and StartExecution direct. */
export function directStepFunctions(client: SFNClient): SFNClient {
  let send: Send | undefined;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      send = await sender(client, context);
      return result;
    },
    { step: 'initialize', priority: 'high', name: 'directCalls' },
  );
  return sendingDirectly(client, async (operation, input) => {
    const call = stepFunctionsCall(operation, input);
    const answer = call && (await send?.(call));
    return answer && (await stepFunctionsOutput(answer));
  });
}

/**
 * The client, which sends by itself what it can.
 * @param direct gives the output of an operation; undefined leaves it to the SDK
 */
function sendingDirectly<Client extends S3Client | SFNClient>(
  client: Client,
  direct: (operation: string, input: object) => Promise<S3Output | SfnOutput | undefined>,
): Client {
  const { send } = client;
  return Object.assign(client, {
    // The SDK puts its middlewares together before it calls the first of them: that alone takes 0.05 ms.
    async send(command: { readonly input: object; readonly schema?: unknown }, ...options: unknown[]) {
      const isPlain = options.every((option) => option === undefined);
      const operation = isPlain ? operationOf(command.schema) : undefined;
      const output = operation === undefined ? undefined : await direct(operation, command.input);
      return output ?? Reflect.apply(send, client, [command, ...options]);
    },
  });
}

/** The name stands third in an operation's schema (@smithy/types, StaticOperationSchema). */
function operationOf(schema: unknown): string | undefined {
  const name: unknown = Array.isArray(schema) ? schema[2] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** What the SDK's context knows once it has made a call. */
type Context = Parameters<Parameters<SFNClient['middlewareStack']['add']>[0]>[1];

/** Sends to where the SDK has sent the call of this context. */
async function sender(client: S3Client | SFNClient, { endpointV2, authSchemes }: Context): Promise<Send> {
  const { config } = client;
  const [scheme] = authSchemes ?? [];
  if (!endpointV2 || (scheme && scheme.name !== 'sigv4')) return async () => undefined;
  const service = client instanceof S3Client ? 's3' : 'states';
  const signer = new Signer(service, scheme?.signingRegion ?? (await config.region()));
  const { protocol, hostname, port, pathname, host } = endpointV2.url;
  const target = { protocol, hostname, ...(port !== '' && { port: Number(port) }) };
  const below = pathname.replace(/\/$/, '');
  return async (call) => {
    const { method, body } = call;
    const path = below + call.path;
    const length = String(Buffer.byteLength(body));
    const signable = { method, path, body, headers: { host, 'content-length': length, ...call.headers } };
    try {
      const now = new Date(Date.now() + config.systemClockOffset);
      const headers = signer.sign(signable, await config.credentials(), now);
      const request = { ...target, method, path, body, headers, query: {} };
      const { response } = await config.requestHandler.handle(request);
      const { statusCode, headers: answered, body: stream } = response;
      const requestId = answered['x-amz-request-id'] ?? answered['x-amzn-requestid'];
      const metadata = { httpStatusCode: statusCode, attempts: 1, requestId };
      return { headers: answered, body: stream, metadata };
    } catch {
      return undefined; // the SDK will say what is the matter
    }
  };
}

/** The text of an answer; undefined when its connection breaks. */
function textOf({ body }: Answer): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    body.setEncoding('utf8');
    body.on('data', (chunk: string) => {
      text += chunk;
    });
    body.on('end', () => resolve(text));
    body.on('error', () => resolve(undefined));
  });
}

const METADATA = 'x-amz-meta-';

/** The headers of a PutObject by the names of its parameters. */
const putHeaders: Readonly<Record<string, string>> = {
  ContentLength: 'content-length',
  ContentType: 'content-type',
  IfMatch: 'if-match',
  IfNoneMatch: 'if-none-match',
  Metadata: METADATA,
};

const s3Methods: Readonly<Record<string, string>> = {
  GetObject: 'GET',
  PutObject: 'PUT',
  DeleteObject: 'DELETE',
};

function s3Call(operation: string, input: object): (Call & { readonly bucket: string }) | undefined {
  const method = s3Methods[operation];
  if (method === undefined || !isObject(input)) return undefined;
  const { Bucket: bucket, Key: key, Body: body = '', ...others } = input;
  if (typeof bucket !== 'string' || typeof key !== 'string' || key === '' || typeof body !== 'string')
    return undefined;
  const headers = method === 'PUT' ? putHeadersOf(others, body) : headersOf(others, {});
  if (!headers) return undefined;
  return { bucket, method, path: `/${key.split('/').map(encoded).join('/')}`, headers, body };
}

/** With the checksum that the SDK sends. */
function putHeadersOf(parameters: Readonly<Record<string, unknown>>, body: string) {
  const headers = headersOf(parameters, putHeaders);
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(body));
  return headers && { ...headers, 'x-amz-checksum-crc32': digest.toString('base64') };
}

/** @returns undefined for what only the SDK knows how to send */
function headersOf(
  parameters: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const header = names[name];
    if (value === undefined) continue;
    if (header === METADATA && isObject(value)) {
      for (const [key, text] of Object.entries(value)) headers[METADATA + key.toLowerCase()] = String(text);
    } else if (header !== undefined && (typeof value === 'string' || typeof value === 'number'))
      headers[header] = String(value);
    else return undefined;
  }
  return Object.values(headers).every((value) => /^[\x20-\x7e]*$/.test(value)) ? headers : undefined;
}

async function s3Output(
  { method }: Call,
  answer: Answer,
  { config }: S3Client,
): Promise<S3Output | undefined> {
  const { headers, body, metadata } = answer;
  const base = {
    $metadata: metadata,
    ETag: headers['etag'],
    VersionId: headers['x-amz-version-id'],
  };
  if (method === 'GET' && metadata.httpStatusCode === 200)
    return {
      ...base,
      Body: Object.assign(body, config.sdkStreamMixin(body)),
      ContentType: headers['content-type'],
      LastModified: new Date(headers['last-modified'] ?? 0),
      Metadata: metadataOf(headers),
    };
  if (isSuccess(answer)) {
    body.resume(); // there is nothing in it
    const marker = headers['x-amz-delete-marker'];
    return { ...base, ...(marker !== undefined && { DeleteMarker: marker === 'true' }) };
  }
  const text = await textOf(answer);
  // Who waits for a log asks for it until it is there.
  if (method === 'GET' && text?.includes('<Code>NoSuchKey</Code>'))
    throw new NoSuchKey({ $metadata: metadata, message: 'The specified key does not exist.' });
  return undefined;
}

function metadataOf(headers: Answer['headers']): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (name.startsWith(METADATA) && value !== undefined) metadata[name.slice(METADATA.length)] = value;
  return metadata;
}

function isSuccess({ metadata: { httpStatusCode: status } }: Answer): boolean {
  return status === 200 || status === 204;
}

const stepFunctionsOperations = new Set([
  'DescribeExecution',
  'DescribeStateMachineForExecution',
  'GetExecutionHistory',
  'StartExecution',
]);

/** AWS JSON 1.0 (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html). */
function stepFunctionsCall(operation: string, input: object): Call | undefined {
  if (!stepFunctionsOperations.has(operation)) return undefined;
  // A start without a name that is sent twice starts twice.
  if (operation === 'StartExecution' && !('name' in input && input.name)) return undefined;
  return {
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
    },
    body: JSON.stringify(input),
  };
}

/** Times are seconds since 1970. */
const times = ['startDate', 'stopDate', 'redriveDate', 'updateDate', 'timestamp'];

/** @param value just parsed, and nobody else's */
function withDates(value: Record<string, unknown>): Record<string, unknown> {
  for (const name of times) {
    const time = value[name];
    if (typeof time === 'number') value[name] = new Date(Math.round(time * 1000));
  }
  return value;
}

async function stepFunctionsOutput(answer: Answer): Promise<SfnOutput | undefined> {
  const text = await textOf(answer);
  const value = isSuccess(answer) ? jsonValue(text ?? '') : undefined;
  if (!isObject(value)) return undefined;
  const { events } = value;
  if (Array.isArray(events)) for (const event of events) withDates(event);
  return { ...withDates(value), $metadata: answer.metadata };
}
