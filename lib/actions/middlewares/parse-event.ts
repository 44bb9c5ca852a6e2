// Reads the event that a state machine sends to an action.
import type { InvocationValue } from '../../invocation-value.ts';
import { type ActionEvent, actionEvent } from '../invocation/action-event.ts';
import { invalidInput } from '../invocation/invalid-input.ts';
import type { ActionMiddleware } from '../invocation/invocation.ts';

/** Throws InvalidInput for anything else. */
export function parseEvent(event: InvocationValue<ActionEvent>): ActionMiddleware {
  return {
    before(request) {
      const parsed = actionEvent.safeParse(request.event);
      if (!parsed.success) throw invalidInput('The event', parsed.error);
      event.set(request.context, parsed.data);
    },
  };
}
