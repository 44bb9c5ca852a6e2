// What an S3 request is about: bucket, key, query and content, from its raw HTTP form.
import { createHash } from 'node:crypto';
import type { AwsRequest } from '../aws/service.ts';
import { s3Error } from './errors.ts';

export interface S3Request {
  readonly method: string;
  /** Empty for the service itself (ListBuckets). */
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Reads path-style (`/bucket/key`) and virtual-host-style (`bucket.localhost`) addresses. */
export function parseRequest(request: AwsRequest): S3Request {
  // The path as sent: a parsed URL has lost `..`, which is an ordinary part of a key.
  const { target } = request;
  const [rawPath = '/'] = target.split('?', 1);
  const host = (request.headers['host'] ?? '').replace(/:\d+$/, '');
  const hostBucket = /^(.+?)(?:\.s3)?\.localhost$/.exec(host)?.[1];
  const path = decodeKey(rawPath.slice(1));
  const slash = path.indexOf('/');
  const [bucket, key] =
    hostBucket !== undefined
      ? [hostBucket, path]
      : slash === -1
        ? [path, '']
        : [path.slice(0, slash), path.slice(slash + 1)];
  if (Buffer.byteLength(key) > 1024)
    throw s3Error('KeyTooLongError', { Size: String(Buffer.byteLength(key)), MaxSizeAllowed: '1024' });
  return { method: request.method, bucket, key, query: request.url.searchParams, ...readBody(request) };
}

/** @throws InvalidURI when the text is not percent-encoded UTF-8 */
export function decodeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw s3Error('InvalidURI', { URI: encoded });
  }
}

/**
 * The content, decoded from the aws-chunked encoding, with trailing headers among the headers.
 * @throws IncompleteBody, XAmzContentSHA256Mismatch
 */
function readBody({ headers, body }: AwsRequest): Pick<S3Request, 'headers' | 'body'> {
  const sha256 = headers['x-amz-content-sha256'] ?? '';
  const encodings = (headers['content-encoding'] ?? '').split(',').map((name) => name.trim());
  if (sha256.startsWith('STREAMING-') || encodings.includes('aws-chunked')) {
    const { content, trailers } = decodeChunks(
      body,
      Number(headers['x-amz-decoded-content-length'] ?? Number.NaN),
    );
    const { 'content-encoding': _, ...others } = headers;
    const remaining = encodings.filter((name) => name !== 'aws-chunked' && name !== '').join(',');
    const encoding = remaining === '' ? {} : { 'content-encoding': remaining };
    return { headers: { ...others, ...encoding, ...trailers }, body: content };
  }
  if (/^[0-9a-f]{64}$/.test(sha256)) {
    const computed = createHash('sha256').update(body).digest('hex');
    if (computed !== sha256)
      throw s3Error('XAmzContentSHA256Mismatch', {
        ClientComputedContentSHA256: sha256,
        S3ComputedContentSHA256: computed,
      });
  }
  return { headers, body };
}

/**
 * Decodes `Content-Encoding: aws-chunked`: `<hex size>[;chunk-signature=…]CRLF <data> CRLF … 0 CRLF <trailers> CRLF`
 * (AWS: "Signature calculations for trailing headers"). Gives the content and the trailing headers.
 * @throws IncompleteBody
 */
export function decodeChunks(
  body: Buffer,
  decodedLength: number,
): { content: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  const line = () => {
    const end = body.indexOf('\r\n', at);
    if (end === -1) throw s3Error('IncompleteBody');
    const text = body.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  for (;;) {
    const [size = ''] = line().split(';', 1);
    if (!/^[0-9a-f]{1,8}$/i.test(size)) throw s3Error('IncompleteBody');
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    if (body.toString('latin1', at + length, at + length + 2) !== '\r\n') throw s3Error('IncompleteBody');
    chunks.push(body.subarray(at, at + length));
    at += length + 2;
  }
  const trailers: Record<string, string> = {};
  while (at < body.length) {
    const text = line();
    const colon = text.indexOf(':');
    if (colon > 0) trailers[text.slice(0, colon).trim().toLowerCase()] = text.slice(colon + 1).trim();
  }
  const content = Buffer.concat(chunks);
  if (content.length !== decodedLength) throw s3Error('IncompleteBody');
  return { content, trailers };
}
