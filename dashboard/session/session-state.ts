// The session of this page: from the cookie at the start, through logins here and in other tabs, to the logout. The access token is
// in memory alone (tokens.ts); the refresh token is in a cookie that no script can read.
import type { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/errors.ts';
import { forgetAnswers, request } from '../api/request.ts';
import type { AnswerBody } from '../api/routes.ts';
import { forgetDrafts, openSessionTabs, startDraftsOf } from './tabs.ts';
import { type AccessToken, createTokens } from './tokens.ts';

export type SessionState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'unreachable'; readonly error: Error }
  | { readonly kind: 'login'; readonly demoUsers: AnswerBody<'GET /auth/session'>['demo_users'] }
  | OpenSession;

interface OpenSession {
  readonly kind: 'open';
  readonly user: string;
  readonly role: string;
  /** The password is asked for in place. */
  readonly hasEnded: boolean;
  /** Another user starts with a page of another number. */
  readonly number: number;
}

/** Made once a page. */
export function createSession(queries: QueryClient) {
  const listeners = new Set<() => void>();
  let state: SessionState = { kind: 'starting' };
  /** Somebody wants to log out, and the service does not know yet. */
  let isLeaving = false;
  let starting: Promise<void> | undefined;

  const tokens = createTokens({
    onEnded: () => {
      if (state.kind === 'open') show({ ...state, hasEnded: true });
    },
    onOtherUser: begin,
  });
  const tabs = openSessionTabs((news) => {
    if (news.event === 'logged-out') return leave();
    // Of its own user the tab has a token that is good.
    const isOwn = state.kind === 'open' && state.user === news.user && !state.hasEnded;
    if (!isOwn) void start();
  });

  function show(next: SessionState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  function clear(): void {
    tokens.forget();
    forgetAnswers();
    queries.clear();
  }

  /** Shows the page as it is to the same user, anew to another. */
  function begin(token: AccessToken): void {
    const before = state.kind === 'open' ? state : undefined;
    const isSame = before?.user === token.user_id;
    if (!isSame) clear();
    startDraftsOf(token.user_id);
    tokens.take(token);
    const roles: readonly string[] = token.roles;
    show({
      kind: 'open',
      user: token.user_id,
      role: ['admin', 'editor', 'viewer'].find((role) => roles.includes(role)) ?? '',
      hasEnded: false,
      number: (before?.number ?? 0) + (isSame ? 0 : 1),
    });
  }

  /** @throws NetworkError, ApiError when the service is not well */
  async function resume(): Promise<void> {
    if (isLeaving) {
      await request('POST /auth/logout');
      isLeaving = false;
      tabs.tell({ event: 'logged-out' });
    }
    const { session, demo_users: demoUsers } = (await request('GET /auth/session')).body;
    if (!session) return showLogin(demoUsers);
    try {
      begin(await tokens.refresh());
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      showLogin(demoUsers);
    }
  }

  function showLogin(demoUsers: AnswerBody<'GET /auth/session'>['demo_users']): void {
    if (state.kind !== 'open') show({ kind: 'login', demoUsers });
  }

  function start(): Promise<void> {
    starting ??= resume()
      .catch((error: unknown) => {
        if (state.kind === 'open') return;
        show({ kind: 'unreachable', error: error instanceof Error ? error : new Error(String(error)) });
      })
      .finally(() => {
        starting = undefined;
      });
    return starting;
  }

  function leave(): void {
    clear();
    forgetDrafts();
    show({ kind: 'starting' });
    // What was begun before may end with the session that is left.
    void (starting ?? Promise.resolve()).then(start);
  }

  return {
    tokens,
    start,
    state: (): SessionState => state,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    logIn(token: AccessToken): void {
      begin(token);
      tabs.tell({ event: 'logged-in', user: token.user_id });
    },
    /** Here and in all tabs. While the service does not answer, it is tried again before anybody can log in. */
    logOut(): void {
      isLeaving = true;
      leave();
    },
  };
}
