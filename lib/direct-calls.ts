// The calls of AWS that every run makes, without the SDK's two dozen middlewares, which take most of the processor
// time of a call: signed by the SDK's signer and sent by its handler. The first call of each endpoint, and whatever is not
// answered with success, goes the SDK's own way, which knows endpoints, errors and when to repeat.
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { NoSuchKey, type S3Client, type ServiceOutputTypes as S3Output } from '@aws-sdk/client-s3';
import type { SFNClient, ServiceOutputTypes as SfnOutput } from '@aws-sdk/client-sfn';
import { isObject, jsonValue } from './json.ts';

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

/** What the SDK's context knows once it has made a call. */
type Context = Parameters<Parameters<SFNClient['middlewareStack']['add']>[0]>[1];

/** Makes GetObject, PutObject and DeleteObject direct. */
export function directS3(client: S3Client): S3Client {
  /** By bucket. */
  const sends = new Map<string, Send>();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const call = isCancellable(context) ? undefined : s3Call(context.commandName, args.input);
      if (!call) return next(args);
      const answer = await sends.get(call.bucket)?.(call);
      const output = answer && (await s3Output(call, answer, client));
      if (output) return { response: undefined, output };
      const result = await next(args);
      sends.set(call.bucket, await sender(client, context));
      return result;
    },
    { step: 'initialize', priority: 'high', name: 'directCalls' },
  );
  return client;
}

/** Makes DescribeExecution, DescribeStateMachineForExecution, GetExecutionHistory and StartExecution direct. */
export function directStepFunctions(client: SFNClient): SFNClient {
  let send: Send | undefined;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const call = isCancellable(context) ? undefined : stepFunctionsCall(context.commandName, args.input);
      if (!call) return next(args);
      const answer = await send?.(call);
      const output = answer && (await stepFunctionsOutput(answer));
      if (output) return { response: undefined, output };
      const result = await next(args);
      send = await sender(client, context);
      return result;
    },
    { step: 'initialize', priority: 'high', name: 'directCalls' },
  );
  return client;
}

function isCancellable({ __smithy_context: smithy }: Context): boolean {
  return smithy?.['abortSignal'] !== undefined;
}

/** Sends to where the SDK has sent the call of this context. */
async function sender({ config }: S3Client | SFNClient, { endpointV2, authSchemes }: Context): Promise<Send> {
  if (!endpointV2) return async () => undefined;
  const signer = await config.signer(authSchemes?.[0]);
  const { protocol, hostname, port, pathname, host } = endpointV2.url;
  const below = pathname.replace(/\/$/, '');
  return async ({ method, path, headers, body }) => {
    const length = String(Buffer.byteLength(body));
    const request = {
      ...{ method, protocol, hostname, body, query: {}, path: below + path },
      ...(port !== '' && { port: Number(port) }),
      headers: { host, 'content-length': length, ...headers },
    };
    try {
      const signingDate = new Date(Date.now() + config.systemClockOffset);
      const { response } = await config.requestHandler.handle(await signer.sign(request, { signingDate }));
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
async function textOf({ body }: Answer): Promise<string | undefined> {
  let text = '';
  body.setEncoding('utf8');
  body.on('data', (chunk: string) => {
    text += chunk;
  });
  try {
    await once(body, 'end');
    return text;
  } catch {
    return undefined;
  }
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
  GetObjectCommand: 'GET',
  PutObjectCommand: 'PUT',
  DeleteObjectCommand: 'DELETE',
};

function s3Call(command = '', input: unknown): (Call & { readonly bucket: string }) | undefined {
  const method = s3Methods[command];
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

/** As Signature Version 4 wants it: all but the unreserved characters of RFC 3986. */
function encoded(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
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
  const text = await textOf(answer);
  // Who waits for a log asks for it until it is there.
  if (method === 'GET' && text?.includes('<Code>NoSuchKey</Code>'))
    throw new NoSuchKey({ $metadata: metadata, message: 'The specified key does not exist.' });
  if (text === undefined || !isSuccess(answer)) return undefined;
  const marker = headers['x-amz-delete-marker'];
  return { ...base, ...(marker !== undefined && { DeleteMarker: marker === 'true' }) };
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

const stepFunctionsCommands = new Set([
  'DescribeExecutionCommand',
  'DescribeStateMachineForExecutionCommand',
  'GetExecutionHistoryCommand',
  'StartExecutionCommand',
]);

/** AWS JSON 1.0 (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html). */
function stepFunctionsCall(command: string | undefined, input: object): Call | undefined {
  if (command === undefined || !stepFunctionsCommands.has(command)) return undefined;
  // A start without a name that is sent twice starts twice.
  if (command === 'StartExecutionCommand' && !('name' in input && input.name)) return undefined;
  return {
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${command.replace(/Command$/, '')}`,
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
