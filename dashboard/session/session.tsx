// Who is logged in, and what is shown while nobody is.
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  Fragment,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { setAuthorization } from '../api/authorization.ts';
import { Problem } from '../api/loaded.tsx';
import { Skeleton } from '../design-system/skeleton.tsx';
import { EndedSession } from './ended-session.tsx';
import { Card, LoginPage } from './login-page.tsx';
import { createSession } from './session-state.ts';

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

/** One for the life of the page, however often React renders. */
let made: ReturnType<typeof createSession> | undefined;

function onlySession(queries: QueryClient): ReturnType<typeof createSession> {
  made ??= createSession(queries);
  return made;
}

/** Shows the login until somebody has logged in, then what is inside. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const [session] = useState(() => onlySession(queries));
  const state = useSyncExternalStore(session.subscribe, session.state);
  useEffect(() => {
    setAuthorization(session.tokens);
    void session.start();
  }, [session]);

  const { user, role } = state.kind === 'open' ? state : { user: '', role: '' };
  const value = useMemo(() => ({ user, role, logOut: session.logOut }), [user, role, session]);
  switch (state.kind) {
    case 'starting':
      return (
        <Card>
          <Skeleton label="The session is looked for" rows={3} />
        </Card>
      );
    case 'unreachable':
      return (
        <Card>
          <Problem error={state.error} retry={() => void session.start()} />
        </Card>
      );
    case 'login':
      return <LoginPage demoUsers={state.demoUsers} onLogin={session.logIn} />;
    case 'open':
      return (
        <SessionContext value={value}>
          <Fragment key={state.number}>{children}</Fragment>
          {state.hasEnded && <EndedSession user={user} onLogin={session.logIn} onLeave={session.logOut} />}
        </SessionContext>
      );
  }
}
