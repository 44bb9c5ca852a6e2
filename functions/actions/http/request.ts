// http.request: a request to any server on the public internet.
import * as z from 'zod';
import { defineAction } from '../../../lib/actions/define-action.ts';
import { InvalidInput } from '../../../lib/errors.ts';
import { contentOf, failureOf, mediaTypeOf } from '../../../lib/providers/http/answer.ts';
import { type Credential, credentialOf, http } from '../../../lib/providers/http/credential.ts';
import type { HttpAnswer, HttpCall } from '../../../lib/providers/http/exchange.ts';
import { follow } from '../../../lib/providers/http/follow.ts';
import { type HttpInput, httpInput, SAFE_METHODS } from '../../../lib/providers/http/input.ts';
import { allPages } from '../../../lib/providers/http/paging.ts';
import { recorded } from '../../../lib/providers/http/recorded.ts';
import { addressOf, encodedBody, headersOf, invalid } from '../../../lib/providers/http/request-parts.ts';
import { callRecords } from '../../../lib/stores/call-records.ts';

const output = z.object({
  status: z.int().describe('The status of the answer; of several pages, of the last'),
  url: z.string().describe('What was asked last, after redirects; without the key of a connection'),
  headers: z
    .record(z.string(), z.string())
    .describe('Its headers, by names in small letters; without cookies, which are credentials'),
  content_type: z.string().describe('The media type that it names; empty when it names none'),
  size_bytes: z.int().describe('The size of its body, unpacked'),
  json: z.unknown().describe('The answer as JSON; null when it is given otherwise, or is empty'),
  text: z
    .string()
    .nullable()
    .describe('The answer as text; above 200 KB a large value, which later steps are given whole'),
  content: z
    .string()
    .nullable()
    .meta({ contentEncoding: 'base64' })
    .describe('The answer as bytes in base64; above 200 KB a large value, which later steps are given whole'),
  items: z.array(z.unknown()).describe('With paging: the items of all pages; none without'),
  pages: z.int().describe('How many answers it is made of'),
  next: z
    .string()
    .nullable()
    .describe('With paging: where the list goes on after these pages (an address, a cursor or a number)'),
});
type Output = z.output<typeof output>;

const records = callRecords(z.object({ try_id: z.string(), output: output.optional() }));

export const handler = defineAction({
  title: 'Send an HTTP request',
  summary:
    'Asks any server on the public internet, and gives its answer as JSON, text or a file; a list page by page.',
  connection: http,
  effect: 'write',
  once: 'record',
  reads_when: { method: SAFE_METHODS },
  timeoutSeconds: 120,
  input: httpInput,
  output,
  example: {
    input: { url: 'https://api.acme.example/v1/orders', query: { status: 'open' }, expected_statuses: [200] },
    output: {
      status: 200,
      url: 'https://api.acme.example/v1/orders?status=open',
      headers: { 'content-type': 'application/json' },
      content_type: 'application/json',
      size_bytes: 39,
      json: { orders: [{ id: 7, customer: 'Ada' }] },
      text: null,
      content: null,
      items: [],
      pages: 1,
      next: null,
    },
  },
  async run(input, { secrets, signal, callKey, triedSince, retryUnknown }) {
    const credential = credentialOf(secrets);
    const call = await callOf(input, credential, callKey);
    const isIdempotent = input.idempotent ?? !['POST', 'PATCH'].includes(input.method);
    if (input.paging && !isIdempotent)
      throw invalid(
        '/paging',
        `asks several times: say idempotent: true when a ${input.method} here only reads`,
      );
    const isExpected = expectation(input, triedSince !== undefined);
    const following = {
      signal,
      timeoutMs: input.timeout_seconds * 1000,
      maxBytes: input.max_bytes,
      maxRedirects: input.max_redirects,
      // Of a read, 303 is no answer to be given but one to be followed.
      isExpected,
      isIdempotent,
    };
    const send = async (one: HttpCall) => {
      const answer = await follow(one, credential, following);
      if (!isExpected(answer.status)) throw failureOf(answer);
      return answer;
    };
    const make = () => outputOf(input, call, send);
    return isIdempotent ? make() : recorded(make, { records, callKey, retryUnknown });
  },
});

async function callOf(input: HttpInput, credential: Credential, callKey: string): Promise<HttpCall> {
  const { method, body } = input;
  const isSafe = isSafeMethod(method);
  if (body && isSafe) throw invalid('/body', `does not go with ${method}`);
  const url = addressOf(input, credential);
  const encoded = body && (await encodedBody(body));
  const headers = headersOf(input, encoded?.contentType, credential);
  return {
    method,
    url,
    headers: isSafe ? headers : { 'idempotency-key': idempotencyKey(callKey), ...headers },
    body: encoded?.bytes ?? (isSafe ? undefined : Buffer.of()),
  };
}

const isSafeMethod = (method: string): boolean => SAFE_METHODS.some((safe) => safe === method);

/**
 * The same for each try of a call (draft-ietf-httpapi-idempotency-key-header-07), as a UUID of version 8, whose bits are free
 * (RFC 9562, section 5.8): some servers take nothing else. Without the draft's quotation marks, as those who have it take it.
 */
function idempotencyKey(callKey: string): string {
  const digits = `${callKey.slice(0, 12)}8${callKey.slice(13, 16)}8${callKey.slice(17)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * @param isRepeated an earlier try of the call may have done it: what a DELETE does not find any more is deleted
 */
function expectation({ method, expected_statuses }: HttpInput, isRepeated: boolean) {
  return (status: number): boolean => {
    if (method === 'DELETE' && isRepeated && (status === 404 || status === 410)) return true;
    if (expected_statuses) return expected_statuses.includes(status);
    // "See other" is what a server answers that has taken a form (RFC 9110, section 15.4.4).
    return (status >= 200 && status < 300) || (status === 303 && !isSafeMethod(method));
  };
}

async function outputOf(
  { paging, response }: HttpInput,
  call: HttpCall,
  send: (call: HttpCall) => Promise<HttpAnswer>,
): Promise<Output> {
  if (!paging) {
    const answer = await send(call);
    return { ...described(answer), ...contentOf(answer, response) };
  }
  if (response === 'text' || response === 'file')
    throw new InvalidInput(
      `The input is invalid. /response: pages are JSON, and are not given as ${response}`,
    );
  const { answer, items, pages, next } = await allPages(call, paging, send);
  return { ...described(answer), items: [...items], pages, next };
}

function described(answer: HttpAnswer) {
  const { status, url, headers, body } = answer;
  return {
    ...{ status, url: url.href, headers: { ...headers } },
    ...{ content_type: mediaTypeOf(answer), size_bytes: body.length },
    ...{ json: null, text: null, content: null, items: [], pages: 1, next: null },
  };
}
