// Keys that lead somewhere, and the list of them. They can be switched off (WCAG 2.2, 2.1.4: speech input types letters).

import { useEffect, useState, useSyncExternalStore } from 'react';
import { IconButton } from '../design-system/button.tsx';
import { Dialog } from '../design-system/dialog.tsx';
import Keyboard from '../design-system/icons/keyboard.ts';
import { isSwitchedOn, type Shortcut, shortcutsOf, subscribeToShortcuts, switchShortcuts } from './keys.ts';
import type { PageEntry } from './pages.ts';
import { useNavigate } from './router.tsx';
import css from './shortcuts.module.css';

/** A page's own keys, while it is shown. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  useEffect(() => shortcutsOf(shortcuts), [shortcuts]);
}

export function Shortcuts({ pages }: { readonly pages: readonly PageEntry[] }) {
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const on = useSyncExternalStore(subscribeToShortcuts.switched, isSwitchedOn);
  const listed = useSyncExternalStore(subscribeToShortcuts.changed, subscribeToShortcuts.list);

  useEffect(() => {
    const own: Shortcut[] = [
      { keys: '?', label: 'Show the keyboard shortcuts', act: () => setOpen(true) },
      ...pages.flatMap(({ path, navigation }) =>
        navigation
          ? [
              {
                keys: `g ${navigation.letter}`,
                label: `Go to ${navigation.title}`,
                act: () => navigate(path),
              },
            ]
          : [],
      ),
    ];
    return shortcutsOf(own);
  }, [pages, navigate]);

  return (
    <>
      <span className={css['opener']}>
        <IconButton icon={Keyboard} label="Keyboard shortcuts" onClick={() => setOpen(true)} />
      </span>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title="Keyboard shortcuts">
        <dl className={css['list']}>
          {listed.map(({ keys, label }) => (
            <div key={keys}>
              <dt>
                {keys.split(' ').map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{label}</dd>
            </div>
          ))}
        </dl>
        <label className={css['switch']}>
          <input type="checkbox" checked={on} onChange={(event) => switchShortcuts(event.target.checked)} />
          Shortcuts are on
        </label>
      </Dialog>
    </>
  );
}
