// Listens for shortcuts: single keys and sequences such as `g r`, never while somebody types.

export interface Shortcut {
  /** As it is shown: `?`, `g r`, `j` */
  readonly keys: string;
  readonly label: string;
  act(): void;
}

const STORED = 'shortcuts';
/** A sequence whose next key takes longer is over. */
const SEQUENCE_MS = 1500;

let active: readonly (readonly Shortcut[])[] = [];
let listed: readonly Shortcut[] = [];
const onChange = new Set<() => void>();
const onSwitch = new Set<() => void>();

export const subscribeToShortcuts = {
  changed(listener: () => void): () => void {
    onChange.add(listener);
    return () => onChange.delete(listener);
  },
  switched(listener: () => void): () => void {
    onSwitch.add(listener);
    return () => onSwitch.delete(listener);
  },
  list: () => listed,
};

function setActive(next: readonly (readonly Shortcut[])[]): void {
  active = next;
  listed = next.flat();
  for (const listener of onChange) listener();
}

/** @returns what ends them */
export function shortcutsOf(shortcuts: readonly Shortcut[]): () => void {
  setActive([...active, shortcuts]);
  return () => setActive(active.filter((each) => each !== shortcuts));
}

export const isSwitchedOn = (): boolean => localStorage.getItem(STORED) !== 'off';

export function switchShortcuts(on: boolean): void {
  if (on) localStorage.removeItem(STORED);
  else localStorage.setItem(STORED, 'off');
  for (const listener of onSwitch) listener();
}

/** Whether a key goes into what has the focus. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches('input, select, textarea'))
  );
}

/** What the keys so far, and one more, mean; `prefix` when a sequence begins with them. */
export function meaning(
  shortcuts: readonly Shortcut[],
  before: string,
  key: string,
): Shortcut | 'prefix' | undefined {
  const keys = before === '' ? key : `${before} ${key}`;
  // Of two that are the same, that of the page counts, which came later.
  const found = shortcuts.findLast((shortcut) => shortcut.keys === keys);
  if (found) return found;
  if (shortcuts.some((shortcut) => shortcut.keys.startsWith(`${keys} `))) return 'prefix';
  return before === '' ? undefined : meaning(shortcuts, '', key);
}

/** Called once, when the page starts. */
export function listenForShortcuts(): void {
  let before = '';
  let last = 0;
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (isTyping(event.target) || !isSwitchedOn() || document.querySelector('[role="dialog"], [role="menu"]'))
      return;
    if (event.timeStamp - last > SEQUENCE_MS) before = '';
    last = event.timeStamp;
    const found = meaning(listed, before, event.key);
    before = found === 'prefix' ? (before === '' ? event.key : `${before} ${event.key}`) : '';
    if (found === undefined || found === 'prefix') return;
    event.preventDefault();
    found.act();
  });
}
