// The page of who is not logged in.
import type { ReactNode } from 'react';
import type { AnswerBody } from '../api/routes.ts';
import type { LoggedIn } from './login.ts';
import { LoginForm } from './login-form.tsx';
import css from './login-page.module.css';

type DemoUsers = AnswerBody<'GET /auth/session'>['demo_users'];

interface LoginPageProps {
  /** Users whose passwords are no secret: of a laptop. */
  readonly demoUsers: DemoUsers;
  onLogin(login: LoggedIn): void;
}

export function LoginPage({ demoUsers, onLogin }: LoginPageProps) {
  return (
    <Card>
      <title>Log in · AI-Orchestra</title>
      <LoginForm onLogin={onLogin}>
        {demoUsers.length > 0 && (
          <div className={css['demo']}>
            <p className="quiet">This is a demonstration. Its users, and their passwords:</p>
            <ul>
              {demoUsers.map(({ user_id, password, role }) => (
                <li key={user_id}>
                  <code>{user_id}</code> / <code>{password}</code> ({role})
                </li>
              ))}
            </ul>
          </div>
        )}
      </LoginForm>
    </Card>
  );
}

/** What stands alone in the middle of the window. */
export function Card({ children }: { readonly children: ReactNode }) {
  return (
    <main className={css['login']}>
      <div className={css['card']}>
        <h1>AI-Orchestra</h1>
        {children}
      </div>
    </main>
  );
}
