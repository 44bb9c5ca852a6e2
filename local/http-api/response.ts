// The HTTP response for a Lambda's return value, payload format version 2.0.
import type { OutgoingHttpHeaders } from 'node:http';
import * as z from 'zod';

export interface HttpResponse {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const integrationResponse = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), headerValue).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Headers of the connection, which the gateway sets itself. */
const hopByHop =
  /^(?:connection|keep-alive|proxy-authenticate|te|trailer|transfer-encoding|upgrade|content-length)$/;

/**
 * A value with a statusCode is the response; any other value is the JSON body of a 200.
 * @returns undefined when it is not a valid response
 */
export function readResponse(payload: string): HttpResponse | undefined {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const text = typeof value === 'string' ? value : payload;
    return createResponse(200, { 'content-type': 'application/json' }, Buffer.from(text));
  }
  const response = integrationResponse.safeParse(value);
  if (!response.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = response.data;
  const sent: OutgoingHttpHeaders = {};
  for (const [name, text] of Object.entries(headers ?? {})) {
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(lower) || /[^\t\x20-\x7e\x80-\xff]/.test(text)) return undefined;
    if (!hopByHop.test(lower)) sent[lower] = text;
  }
  if (cookies?.length) sent['set-cookie'] = cookies;
  const content = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (content.length > 0) sent['content-type'] ??= 'text/plain;charset=UTF-8';
  return createResponse(statusCode, sent, content);
}

function createResponse(status: number, headers: OutgoingHttpHeaders, body: Buffer): HttpResponse {
  if (status === 204 || status === 304) return { status, headers, body: Buffer.alloc(0) };
  return { status, headers: { ...headers, 'content-length': body.length }, body };
}
