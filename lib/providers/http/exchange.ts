// One request on the wire, and the whole of its answer, within bounds of size and time.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { secretForms } from '../../actions/invocation/redact.ts';
import { OrchestraError, OutputTooLarge, ProviderUnavailable } from '../../errors.ts';
import { unreachable } from '../provider-failure.ts';
import { checkAddress } from './address.ts';
import type { Credential } from './credential.ts';
import { privateOrigins } from './private-origins.ts';
import { publicLookup, type Resolve } from './public-address.ts';

export interface HttpCall {
  readonly method: string;
  readonly url: URL;
  /** By names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}

export interface HttpAnswer {
  /** What was asked, without a key. */
  readonly url: URL;
  readonly status: number;
  /** By names in small letters; without cookies, which are credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Bounds {
  readonly signal: AbortSignal;
  /** Of one request with its answer. */
  readonly timeoutMs: number;
  /** Of the body, decompressed. */
  readonly maxBytes: number;
  /** How names are resolved. */
  readonly resolve?: Resolve | undefined;
}

/**
 * No redirect is followed. The credentials are added where they belong, and taken out of what comes back.
 * @throws InvalidInput for an address that is not called, ProviderUnavailable, OutputTooLarge
 */
export async function exchange(call: HttpCall, credential: Credential, bounds: Bounds): Promise<HttpAnswer> {
  const url = credential.withoutKey(call.url);
  checkAddress(url);
  const signal = AbortSignal.any([bounds.signal, AbortSignal.timeout(bounds.timeoutMs)]);
  try {
    const response = await send({ ...call, ...credential.addTo(url, call.headers) }, signal, bounds.resolve);
    const body = await bodyOf(response, bounds.maxBytes, url.host);
    const clean = redactor(credential.secrets);
    return {
      url,
      status: response.statusCode ?? 0,
      headers: headersOf(response, clean),
      body: clean(body),
    };
  } catch (error) {
    if (signal.aborted) throw new ProviderUnavailable(`${url.host} did not answer in time`, { cause: error });
    if (error instanceof OrchestraError) throw error;
    throw unreachable(url.host, error) ?? error;
  }
}

function send({ url, method, headers, body }: HttpCall, signal: AbortSignal, resolve: Resolve | undefined) {
  const answered = Promise.withResolvers<IncomingMessage>();
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method,
    headers: { ...headers, ...(body && { 'content-length': body.length }) },
    signal,
    // A connection of its own, without the process's proxies and pools: where it leads is decided here.
    agent: false,
    ...(!privateOrigins().has(url.origin) && { lookup: publicLookup(resolve) }),
  });
  request.once('error', answered.reject).once('response', answered.resolve);
  request.end(body);
  return answered.promise;
}

async function bodyOf(response: IncomingMessage, maxBytes: number, host: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of decompressed(response, host)) {
      bytes += chunk.length;
      if (bytes > maxBytes)
        throw new OutputTooLarge(
          `The answer of ${host} has more than ${maxBytes} bytes, which max_bytes allows`,
        );
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof OrchestraError) throw error;
    const unread = new ProviderUnavailable(`${host} answered something that cannot be read`, {
      cause: error,
    });
    throw unreachable(host, error) ?? unread;
  } finally {
    response.destroy();
  }
  return Buffer.concat(chunks);
}

/** RFC 9110, section 8.4.1: `deflate` is the zlib format. */
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};
/** What is asked for. */
export const ENCODINGS = 'gzip, br';

function decompressed(response: IncomingMessage, host: string): Readable {
  const coding = response.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return response;
  const decoder = decoders[coding];
  if (!decoder) throw new ProviderUnavailable(`${host} answered in an encoding that was not asked for`);
  // What is wrong with the first is thrown by the second, to whoever reads that.
  return pipeline(response, decoder(), () => {});
}

interface Redactor {
  (text: string): string;
  (bytes: Buffer): Buffer;
}

/** Of headers, and of bodies as bytes: a file is read by nobody here. */
function redactor(secrets: readonly string[]): Redactor {
  // As Node has headers: a character a byte.
  const forms = secretForms(secrets).map((form) => Buffer.from(form).toString('latin1'));
  function clean(text: string): string;
  function clean(bytes: Buffer): Buffer;
  function clean(value: string | Buffer): string | Buffer {
    if (typeof value === 'string')
      return forms.reduce((text, form) => text.replaceAll(form, '[redacted]'), value);
    const isClean = forms.every((form) => !value.includes(form, 0, 'latin1'));
    return isClean ? value : Buffer.from(clean(value.toString('latin1')), 'latin1');
  }
  return clean;
}

function headersOf({ headers }: IncomingMessage, clean: Redactor): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      // A list are those of cookies alone.
      typeof value === 'string' ? [[clean(name), clean(value)]] : [],
    ),
  );
}
