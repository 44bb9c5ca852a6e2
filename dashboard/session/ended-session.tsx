// Asks for the password over the page when the session has ended: what is on the page stays, and its requests go on.
import { useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { Button } from '../design-system/button.tsx';
import css from './ended-session.module.css';
import type { LoggedIn } from './login.ts';
import { LoginForm } from './login-form.tsx';

interface EndedSessionProps {
  readonly user: string;
  onLogin(login: LoggedIn): void;
  /** Leaves the page to whoever logs in next. */
  onLeave(): void;
}

/** The browser's own dialog, at the end of the body: it lies over the dialogs of the page, which stay open below it. */
export function EndedSession({ user, onLogin, onLeave }: EndedSessionProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>('input[type="password"]')?.focus();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return createPortal(
    <dialog
      ref={dialog}
      className={css['dialog']}
      aria-labelledby="ended-session"
      // Escape would leave a page that can do nothing.
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="ended-session">Your session has ended</h2>
      <p>What you have typed is kept. Log in again to go on.</p>
      <LoginForm user={user} onLogin={onLogin} />
      <Button kind="quiet" onClick={onLeave}>
        Log in as somebody else
      </Button>
    </dialog>,
    document.body,
  );
}
