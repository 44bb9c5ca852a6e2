// Something failed: what, in the words of the API, and a way to try again.

import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import Alert from './icons/triangle-alert.ts';
import css from './notices.module.css';

interface ProblemNoticeProps {
  readonly title: string;
  readonly detail?: string;
  /** Each single mistake, with what would be right. */
  readonly problems?: readonly {
    readonly pointer: string;
    readonly message: string;
    readonly hint?: string;
  }[];
  readonly retry?: () => void;
  readonly busy?: boolean;
  readonly children?: ReactNode;
}

export function ProblemNotice({ title, detail, problems = [], retry, busy, children }: ProblemNoticeProps) {
  return (
    <div className={css['problem']} role="alert">
      <Alert size={16} aria-hidden="true" />
      <div className={css['says']}>
        <p className={css['title']}>{title}</p>
        {detail && detail !== title && <p dir="auto">{detail}</p>}
        {problems.length > 0 && (
          <ul className={css['problems']}>
            {problems.map(({ pointer, message, hint }) => (
              <li key={`${pointer} ${message}`}>
                {isOfContent(pointer) && <code>{pointer}</code>} {message}
                {hint !== undefined && <span className="quiet"> {hint}</span>}
              </li>
            ))}
          </ul>
        )}
        {children}
      </div>
      {retry && (
        <Button onClick={retry} busy={busy ?? false}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** A place in what somebody has written; the address and the headers of a request are written by the page. */
const isOfContent = (pointer: string): boolean => !/^(\/(path|headers|query)(\/|$)|$)/.test(pointer);
