// What the tests of S3 share: S3 behind the AWS endpoint, and the SDK's own client in front of it.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { createAwsServer } from '../../aws/server.ts';
import { createS3 } from '../s3.ts';

/** Starts S3 over a directory of its own. The calls go to the bucket of `use`. */
export async function startS3() {
  const home = await mkdtemp(path.join(tmpdir(), 's3-'));
  const directory = path.join(home, 's3');
  const s3 = createS3({ directory });
  const server = createAwsServer([s3]);
  const endpoint = await server.listen(0);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
  let number = 0;
  let Bucket = '';
  return {
    directory,
    endpoint,
    s3,
    server,
    client,
    use(bucket: string): string {
      Bucket = bucket;
      return bucket;
    },
    /** Makes a bucket and uses it. */
    async newBucket(): Promise<string> {
      Bucket = `bucket-${number++}`;
      await s3.createBucket(Bucket);
      return Bucket;
    },
    put: (
      Key: string,
      Body: PutObjectCommandInput['Body'] = Key,
      more: Partial<PutObjectCommandInput> = {},
    ) => client.send(new PutObjectCommand({ Bucket, Key, Body, ...more })),
    async get(Key: string, more: Partial<GetObjectCommandInput> = {}) {
      const response = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
      return { ...response, text: (await response.Body?.transformToString()) ?? '' };
    },
    list: (more: Partial<ListObjectsV2CommandInput> = {}) =>
      client.send(new ListObjectsV2Command({ Bucket, ...more })),
    remove: (Key: string, more: { VersionId?: string; IfMatch?: string } = {}) =>
      client.send(new DeleteObjectCommand({ Bucket, Key, ...more })),
    send: (method: string, target: string, headers: Record<string, string> = {}, body = '') =>
      send(endpoint, method, target, headers, body),
    async close(): Promise<void> {
      client.destroy();
      await server.close();
      await s3.close();
      await rm(home, { recursive: true });
    },
  };
}

/** Sends exactly these bytes, signed as S3's. */
function send(
  endpoint: string,
  method: string,
  target: string,
  headers: Record<string, string>,
  body: string,
) {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(endpoint);
    const options = { hostname, port, method, path: target, headers: { authorization, ...headers } };
    const outgoing = httpRequest(options, (incoming) => {
      let text = '';
      incoming.on('data', (chunk) => {
        text += chunk;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode, body: text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export const md5 = (text: string) => `"${createHash('md5').update(text).digest('hex')}"`;

/** What an error of the SDK's client holds. */
export const failure = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });
