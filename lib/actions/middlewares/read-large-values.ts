// Puts the large values of the run in place of the references to them.
import type { InvocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import type { ActionMiddleware } from '../invocation/invocation.ts';
import { ownerOf } from '../large-values/reference.ts';
import { resolveLargeValues } from '../large-values/resolve.ts';
import type { LargeValueStore } from '../large-values/store.ts';

/** Throws InvalidInput for those of another run, LargeValueExpired, ProviderUnavailable. */
export function readLargeValues(
  event: InvocationValue<ActionEvent>,
  signal: InvocationValue<AbortSignal>,
  store: LargeValueStore,
): ActionMiddleware {
  return {
    async before({ context }) {
      const given = event.get(context);
      const options = { owner: ownerOf(given.execution), store, signal: signal.get(context) };
      event.set(context, { ...given, input: await resolveLargeValues(given.input, options) });
    },
  };
}
