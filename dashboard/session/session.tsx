// Who is logged in: the access token, in memory alone, and what it says about its user.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { setAuthorization } from '../api/authorization.ts';
import { forgetAnswers, request } from '../api/request.ts';
import { LoginPage } from './login-page.tsx';

export interface Session {
  readonly user: string;
  /** The highest of the user's roles; empty when there is none. */
  readonly role: string;
  logOut(): void;
}

const SessionContext = createContext<Session | undefined>(undefined);

/** @throws TypeError outside of the session's provider */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new TypeError('There is no session around this component');
  return session;
}

/** Shows the login until somebody has logged in, then what is inside. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [login, setLogin] = useState<{ readonly user: string; readonly role: string }>();
  const queries = useQueryClient();
  const session = useMemo(
    () =>
      login && {
        ...login,
        logOut: () => {
          setAuthorization({ token: async () => undefined, renew: async () => undefined });
          forgetAnswers();
          queries.clear();
          setLogin(undefined);
        },
      },
    [login, queries],
  );
  const logIn = async (user: string, password: string) => {
    const { body } = await request('POST /auth/login', { body: { user_id: user, password } });
    setAuthorization({ token: async () => body.access_token, renew: async () => undefined });
    setLogin({ user, role: highestRole(body.access_token) });
  };
  if (!session) return <LoginPage logIn={logIn} />;
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** What the page may offer; what is allowed the API decides. */
function highestRole(token: string): string {
  const [, payload = ''] = token.split('.');
  const claims: { readonly 'cognito:groups'?: readonly string[] } = JSON.parse(
    atob(payload.replaceAll('-', '+').replaceAll('_', '/')),
  );
  const groups = claims['cognito:groups'] ?? [];
  return ['admin', 'editor', 'viewer'].find((role) => groups.includes(role)) ?? '';
}
