// What the OpenAI SDK throws, as one of the project's errors.
import { APIError } from 'openai';
import { OrchestraError, ProviderUnavailable } from '../errors.ts';
import { isObject } from '../json.ts';
import { bareError, errorIn, onlyOf, refusal } from './chat-refusal.ts';
import { unreachable } from './provider-failure.ts';

export function orchestraError(error: unknown): unknown {
  if (error instanceof OrchestraError) return error;
  if (!(error instanceof APIError)) return unreachable('OpenAI', error) ?? error;
  // The SDK's own classes for timeouts, aborts and dropped connections have no status.
  if (error.status === undefined) {
    return (
      unreachable('OpenAI', error.cause) ??
      new ProviderUnavailable(`OpenAI could not be reached: ${error.message}`)
    );
  }
  // The SDK gives the body's `error`, or a body without one.
  const body = onlyOf(error.error);
  const given = isObject(body)
    ? (errorIn(body) ?? (typeof body['message'] === 'string' ? body : bareError(body)) ?? body)
    : { message: body };
  // The SDK puts the status before the provider's message, or a text of its own when there is none.
  const words = error.message.replace(/^\d+ (status code \(no body\))?/, '');
  const message = typeof given['message'] === 'string' ? given['message'] : words;
  return refusal({ ...given, message }, { status: error.status, headers: error.headers });
}
