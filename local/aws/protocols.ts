// The responses of AWS's wire protocols.
import { randomUUID } from 'node:crypto';
import type { AwsError } from './error.ts';
import type { AwsResponse } from './service.ts';

/** AWS JSON 1.0 and 1.1: the operation stands in `X-Amz-Target`. */
export function jsonResponse(version: '1.0' | '1.1', body: unknown, status = 200): AwsResponse {
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}

export function jsonErrorResponse(version: '1.0' | '1.1', error: AwsError): AwsResponse {
  const body = { __type: error.name, message: error.message, ...error.details };
  return jsonResponse(version, body, error.status);
}

/** REST JSON (Lambda, EventBridge Scheduler). */
export function restJsonResponse(body: unknown, status = 200): AwsResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}

export function restJsonErrorResponse(error: AwsError): AwsResponse {
  const response = restJsonResponse({ ...error.details, Message: error.message }, error.status);
  return { ...response, headers: { ...response.headers, 'x-amzn-errortype': error.name } };
}
