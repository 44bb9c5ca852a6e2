// Short messages about what was just done: read aloud, gone by themselves unless they need an answer.

import { useSyncExternalStore } from 'react';
import { Button, IconButton } from './button.tsx';
import Close from './icons/x.ts';
import { dismissToast, onToasts, shownToasts } from './toast-list.ts';
import css from './toasts.module.css';

export function Toasts() {
  const toasts = useSyncExternalStore(onToasts, shownToasts);
  return (
    <div className={css['toasts']} role="status" aria-live="polite" aria-relevant="additions">
      {toasts.map(({ id, text, kind, action }) => (
        <div key={id} className={css['toast']} data-kind={kind}>
          <p dir="auto">{text}</p>
          {action && (
            <Button
              onClick={() => {
                dismissToast(id);
                action.act();
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon={Close} label="Dismiss" onClick={() => dismissToast(id)} />
        </div>
      ))}
    </div>
  );
}
