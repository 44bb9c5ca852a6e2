// Ends a call before Lambda would: there is time left to report it.
import { ProviderUnavailable } from '../../errors.ts';
import { invocationValue } from '../../invocation-value.ts';
import type { ActionMiddleware } from '../invocation/invocation.ts';

/** What middy's early timeout throws; it does not know the invocation, so that deadline finds the words. */
class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/**
 * The options of the chain that deadline stands in: its handler gets a signal that aborts so many milliseconds before the
 * Lambda's own deadline, and the chain goes on with an error at once, also when the handler does not heed the signal.
 */
export function earlyTimeout(marginMs: number) {
  return {
    timeoutEarlyInMillis: marginMs,
    timeoutEarlyResponse() {
      throw new OutOfTime('The action ran out of time');
    },
  };
}

/** Says of a call that ran out of time how long it had. */
export function deadline(marginMs: number): ActionMiddleware {
  const allowedMs = invocationValue<number>('time allowed');
  return {
    before({ context }) {
      allowedMs.set(context, Math.max(0, context.getRemainingTimeInMillis() - marginMs));
    },
    onError(request) {
      if (!(request.error instanceof OutOfTime)) return;
      const seconds = Math.round(allowedMs.get(request.context) / 100) / 10;
      request.error = new ProviderUnavailable(`The provider did not answer in time (${seconds} s)`);
    },
  };
}
