// AWS JSON 1.0: calls the operation that a request names, and serialises its output or its error.
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { AwsRequest, AwsResponse } from '../../aws/service.ts';
import { ServiceError } from '../model/errors.ts';
import { isJsonObject, type JsonObject, parseJson } from '../model/json.ts';
import { ApiRequest } from './request.ts';

export type Operation = (request: ApiRequest) => object | Promise<object>;
export type Operations = Readonly<Record<string, Operation>>;

const TARGET_PREFIX = 'AWSStepFunctions.';
const HEADERS = { 'content-type': 'application/x-amz-json-1.0' };

/** Answers one request. `onFault` gets faults of the engine, which are answered as InternalFailure. */
export async function answer(
  request: AwsRequest,
  operations: Operations,
  onFault: (error: unknown) => void,
): Promise<AwsResponse> {
  const headers = { ...HEADERS, 'x-amzn-requestid': randomUUID() };
  try {
    const name = nameOf(request);
    const operation = operationOf(name, operations);
    const output = await operation(new ApiRequest(inputOf(request), name));
    return { status: 200, headers, body: JSON.stringify(output) };
  } catch (error) {
    if (!(error instanceof ServiceError)) onFault(error);
    const { code, message, status, fields } =
      error instanceof ServiceError
        ? error
        : new ServiceError('InternalFailure', 'The engine could not do this; its log says why.', {}, 500);
    return {
      status,
      headers: { ...headers, 'x-amzn-errortype': code },
      body: JSON.stringify({ __type: code, message, ...fields }),
    };
  }
}

function nameOf({ method, url, headers }: AwsRequest): string {
  const refused = (text: string) => new ServiceError('UnknownOperationException', text);
  if (method !== 'POST' || url.pathname !== '/')
    throw refused(`Operations are sent as POST /, not as ${method} ${url.pathname}`);
  const target = headers['x-amz-target'] ?? '';
  const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
  if (name) return name;
  throw refused(
    `The header X-Amz-Target must name an operation, as '${TARGET_PREFIX}StartExecution', but is '${target}'`,
  );
}

function operationOf(name: string, operations: Operations): Operation {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation) return operation;
  throw new ServiceError('UnknownOperationException', `The operation '${name}' is not served by this engine`);
}

function inputOf(request: AwsRequest): JsonObject {
  if (!isUtf8(request.body))
    throw new ServiceError('SerializationException', 'The request body is not UTF-8');
  const text = request.body.toString('utf8');
  if (text.trim() === '') return {};
  try {
    const input = parseJson(text);
    if (isJsonObject(input)) return input;
  } catch {
    // Refused below, as any other body that is no object.
  }
  throw new ServiceError('SerializationException', 'The request body must be a JSON object');
}
