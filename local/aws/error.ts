// How AWS services answer a request that fails: the error, and its form in each wire protocol.
import { randomUUID } from 'node:crypto';
import type { AwsResponse } from './service.ts';

/** An error that the caller of an emulated AWS service is to see. `details` become further members of the answer. */
export class AwsError extends Error {
  override readonly name: string;
  readonly status: number;
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, message: string, status = 400, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = code;
    this.status = status;
    this.details = details;
  }
}

/** What an unexpected failure of an emulator looks like from outside: nothing of its cause is told. */
export function asAwsError(error: unknown, code = 'InternalFailure'): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError(code, 'We encountered an internal error. Please try again.', 500);
}

/** An answer of the AWS JSON 1.0 and 1.1 protocols (`X-Amz-Target`). */
export function jsonAnswer(version: '1.0' | '1.1', body: unknown, status = 200): AwsResponse {
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}

export function jsonError(version: '1.0' | '1.1', error: AwsError): AwsResponse {
  return jsonAnswer(version, { __type: error.name, message: error.message, ...error.details }, error.status);
}

/** An answer of the REST JSON protocol (Lambda, EventBridge Scheduler). */
export function restJsonAnswer(body: unknown, status = 200): AwsResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}

export function restJsonError(error: AwsError): AwsResponse {
  const answer = restJsonAnswer({ ...error.details, Message: error.message }, error.status);
  return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': error.name } };
}
