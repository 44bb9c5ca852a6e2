// An HTTP server for tests of actions: answers as a provider would, in the order told, and keeps what it was asked.
// It also serves connections (SSM GetParameter), templates (S3 GetObject), records of calls and large values, so that a whole
// handler runs.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type * as z from 'zod';
import type { ActionHandler } from '../../lib/actions/define-action.ts';
import type { ActionEvent, actionEvent } from '../../lib/actions/invocation/action-event.ts';

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The body, when it is JSON. */
  readonly json: unknown;
}

/** An answer: `body` is sent as JSON unless it is a string; `drop` closes the connection, `hang` never answers, and both do so within a body too. */
export type Reply =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | 'drop'
  | 'drop midway'
  | 'hang midway'
  | 'hang';

export interface ProviderServer {
  readonly url: string;
  /** What the provider was asked; without SSM and S3. */
  readonly asked: Asked[];
  /** SSM parameters and S3 objects by name; a parameter `!Name` is answered with that error. */
  readonly stored: Map<string, string>;
  /** The next answers, in order; or a function that makes them. */
  answer(...replies: Reply[]): void;
  answerBy(make: (asked: Asked) => Reply): void;
  /** Forgets requests and answers. */
  reset(): void;
  close(): Promise<void>;
}

interface Sent {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Starts the server on a free port and points the environment's AWS and provider addresses at it. */
export async function startProviderServer(): Promise<ProviderServer> {
  const asked: Asked[] = [];
  const stored = new Map<string, string>();
  let replies: Reply[] = [];
  let make: ((asked: Asked) => Reply) | undefined;

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const content = Buffer.concat(chunks);
    const text = content.toString();
    const path = request.url ?? '/';
    if (answerAws(response, stored, request, content)) return;
    const ask = { method: request.method ?? '', path, headers: request.headers, text, json: parse(text) };
    asked.push(ask);
    send(response, make ? make(ask) : (replies.shift() ?? { status: 599, body: 'no answer was prepared' }));
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an AddressInfo, not a path.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: url,
    CONNECTIONS_PATH: '/ai-orchestra/test/connections',
    CONNECTION_TOKENS_PATH: '/ai-orchestra/test/connection-tokens',
    TEMPLATES_BUCKET: 'templates-bucket',
    LOGS_BUCKET: 'logs-bucket',
    OPENAI_BASE_URL: `${url}/v1`,
    GITHUB_API_URL: url,
    NOTION_BASE_URL: url,
    GMAIL_BASE_URL: url,
    GOOGLE_TOKEN_URL: `${url}/token`,
  });
  return {
    url,
    asked,
    stored,
    answer: (...more) => {
      replies.push(...more);
    },
    answerBy: (maker) => {
      make = maker;
    },
    reset() {
      asked.length = 0;
      replies = [];
      make = undefined;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** By the names of parameters, and the paths of objects. */
type Stored = ProviderServer['stored'];

/** @returns whether AWS was asked, and has answered */
function answerAws(
  response: ServerResponse,
  stored: Stored,
  { url = '/', method, headers }: IncomingMessage,
  content: Buffer,
): boolean {
  const text = content.toString();
  const target = headers['x-amz-target'];
  const [key = ''] = url.split('?');
  if (target === 'AmazonSSM.GetParameter') answerParameter(response, stored, JSON.parse(text).Name);
  else if (typeof target === 'string' && target.startsWith('AmazonSSM.'))
    changeParameter(response, stored, target, JSON.parse(text));
  else if (key.startsWith('/templates-bucket/')) answerObject(response, stored, key);
  else if (key.startsWith('/logs-bucket/values/'))
    answerLargeValue(response, stored, key, { method, headers, content });
  else if (key.startsWith('/logs-bucket/')) answerRecord(response, stored, key, { method, headers, text });
  else return false;
  return true;
}

function answerParameter(response: ServerResponse, stored: Stored, name: string) {
  const value = stored.get(name);
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  if (value?.startsWith('!')) {
    response.writeHead(400, headers).end(JSON.stringify({ __type: value.slice(1), message: 'hush' }));
  } else if (value === undefined) {
    response.writeHead(400, headers).end(JSON.stringify({ __type: 'ParameterNotFound', message: '' }));
  } else {
    response
      .writeHead(200, headers)
      .end(JSON.stringify({ Parameter: { Name: name, Type: 'SecureString', Value: value } }));
  }
}

function changeParameter(
  response: ServerResponse,
  stored: Stored,
  target: string,
  { Name, Value, Overwrite }: { Name: string; Value: string; Overwrite?: boolean },
) {
  const isNew = !stored.has(Name);
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  const refused = (type: string) => response.writeHead(400, headers).end(JSON.stringify({ __type: type }));
  if (target === 'AmazonSSM.DeleteParameter')
    return stored.delete(Name) ? response.writeHead(200, headers).end('{}') : refused('ParameterNotFound');
  if (!isNew && Overwrite !== true) return refused('ParameterAlreadyExists');
  stored.set(Name, Value);
  return response.writeHead(200, headers).end('{"Version":1}');
}

function answerObject(response: ServerResponse, stored: Stored, path: string) {
  const value = stored.get(path);
  if (value !== undefined) response.writeHead(200, { 'content-type': 'application/json' }).end(value);
  else
    response
      .writeHead(404, { 'content-type': 'application/xml' })
      .end('<Error><Code>NoSuchKey</Code></Error>');
}

/** An object that is written under a condition, as those of lib/stores/call-records.ts. */
function answerRecord(
  response: ServerResponse,
  stored: Stored,
  key: string,
  { method, headers, text }: Sent,
) {
  const value = stored.get(key);
  const etagOf = (content: string) => `"${createHash('md5').update(content).digest('hex')}"`;
  const refused = (status: number, code: string) =>
    response
      .writeHead(status, { 'content-type': 'application/xml' })
      .end(`<Error><Code>${code}</Code></Error>`);
  if (value === '!') return refused(403, 'AccessDenied');
  if (method === 'GET') {
    if (value === undefined) return refused(404, 'NoSuchKey');
    return response.writeHead(200, { etag: etagOf(value) }).end(value);
  }
  const holds =
    headers['if-none-match'] === '*' ? value === undefined : headers['if-match'] === etagOf(value ?? '');
  if (!holds) return refused(412, 'PreconditionFailed');
  if (method === 'DELETE') stored.delete(key);
  else stored.set(key, text);
  return response.writeHead(method === 'DELETE' ? 204 : 200, { etag: etagOf(text) }).end();
}

/** As S3 has them. Stored as text of one character a byte. */
function answerLargeValue(
  response: ServerResponse,
  stored: Stored,
  key: string,
  { method, headers, content }: Omit<Sent, 'text'> & { readonly content: Buffer },
) {
  const value = stored.get(key);
  const refused = (status: number) => response.writeHead(status).end();
  if (value === '!') return refused(500);
  if (method === 'GET')
    return value === undefined ? refused(403) : response.writeHead(200).end(Buffer.from(value, 'latin1'));
  if (headers['x-amz-content-sha256'] !== createHash('sha256').update(content).digest('hex'))
    return refused(400);
  if (value !== undefined) return refused(412);
  stored.set(key, content.toString('latin1'));
  return response.writeHead(200).end();
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return;
  if (reply === 'drop') {
    response.socket?.destroy();
    return;
  }
  if (reply === 'drop midway' || reply === 'hang midway') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"id":', () => reply === 'drop midway' && response.socket?.destroy());
    return;
  }
  const { status = 200, headers = {}, body = {} } = reply;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Invokes a handler as a state machine's Task would. */
export function invoke(
  handler: ActionHandler,
  input: unknown,
  {
    connection,
    retry,
    remainingMs = 20_000,
    execution = {},
    on_unknown,
    background,
  }: {
    connection?: string;
    retry?: z.input<typeof actionEvent>['retry'];
    remainingMs?: number;
    /** What of the call differs from the others of a test. */
    execution?: Partial<ActionEvent['execution']>;
    on_unknown?: 'retry';
    background?: ActionEvent['background'];
  } = {},
): Promise<Record<string, unknown>> {
  const event = {
    input,
    ...(connection !== undefined && { connection }),
    ...(retry && { retry }),
    ...(on_unknown && { on_unknown }),
    ...(background && { background }),
    execution: {
      id: 'arn:aws:states:us-east-1:000000000000:execution:m:e',
      workflow_id: 'm',
      step_id: 'step',
      ...execution,
    },
  };
  return handler(event, {
    functionName: 'ai-orchestra-test-action',
    awsRequestId: '6f0c2c5e-0000-4000-8000-000000000000',
    getRemainingTimeInMillis: () => remainingMs,
  });
}
