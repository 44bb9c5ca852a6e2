// ⌘K, elsewhere Ctrl+K: to any page, workflow or run by some letters of it. The dialog is loaded when it is wanted.
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import Search from '../design-system/icons/search.ts';
import css from './jump-button.module.css';
import type { PageEntry } from './pages.ts';
import { useShortcuts } from './shortcuts.tsx';

const JumpDialog = lazy(() => import('./jump-dialog.tsx'));

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
const KEYS = isApple ? '⌘ K' : 'Ctrl K';
const LABEL = 'Go to a page, a workflow or a run';

export function Jump({ pages }: { readonly pages: readonly PageEntry[] }) {
  const [isOpen, setOpen] = useState(false);
  /** How often it was opened: each time with an empty field. */
  const [times, setTimes] = useState(0);
  const show = useCallback(() => {
    setTimes((before) => before + 1);
    setOpen(true);
  }, []);
  const [listed] = useState(() => [
    {
      // No single key gives this name: the key itself is listened for here, also while somebody types.
      keys: KEYS,
      label: LABEL,
      act: show,
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
      show();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [show]);
  return (
    <>
      <button type="button" className={css['opener']} title={LABEL} onClick={show}>
        <Search size={16} aria-hidden="true" />
        <span className={css['word']}>Go to</span>
        <kbd className={css['keys']}>{KEYS}</kbd>
      </button>
      {times > 0 && (
        <Suspense>
          <JumpDialog pages={pages} times={times} open={isOpen} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
