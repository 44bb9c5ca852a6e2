// A dialog over the page: it takes the focus, closes with Escape, and gives the focus back.
import { lazy, Suspense, useState } from 'react';
import type { DialogProps } from './dialog-popup.tsx';

const DialogPopup = lazy(() => import('./dialog-popup.tsx'));

export function Dialog(props: DialogProps) {
  // Stays once it was open, so that it can close gently.
  const [isLoaded, setLoaded] = useState(props.open);
  if (props.open && !isLoaded) setLoaded(true);
  if (!isLoaded) return null;
  return (
    <Suspense>
      <DialogPopup {...props} />
    </Suspense>
  );
}
