// Amazon S3 on a laptop: the REST API over a directory on disk.
import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws/error.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../aws/service.ts';
import { operationOf } from './operations.ts';
import { parseRequest } from './request.ts';
import { ObjectStore } from './store.ts';
import { xmlDocument } from './xml.ts';

export interface S3 extends AwsService {
  /** Creates a bucket, with versioning on if asked; one that exists stays as it is. */
  createBucket(name: string, options?: { versioned?: boolean }): Promise<void>;
  /** The file that holds an object's current content, `<directory>/<bucket>/<key>` where a path can be that. */
  objectPath(bucket: string, key: string): string | undefined;
}

/** Opens S3 over a directory, which is created when it is missing. */
export function createS3(options: { directory: string; now?: () => number }): S3 {
  const store = new ObjectStore(options.directory, options.now);
  return {
    signingName: 's3',
    createBucket: (name, { versioned = false } = {}) => store.createBucket(name, versioned ? 'Enabled' : ''),
    objectPath: (bucket, key) => store.objectPath(bucket, key),
    async handle(request) {
      const ids = {
        'x-amz-request-id': randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase(),
        server: 'AmazonS3',
      };
      try {
        const parsed = parseRequest(request);
        const response = await operationOf(parsed).run(store, parsed);
        return { ...response, headers: { ...ids, ...response.headers } };
      } catch (error) {
        return errorResponse(request, ids, error);
      }
    },
    close: () => store.close(),
  };
}

function errorResponse(
  request: AwsRequest,
  ids: Readonly<Record<string, string>>,
  error: unknown,
): AwsResponse {
  const known =
    error instanceof AwsError
      ? error
      : new AwsError('InternalError', 'We encountered an internal error. Please try again.', 500);
  const headers = { ...ids, 'content-type': 'application/xml' };
  if (request.method === 'HEAD') return { status: known.status, headers };
  const body = xmlDocument(
    'Error',
    {
      Code: known.name,
      Message: known.message,
      ...known.details,
      RequestId: ids['x-amz-request-id'],
      HostId: 'localhost',
    },
    false,
  );
  return { status: known.status, headers, body };
}
