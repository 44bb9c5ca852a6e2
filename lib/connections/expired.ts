// How a run that needs a connection anew says which one, and how that is read from its error.
import { ConnectionExpired } from '../errors.ts';

/**
 * The error with the connection in it, and the page of the dashboard where it is connected again.
 * @param name `<provider>/<id>`
 */
export function expired(name: string, cause: ConnectionExpired): ConnectionExpired {
  return new ConnectionExpired(
    `The connection ${name} has to be connected again: ${cause.message} (/app/connections?connection=${name})`,
    { cause },
  );
}

/** The `<provider>/<id>` in the message of such an error. */
export function expiredConnection(message: string): string | undefined {
  return /^The connection ([a-z0-9_-]+\/[a-z0-9_-]+) has to be connected again: /.exec(message)?.[1];
}
