// Who calls the API: the session gives the client its access token, which is kept in memory alone.

export interface Authorization {
  /** The access token; undefined where nobody is logged in. */
  token(): Promise<string | undefined>;
  /** A token that replaces one that was refused, or undefined when there is none. */
  renew(refused: string): Promise<string | undefined>;
}

let current: Authorization = { token: async () => undefined, renew: async () => undefined };

export const authorization = (): Authorization => current;

/** Called once, by the session. */
export function setAuthorization(given: Authorization): void {
  current = given;
}
