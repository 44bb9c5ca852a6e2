// The login: a user and a password.
import { type SubmitEvent, useState } from 'react';
import { Problem } from '../api/loaded.tsx';
import { Button } from '../design-system/button.tsx';
import { TextField } from '../design-system/field.tsx';
import css from './login-page.module.css';

interface LoginPageProps {
  /** @throws ApiError, NetworkError */
  logIn(user: string, password: string): Promise<void>;
}

export function LoginPage({ logIn }: LoginPageProps) {
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      await logIn(String(form.get('user')), String(form.get('password')));
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      setBusy(false);
    }
  };
  return (
    <main className={css['login']}>
      <title>Log in · AI-Orchestra</title>
      <form onSubmit={submit}>
        <h1>AI-Orchestra</h1>
        {error && <Problem error={error} />}
        <TextField
          label="User"
          name="user"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={128}
          required
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          maxLength={256}
          required
        />
        <Button type="submit" kind="primary" busy={busy}>
          Log in
        </Button>
      </form>
    </main>
  );
}
