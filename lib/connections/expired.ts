// How a run says which connection it needs anew, or needs more of, and how that is read from its error.
import { ConnectionExpired, Unauthorized } from '../errors.ts';

/**
 * The page of the dashboard where a connection is connected again, or given a scope.
 * @param name `<provider>/<id>`
 */
export function connectionPage(name: string, scope?: string): string {
  return `/app/connections?connection=${name}${scope === undefined ? '' : `&scope=${encodeURIComponent(scope)}`}`;
}

/**
 * The error with the connection in it, and the page of the dashboard where it is connected again.
 * @param name `<provider>/<id>`
 */
export function expired(name: string, cause: ConnectionExpired): ConnectionExpired {
  return new ConnectionExpired(
    `The connection ${name} has to be connected again: ${cause.message} (${connectionPage(name)})`,
    { cause },
  );
}

/**
 * The error with the page of the dashboard where the connection is given what it lacks.
 * @param needed the scopes of which the action needs one, that which allows least first
 */
export function lackingScope(name: string, needed: readonly string[], cause: Unauthorized): Unauthorized {
  return new Unauthorized(
    `The connection ${name} lacks a scope that this needs: ${cause.message} (add it at ${connectionPage(name, needed[0])})`,
    { cause, lacksScope: true },
  );
}

/** The `<provider>/<id>` in the message of such an error. */
export function expiredConnection(message: string): string | undefined {
  return /^The connection ([a-z0-9_-]+\/[a-z0-9_-]+) has to be connected again: /.exec(message)?.[1];
}
