// Lets of an error out only what may leave the action.
import { secretTexts } from '../../connections/secret-texts.ts';
import { OrchestraError } from '../../errors.ts';
import type { InvocationValue } from '../../invocation-value.ts';
import type { ActionMiddleware } from '../invocation/invocation.ts';
import { reportable } from '../invocation/reportable-error.ts';

/**
 * The outermost, so that every error comes by, also of an event that was invalid. A known one keeps its name and its
 * message, without credentials; of any other one the caller learns where to look. Neither has a stack or a cause.
 * @param provider of the connection
 * @param secrets not known when the event was invalid, or the connection could not be read
 */
export function redactErrors(provider: string, secrets: InvocationValue<object>): ActionMiddleware {
  return {
    onError(request) {
      const { error, context } = request;
      const told =
        error instanceof OrchestraError
          ? error
          : new Error(`The action failed unexpectedly; see its log, request ${context.awsRequestId}`);
      request.error = reportable(told, secretTexts(provider, secrets.find(context) ?? {}));
    },
  };
}
