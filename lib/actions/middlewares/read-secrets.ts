// Reads the secrets of the connection that the event names.
import type * as z from 'zod';
import type { Connection, ConnectionReader } from '../../connections/connections.ts';
import { expired, lackingScope } from '../../connections/expired.ts';
import { ConnectionExpired, Unauthorized } from '../../errors.ts';
import type { InvocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import type { ActionMiddleware } from '../invocation/invocation.ts';

/**
 * Throws ConnectionInvalid, ProviderUnavailable. What a provider refuses afterwards is read anew by the next call.
 * @param scopes of which the action needs one
 */
export function readSecrets<Secrets extends z.ZodObject>(
  connection: Connection<Secrets>,
  connections: ConnectionReader,
  known: { readonly event: InvocationValue<ActionEvent>; readonly signal: InvocationValue<AbortSignal> },
  secrets: InvocationValue<z.output<Secrets>>,
  scopes: readonly string[] = [],
): ActionMiddleware {
  return {
    async before({ context }) {
      const { connection: id, execution } = known.event.get(context);
      const signal = known.signal.get(context);
      const { unnamed } = connection;
      const read =
        id === undefined && unnamed !== undefined
          ? connection.secrets.parse(unnamed)
          : await connections.read(connection, id, { signal, workflowId: execution.workflow_id });
      // The call has ended without them: the action must not run after its deadline.
      signal.throwIfAborted();
      secrets.set(context, read);
    },
    onError(request) {
      const { error, context } = request;
      const id = known.event.find(context)?.connection;
      const name = `${connection.provider}/${id ?? 'default'}`;
      const refused = error instanceof Unauthorized || error instanceof ConnectionExpired;
      // After the deadline the container may serve another call, whose secrets are not this one's to forget.
      if (refused && !known.signal.find(context)?.aborted) connections.forget(connection, id);
      if (error instanceof ConnectionExpired) request.error = expired(name, error);
      if (error instanceof Unauthorized && error.lacksScope)
        request.error = lackingScope(name, scopes, error);
    },
  };
}
