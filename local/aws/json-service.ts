// A service that speaks AWS JSON 1.1: a table of operations, selected by `X-Amz-Target`.
import type * as z from 'zod';
import { AwsError, asAwsError } from './error.ts';
import { jsonErrorResponse, jsonResponse } from './protocols.ts';
import type { AwsService } from './service.ts';
import { readJson } from './validation.ts';

/** Takes the body of a request and returns that of the response. */
export type JsonOperation = (body: string) => object | Promise<object>;

/** @param schema what the operation takes */
export function jsonOperation<T>(
  schema: z.ZodType<T>,
  run: (request: T) => object | Promise<object>,
): JsonOperation {
  return (body) => run(readJson(body || '{}', schema));
}

export interface JsonServiceOptions {
  readonly signingName: string;
  /** By the name after the dot in `X-Amz-Target`. */
  readonly operations: Readonly<Record<string, JsonOperation>>;
  /** The service's code for an unexpected failure. */
  readonly internalErrorCode: string;
  close(): Promise<void>;
}

export function createJsonService(options: JsonServiceOptions): AwsService {
  const { signingName, operations, internalErrorCode, close } = options;
  return {
    signingName,
    async handle({ headers, body }) {
      const name = (headers['x-amz-target'] ?? '').replace(/^[^.]*\./, '');
      try {
        const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
        if (!operation)
          throw new AwsError(
            'UnknownOperationException',
            `${name || 'A request without X-Amz-Target'} of ${signingName} is not served here`,
          );
        return jsonResponse('1.1', await operation(body.toString()));
      } catch (error) {
        return jsonErrorResponse('1.1', asAwsError(error, internalErrorCode));
      }
    },
    close,
  };
}
