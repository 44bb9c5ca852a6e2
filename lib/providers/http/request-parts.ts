// The parts of a request as a workflow gives them: address, headers and body.
import { bytesOfBase64 } from '../../base64.ts';
import { FRAMING_HEADER, HEADER_NAME, HEADER_VALUE } from '../../connections/credentials.ts';
import { InvalidInput } from '../../errors.ts';
import { pointerTo } from '../../json-pointer.ts';
import type { Credential } from './credential.ts';
import { ENCODINGS } from './exchange.ts';
import type { HttpBody, HttpInput, Scalar } from './input.ts';

/**
 * The whole address: paths are below the base URL of the connection, as its own path continued.
 * @throws InvalidInput
 */
export function addressOf(
  { url: given, query = {} }: Pick<HttpInput, 'url' | 'query'>,
  { baseUrl }: Pick<Credential, 'baseUrl'>,
): URL {
  // Below a base URL a colon may be part of the path: `orders:search`.
  const isAbsolute =
    baseUrl === undefined ? /^[a-z][a-z\d+.-]*:/i.test(given) : /^[a-z][a-z\d+.-]*:\/\//i.test(given);
  if (!isAbsolute && baseUrl === undefined)
    throw invalid('/url', 'must be a whole address, with https://, where the connection has no base URL');
  const text = isAbsolute ? given : `${baseUrl}/${given.replace(/^[/\\]+/, '')}`;
  if (!URL.canParse(text)) throw invalid('/url', 'is no address');
  const url = new URL(text);
  url.hash = '';
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat()) if (one !== null) url.searchParams.append(name, String(one));
  if (baseUrl !== undefined && url.origin !== new URL(baseUrl).origin)
    throw invalid(
      '/url',
      `must be at ${new URL(baseUrl).origin}: the connection’s credentials are sent nowhere else. Leave the connection out, or name another`,
    );
  if (!isAbsolute && baseUrl !== undefined && !isBelow(url, new URL(baseUrl)))
    throw invalid('/url', `leads out of ${baseUrl}: write the whole address if that is meant`);
  return url;
}

function isBelow({ pathname }: URL, base: URL): boolean {
  const folder = base.pathname.replace(/\/$/, '');
  return pathname === folder || pathname.startsWith(`${folder}/`);
}

/**
 * By names in small letters.
 * @throws InvalidInput, with no value in it
 */
export function headersOf(
  { headers = {}, response }: HttpInput,
  contentType: string | undefined,
  { headerNames }: Credential,
): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === null) continue;
    const key = name.toLowerCase();
    const text = String(value).trim();
    const at = pointerTo('/headers', name);
    if (!HEADER_NAME.test(name)) throw invalid(at, 'must be the name of a header');
    if (text !== '' && !HEADER_VALUE.test(text)) throw invalid(at, 'must be ASCII in one line');
    if (FRAMING_HEADER.test(key)) throw invalid(at, 'is set by whoever sends the request');
    if (headerNames.includes(key)) throw invalid(at, 'is set by the connection');
    if (Object.hasOwn(given, key)) throw invalid(at, 'stands there twice, in other letters');
    if (key === 'content-type' && contentType?.startsWith('multipart/') === true)
      throw invalid(at, 'is set by the body, whose parts it separates');
    given[key] = text;
  }
  return {
    accept: response === 'json' ? 'application/json' : 'application/json, text/*;q=0.9, */*;q=0.8',
    'accept-encoding': ENCODINGS,
    'user-agent': 'ai-orchestra',
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...given,
  };
}

interface EncodedBody {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** @throws InvalidInput */
export async function encodedBody(body: HttpBody): Promise<EncodedBody> {
  switch (body.type) {
    case 'json':
      return { bytes: Buffer.from(JSON.stringify(body.json)), contentType: 'application/json' };
    case 'form': {
      const form = new URLSearchParams();
      for (const [name, value] of Object.entries(body.fields))
        for (const one of [value].flat()) if (one !== null) form.append(name, String(one));
      return { bytes: Buffer.from(form.toString()), contentType: 'application/x-www-form-urlencoded' };
    }
    case 'multipart':
      return multipart(body.parts);
    case 'text':
      return { bytes: Buffer.from(body.text), contentType: body.content_type };
    case 'file':
      return { bytes: fileBytes(body.content, '/body/content'), contentType: body.content_type };
  }
}

/** As browsers write it (RFC 7578). */
async function multipart(parts: Extract<HttpBody, { type: 'multipart' }>['parts']): Promise<EncodedBody> {
  const form = new FormData();
  for (const [index, { name, value, content, filename, content_type }] of parts.entries()) {
    const at = `/body/parts/${index}`;
    if ((value === undefined) === (content === undefined))
      throw invalid(at, 'must have either value or content');
    if (content === undefined) form.append(name, textOf(value));
    else
      form.append(
        name,
        new Blob([fileBytes(content, `${at}/content`)], { type: content_type ?? 'application/octet-stream' }),
        filename ?? 'file',
      );
  }
  const encoded = new Response(form);
  return { bytes: await encoded.bytes(), contentType: encoded.headers.get('content-type') ?? '' };
}

const textOf = (value: Scalar | undefined): string => (value == null ? '' : String(value));

function fileBytes(content: string, pointer: string): Buffer<ArrayBuffer> {
  const bytes = bytesOfBase64(content);
  if (!bytes) throw invalid(pointer, 'must be base64');
  return bytes;
}

export function invalid(pointer: string, what: string): InvalidInput {
  return new InvalidInput(`The input is invalid. ${pointer}: ${what}`);
}
