// Checksums of contents: those that S3 computes, and those that came with a request.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32cJs, Crc64NvmeJs } from '@aws-sdk/checksums/crc';
import { notServed, s3Error } from './errors.ts';

/** A checksum of a content: its header, `x-amz-checksum-<algorithm>`, and its value in base64. */
export interface Checksum {
  readonly header: string;
  readonly value: string;
}

/** Digests by the names that S3 gives them in `x-amz-checksum-<name>`. */
const digests: Readonly<Record<string, (content: Buffer) => Promise<Uint8Array>>> = {
  async crc32(content) {
    const digest = Buffer.alloc(4);
    digest.writeUInt32BE(crc32(content));
    return digest;
  },
  crc32c: (content) => digestOf(new Crc32cJs(), content),
  crc64nvme: (content) => digestOf(new Crc64NvmeJs(), content),
  sha1: async (content) => createHash('sha1').update(content).digest(),
  sha256: async (content) => createHash('sha256').update(content).digest(),
};

function digestOf(checksum: Crc32cJs | Crc64NvmeJs, content: Buffer): Promise<Uint8Array> {
  checksum.update(content);
  return checksum.digest();
}

/** The checksum of an object whose client sent none. */
export async function defaultChecksum(content: Buffer): Promise<Checksum> {
  const digest = await digestOf(new Crc64NvmeJs(), content);
  return { header: 'x-amz-checksum-crc64nvme', value: Buffer.from(digest).toString('base64') };
}

/**
 * Checks content against every digest that came with it, and returns the `x-amz-checksum-*` one.
 * @throws BadDigest, InvalidDigest, InvalidRequest, NotImplemented for an unknown algorithm
 */
export async function verifyChecksums(
  headers: Readonly<Record<string, string>>,
  content: Buffer,
): Promise<Checksum | undefined> {
  const md5 = headers['content-md5'];
  if (md5 !== undefined) {
    if (Buffer.from(md5, 'base64').length !== 16) throw s3Error('InvalidDigest', { 'Content-MD5': md5 });
    const computed = createHash('md5').update(content).digest('base64');
    if (md5 !== computed)
      throw s3Error(
        'BadDigest',
        { ExpectedDigest: md5, CalculatedDigest: computed },
        'The Content-MD5 you specified did not match what we received.',
      );
  }
  const given = Object.keys(headers).filter((name) =>
    /^x-amz-checksum-(?!type$|mode$|algorithm$)/.test(name),
  );
  if (given.length > 1)
    throw s3Error(
      'InvalidRequest',
      {},
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  const [header] = given;
  if (header === undefined) return undefined;
  const algorithm = header.slice('x-amz-checksum-'.length);
  const digest = digests[algorithm];
  if (!digest) throw notServed(header);
  const value = headers[header] ?? '';
  if (Buffer.from(await digest(content)).toString('base64') !== value)
    throw s3Error(
      'BadDigest',
      {},
      `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
    );
  return { header, value };
}
