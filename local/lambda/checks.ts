// What Lambda refuses of an invocation.
import { AwsError } from '../aws/error.ts';

/** Lambda reports with each error whether the user or the service is at fault. */
const fault = { Type: 'User' };

export function functionNotFound(arn: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404, fault);
}

/** @throws RequestEntityTooLargeException */
export function checkPayloadSize(payload: string, maxBytes: number): void {
  if (Buffer.byteLength(payload) <= maxBytes) return;
  const message = `Request must be smaller than ${maxBytes} bytes for the InvokeFunction operation`;
  throw new AwsError('RequestEntityTooLargeException', message, 413, fault);
}

/** @throws InvalidRequestContentException */
export function checkPayloadJson(payload: string): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    const message = `Could not parse request body into json: ${error instanceof Error ? error.message : error}`;
    throw new AwsError('InvalidRequestContentException', message, 400, fault);
  }
}

export function unknownInvocationType(type: string): AwsError {
  const message = `Value '${type}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`;
  return new AwsError('InvalidParameterValueException', message, 400, fault);
}
