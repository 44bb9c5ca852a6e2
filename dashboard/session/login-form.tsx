// Logging in, step by step: the password, what the user pool asks for besides, and a forgotten password.
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api/errors.ts';
import { Problem } from '../api/loaded.tsx';
import { request } from '../api/request.ts';
import { Button } from '../design-system/button.tsx';
import { SelectField, TextField } from '../design-system/field.tsx';
import { answerChallenge, type Challenge, type LoggedIn, logIn } from './login.ts';
import css from './login-form.module.css';

interface LoginFormProps {
  /** Whose password is asked for; whoever logs in when left out. */
  readonly user?: string;
  /** Stands above the fields of the first step. */
  readonly children?: ReactNode;
  onLogin(login: LoggedIn): void;
}

type Step =
  | { readonly kind: 'password'; readonly says?: string }
  | { readonly kind: 'challenge'; readonly challenge: Challenge }
  | { readonly kind: 'forgot' }
  | { readonly kind: 'reset'; readonly says: string };

export function LoginForm({ user: fixedUser, children, onLogin }: LoginFormProps) {
  const [user, setUser] = useState(fixedUser ?? '');
  const [step, setStep] = useState<Step>({ kind: 'password' });
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  // Each step begins at its first field that is to be filled in.
  useEffect(() => {
    if (step.kind)
      form.current
        ?.querySelector<HTMLElement>('input:not([readonly]), select, button[type="submit"]')
        ?.focus();
  }, [step]);

  const go = (next: Step) => {
    setError(undefined);
    setStep(next);
  };
  const done = (answer: LoggedIn | Challenge) => {
    if ('challenge' in answer) go({ kind: 'challenge', challenge: answer });
    else onLogin(answer);
  };
  const steps: Readonly<Record<Step['kind'], (field: (name: string) => string) => Promise<void>>> = {
    password: async (field) => done(await logIn(user, field('password'))),
    challenge: async (field) => {
      if (step.kind === 'challenge') done(await answerChallenge(step.challenge, field('answer')));
    },
    forgot: async () => {
      await request('POST /auth/forgot-password', { body: { user_id: user } });
      go({
        kind: 'reset',
        says: `If ${user} has a verified address, a code was sent to it. It is good for an hour.`,
      });
    },
    reset: async (field) => {
      const body = { user_id: user, code: field('code').trim(), new_password: field('new_password') };
      await request('POST /auth/reset-password', { body });
      done(await logIn(user, body.new_password));
    },
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const data = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      await steps[step.kind]((name) => String(data.get(name) ?? ''));
    } catch (failure) {
      failed(failure);
    } finally {
      setBusy(false);
    }
  };
  const failed = (failure: unknown) => {
    if (failure instanceof ApiError && failure.type === 'challenge-expired')
      return go({ kind: 'password', says: 'That took too long: log in again.' });
    if (failure instanceof ApiError && failure.type === 'password-reset-required')
      return go({
        kind: 'reset',
        says: 'An administrator has reset the password. Enter the code that was sent.',
      });
    setError(failure instanceof Error ? failure : new Error(String(failure)));
  };

  const userField = (
    <TextField
      label="User"
      name="user"
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={128}
      required
      readOnly={fixedUser !== undefined}
      value={user}
      onChange={(event) => setUser(event.target.value)}
    />
  );
  return (
    <form ref={form} className={css['form']} onSubmit={submit}>
      {step.kind === 'password' && children}
      {'says' in step && step.says && <p role="status">{step.says}</p>}
      {error && <Problem error={error} />}
      {step.kind === 'password' && (
        <>
          {userField}
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            maxLength={256}
            required
          />
          <Submit busy={busy}>Log in</Submit>
          <Button kind="quiet" onClick={() => go({ kind: 'forgot' })}>
            I forgot the password
          </Button>
        </>
      )}
      {step.kind === 'challenge' && <ChallengeFields challenge={step.challenge} busy={busy} />}
      {step.kind === 'forgot' && (
        <>
          {userField}
          <Submit busy={busy}>Send a code</Submit>
        </>
      )}
      {step.kind === 'reset' && (
        <>
          <CodeField label="Code" name="code" />
          <NewPasswordField name="new_password" />
          <Submit busy={busy}>Set the password</Submit>
          <Button kind="quiet" onClick={() => go({ kind: 'forgot' })}>
            Send another code
          </Button>
        </>
      )}
      {step.kind !== 'password' && (
        <Button kind="quiet" onClick={() => go({ kind: 'password' })}>
          Back to the login
        </Button>
      )}
    </form>
  );
}

const codes: Readonly<Record<string, string>> = {
  SOFTWARE_TOKEN_MFA: 'Code of the authenticator app',
  SMS_MFA: 'Code of the text message',
  EMAIL_OTP: 'Code of the mail',
};

function ChallengeFields({ challenge, busy }: { readonly challenge: Challenge; readonly busy: boolean }) {
  const { challenge: kind, destination, choices = [], user_id } = challenge;
  if (kind === 'NEW_PASSWORD_REQUIRED') {
    return (
      <>
        <p>The password of {user_id} is a temporary one. Choose your own.</p>
        {/* For the browser's password manager. */}
        <input type="text" name="user" autoComplete="username" value={user_id} readOnly hidden />
        <NewPasswordField name="answer" />
        <Submit busy={busy}>Set the password</Submit>
      </>
    );
  }
  if (kind === 'SELECT_MFA_TYPE') {
    const options = choices.map((value) => ({ value, label: codes[value] ?? value }));
    return (
      <>
        <SelectField label="How do you want to prove that it is you?" name="answer" options={options} />
        <Submit busy={busy}>Go on</Submit>
      </>
    );
  }
  return (
    <>
      {destination !== undefined && <p>A code was sent to {destination}.</p>}
      <CodeField label={codes[kind] ?? 'Code'} name="answer" />
      <Submit busy={busy}>Log in</Submit>
    </>
  );
}

function CodeField(props: { readonly label: string; readonly name: string }) {
  return (
    <TextField
      {...props}
      autoComplete="one-time-code"
      inputMode="numeric"
      spellCheck={false}
      maxLength={64}
      required
    />
  );
}

function NewPasswordField({ name }: { readonly name: string }) {
  return (
    <TextField
      label="New password"
      name={name}
      type="password"
      autoComplete="new-password"
      hint="14 characters or more, with a capital and a small letter, a digit and a symbol."
      maxLength={256}
      required
    />
  );
}

function Submit({ busy, children }: { readonly busy: boolean; readonly children: ReactNode }) {
  return (
    <Button type="submit" kind="primary" busy={busy}>
      {children}
    </Button>
  );
}
