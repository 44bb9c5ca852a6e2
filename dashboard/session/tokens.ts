// The access token, in memory alone: refreshed before it expires, by one tab at a time, and asked for in place when the session
// has ended. Times are of performance.now(), since a device's clock may be wrong.
import { ApiError } from '../api/errors.ts';
import { request } from '../api/request.ts';
import type { AnswerBody } from '../api/routes.ts';

export type AccessToken = AnswerBody<'POST /auth/refresh'>;

interface Held {
  readonly token: string;
  readonly user: string;
  /** When to refresh it, by performance.now(). */
  readonly staleAt: number;
}

export interface TokenEvents {
  /** The session has ended: the password is asked for. */
  onEnded(): void;
  /** A refresh gave the token of somebody else, who has logged in in another tab. */
  onOtherUser(token: AccessToken): void;
}

/** A request that waits for a login which does not come. */
export class LoginGivenUp extends Error {
  override readonly name = 'LoginGivenUp';
}

/** Refreshed this long before it expires: a minute, of a token of a short life a fifth. */
const EARLY_S = 60;
const LOCK = 'ai-orchestra-refresh';

export interface Tokens {
  token(): Promise<string | undefined>;
  renew(refused: string): Promise<string | undefined>;
  /** Takes the token of a login, also one that requests wait for. */
  take(token: AccessToken): void;
  /** Forgets it; what waits for a login fails. */
  forget(): void;
  /** Asks for a token with the session's cookie. @throws ApiError, NetworkError */
  refresh(): Promise<AccessToken>;
}

export function createTokens({ onEnded, onOtherUser }: TokenEvents): Tokens {
  let held: Held | undefined;
  let refreshing: Promise<string> | undefined;
  let login: PromiseWithResolvers<string> | undefined;

  function take(token: AccessToken): void {
    const early = Math.min(EARLY_S, token.expires_in / 5);
    const staleAt = performance.now() + (token.expires_in - early) * 1000;
    held = { token: token.access_token, user: token.user_id, staleAt };
    login?.resolve(token.access_token);
    login = undefined;
  }

  /** The token of the login that is asked for. */
  function asked(): Promise<string> {
    if (!login) {
      login = Promise.withResolvers();
      // What waits may have been given up meanwhile.
      login.promise.catch(() => {});
      onEnded();
    }
    return login.promise;
  }

  async function refreshed(user: string): Promise<string> {
    try {
      const token = await refresh();
      if (token.user_id !== user) {
        onOtherUser(token);
        throw new LoginGivenUp(`${token.user_id} has logged in in another tab`);
      }
      take(token);
      return token.access_token;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return asked();
      throw error;
    }
  }

  function fresh(user: string): Promise<string> {
    refreshing ??= refreshed(user).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  return {
    take,
    async token() {
      if (login) return login.promise;
      if (!held) return undefined;
      return performance.now() < held.staleAt ? held.token : fresh(held.user);
    },
    async renew(refused) {
      if (login) return login.promise;
      if (!held) return undefined;
      // Another request has renewed it already.
      return held.token === refused ? fresh(held.user) : held.token;
    },
    forget() {
      held = undefined;
      login?.reject(new LoginGivenUp('Nobody is logged in any more'));
      login = undefined;
    },
    refresh,
  };
}

/** One tab after another: a user pool may limit how often a session is refreshed. */
async function refresh(): Promise<AccessToken> {
  const call = async () => (await request('POST /auth/refresh')).body;
  return 'locks' in navigator ? navigator.locks.request(LOCK, call) : call();
}
