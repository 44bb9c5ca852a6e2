// ⌘K, elsewhere Ctrl+K: to any page, workflow or run by some letters of it. The dialog is loaded when it is wanted.
import { lazy, Suspense, useEffect, useState } from 'react';
import type { PageEntry } from './pages.ts';
import { useShortcuts } from './shortcuts.tsx';

const JumpDialog = lazy(() => import('./jump-dialog.tsx'));

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

export function Jump({ pages }: { readonly pages: readonly PageEntry[] }) {
  const [isOpen, setOpen] = useState(false);
  /** How often it was opened: each time with an empty field. */
  const [times, setTimes] = useState(0);
  const [listed] = useState(() => [
    {
      // No single key gives this name: the key itself is listened for here, also while somebody types.
      keys: isApple ? '⌘ K' : 'Ctrl K',
      label: 'Go to a page, a workflow or a run',
      act: () => setOpen(true),
    },
  ]);
  useShortcuts(listed);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isMeant = isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
      if (!isMeant || event.key.toLowerCase() !== 'k' || event.altKey || event.shiftKey) return;
      // One that closes is still there for a moment.
      if (event.defaultPrevented || document.querySelector('[role="dialog"]:not([data-closed])')) return;
      event.preventDefault();
      setTimes((before) => before + 1);
      setOpen(true);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  if (times === 0) return null;
  return (
    <Suspense>
      <JumpDialog pages={pages} times={times} open={isOpen} onClose={() => setOpen(false)} />
    </Suspense>
  );
}
