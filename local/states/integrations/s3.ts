// `aws-sdk:s3:getObject` and `putObject`: an object of S3, read or written by a Task.
import type { S3Objects } from '../clients/s3-client.ts';
import { isJsonObject, isObject, type Json, type JsonObject, jsonText } from '../model/json.ts';
import { type Call, type Integration, serviceTaskEvents, TaskFailure } from './integration.ts';

const action = (name: 'getObject' | 'putObject', required: readonly string[]): Integration => ({
  events: serviceTaskEvents('aws-sdk:s3', name),
  required,
  lost: () => new TaskFailure('S3.SdkClientException', 'The connection was lost before S3 answered.'),
  call: (args, call) => answered(call, ACTIONS[name](call.environment.s3, argumentsOf(args, required))),
});

export const getObject = action('getObject', ['Bucket', 'Key']);
export const putObject = action('putObject', ['Bucket', 'Key', 'Body']);

const text = (value: Json | undefined): string =>
  typeof value === 'string' ? value : jsonText(value ?? null);

const ACTIONS: Readonly<
  Record<'getObject' | 'putObject', (s3: S3Objects, args: JsonObject) => Promise<JsonObject>>
> = {
  async getObject(s3, { Bucket, Key }) {
    const { body, contentType, etag, lastModified } = await s3.read(text(Bucket), text(Key));
    return {
      AcceptRanges: 'bytes',
      Body: body,
      ContentLength: Buffer.byteLength(body),
      ...(contentType !== undefined && { ContentType: contentType }),
      ETag: etag,
      LastModified: new Date(lastModified).toISOString().replace(/\.\d+/, ''),
      Metadata: {},
    };
  },
  async putObject(s3, { Bucket, Key, Body, ContentType }) {
    const type = typeof ContentType === 'string' ? ContentType : undefined;
    return { ETag: await s3.put(text(Bucket), text(Key), text(Body), type) };
  },
};

/** Validation has checked that the fields are there, unless one expression gives all of them. */
function argumentsOf(args: Json, required: readonly string[]): JsonObject {
  const fields: JsonObject = isJsonObject(args) ? args : {};
  const missing = required.find((name) => fields[name] === undefined);
  if (missing === undefined) return fields;
  throw new TaskFailure('States.Runtime', `The Arguments need '${missing}', but were: ${jsonText(args)}`);
}

/** S3's errors by the names that Step Functions gives them. Throws Cancelled when the call is cancelled before. */
function answered(call: Call, answer: Promise<JsonObject>): Promise<Json> {
  return call.cancellation.race<Json>((resolve, reject) => {
    answer.then(resolve, (error: unknown) => reject(failureOf(error)));
    return () => {};
  });
}

function failureOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (!('$metadata' in error) || !isObject(error.$metadata)) {
    return new TaskFailure('S3.SdkClientException', error.message);
  }
  const { httpStatusCode, requestId, extendedRequestId } = error.$metadata;
  const details = `Service: S3, Status Code: ${httpStatusCode}, Request ID: ${requestId}, Extended Request ID: ${extendedRequestId}`;
  return new TaskFailure(
    /^NoSuch/.test(error.name) ? `S3.${error.name}Exception` : 'S3.S3Exception',
    `${error.message} (${details})`,
  );
}
