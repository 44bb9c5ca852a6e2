// The interface of an emulated AWS service, behind the endpoint that they share.

export interface AwsRequest {
  readonly method: string;
  /** Path and query, still percent-encoded, on any origin. */
  readonly url: URL;
  /** The request target as it was sent; a URL resolves the `..` that an S3 key may hold. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface AwsService {
  /** The service's name in a SigV4 credential scope: `states`, `s3`, `ssm`, … */
  readonly signingName: string;
  handle(request: AwsRequest): Promise<AwsResponse>;
  /** Finishes what is in progress and releases files, timers and child processes. */
  close(): Promise<void>;
}
