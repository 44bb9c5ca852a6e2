// The API's typed client: one function, whose requests and answers are those of the routes.
import { parseExactly } from '../../lib/exact-json.ts';
import { compareClock } from '../design-system/time-text.ts';
import { authorization } from './authorization.ts';
import { reached, unreached } from './connection.ts';
import { ApiError, NetworkError, problemOf } from './errors.ts';
import type { AnswerBody, RequestParts, RouteKey } from './routes.ts';
import { target } from './target.ts';

export interface ApiAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** Whole numbers over 2^53 in it keep their digits (lib/exact-json.ts). */
  readonly body: Body;
  /** The version that was read, for `if-match`. */
  readonly etag: string | undefined;
}

export interface RequestControl {
  readonly signal?: AbortSignal;
}

/** The answers of GET that had an ETag, by address: what has not changed is not sent again. */
const known = new Map<string, ApiAnswer<unknown>>();
const MOST_KNOWN = 100;

/** What was read is another user's no longer. */
export function forgetAnswers(): void {
  known.clear();
}

/**
 * Calls an operation of the API.
 * @example const { body } = await request('GET /executions/{id}', { params: { id } });
 * @throws ApiError when it is refused, NetworkError when no answer comes
 */
export async function request<Key extends RouteKey>(
  key: Key,
  ...[parts, control = {}]: Record<string, never> extends RequestParts<Key>
    ? [parts?: RequestParts<Key>, control?: RequestControl]
    : [parts: RequestParts<Key>, control?: RequestControl]
): Promise<ApiAnswer<AnswerBody<Key>>> {
  const { method, address } = target(key, parts);
  const answer = await authorized(method, address, parts, control);
  // The answer is the server's own, made of the schema that its type comes from.
  return answer as ApiAnswer<AnswerBody<Key>>;
}

interface AnyParts {
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
}

/** What needs no token must not wait for one: it is how one is had, and how a lost service is found again. */
const PUBLIC = /^\/(auth\/|health$)/;

/** Sends it once more when the access token was no longer good and there is a new one. */
async function authorized(
  method: string,
  address: string,
  parts: AnyParts = {},
  control: RequestControl,
): Promise<ApiAnswer<unknown>> {
  if (PUBLIC.test(address)) return send(method, address, parts, undefined, control);
  const token = await authorization().token();
  try {
    return await send(method, address, parts, token, control);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401 || token === undefined) throw error;
    const renewed = await authorization().renew(token);
    if (renewed === undefined) throw error;
    return send(method, address, parts, renewed, control);
  }
}

async function send(
  method: string,
  address: string,
  { headers = {}, body }: AnyParts,
  token: string | undefined,
  { signal }: RequestControl,
): Promise<ApiAnswer<unknown>> {
  const before = method === 'GET' ? known.get(address) : undefined;
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.set(name, String(value));
  if (token !== undefined) sent.set('authorization', `Bearer ${token}`);
  if (body !== undefined) sent.set('content-type', 'application/json');
  if (before?.etag !== undefined) sent.set('if-none-match', before.etag);
  const { response, value } = await exchange(address, {
    method,
    headers: sent,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (response.status === 304 && before) return before;
  if (!response.ok) throw new ApiError(response.status, problemOf(response.status, value));
  const etag = response.headers.get('etag') ?? undefined;
  const answer = { status: response.status, headers: response.headers, body: value, etag };
  if (method === 'GET' && etag !== undefined) remember(address, answer);
  return answer;
}

/** The whole answer; what is not one says so to the banner of the frame. */
async function exchange(
  address: string,
  init: RequestInit,
): Promise<{ readonly response: Response; readonly value: unknown }> {
  try {
    // The browser's own cache would hide from the client what has changed.
    const response = await fetch(address, { ...init, cache: 'no-store', redirect: 'error' });
    const value = readBody(response, await response.text());
    reached();
    compareClock(response.headers.get('date'));
    return { response, value };
  } catch (error) {
    if (init.signal?.aborted) throw error;
    unreached();
    if (error instanceof NetworkError) throw error;
    throw new NetworkError('No answer came from the service', { cause: error });
  }
}

/** @throws NetworkError when it is no answer of the API's */
function readBody(response: Response, text: string): unknown {
  if (text === '') return undefined;
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  if (!isJson) {
    if (!response.ok) return text;
    // A proxy, or a network that wants a login first, answers with a page of its own.
    throw new NetworkError('Something else has answered in its place');
  }
  try {
    return parseExactly(text);
  } catch (error) {
    throw new NetworkError('The answer was cut', { cause: error });
  }
}

/** The oldest goes when there are too many. */
function remember(address: string, answer: ApiAnswer<unknown>): void {
  known.delete(address);
  known.set(address, answer);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
}
