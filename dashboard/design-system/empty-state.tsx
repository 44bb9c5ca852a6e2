// An empty list: what would stand here, and how the first entry gets there.
import type { ReactNode } from 'react';
import css from './notices.module.css';

interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** A button or a link to the first entry. */
  readonly action?: ReactNode;
}

export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className={css['empty']}>
      <p className={css['title']}>{title}</p>
      {children && <div className="quiet">{children}</div>}
      {action}
    </div>
  );
}
