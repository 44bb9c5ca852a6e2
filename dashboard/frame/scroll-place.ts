// How far each entry of the browser's history was scrolled: who comes back finds the place again. The browser's own way
// comes too early, before the page that one comes back to is drawn.

const places = new Map<string, number>();
const MOST = 100;
/** How long a page may take to become as high as it was. */
const PATIENCE_MS = 3000;
const INPUTS = ['wheel', 'touchstart', 'keydown', 'pointerdown'] as const;

let entries = 0;

function entryOf(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('entry' in state)) return undefined;
  return typeof state.entry === 'string' ? state.entry : undefined;
}

/** Names the entry that is shown: the same name when one comes back to it. */
export function historyEntry(): string {
  const known = entryOf(history.state);
  if (known !== undefined) return known;
  entries += 1;
  const entry = `${performance.timeOrigin} ${entries}`;
  // Not by the router's own: nothing has changed for it.
  History.prototype.replaceState.call(history, { ...history.state, entry }, '');
  return entry;
}

/** Called once, when the page starts. */
export function rememberPlaces(): void {
  addEventListener(
    'scroll',
    () => {
      const entry = entryOf(history.state);
      if (entry === undefined) return;
      places.delete(entry);
      places.set(entry, scrollY);
      const [oldest] = places.keys();
      if (places.size > MOST && oldest !== undefined) places.delete(oldest);
    },
    { passive: true },
  );
}

/**
 * Scrolls to where the entry was left, or to the top, as soon as the page is high enough and unless somebody scrolls first.
 * @returns what ends it
 */
export function returnToPlace(): () => void {
  const top = places.get(historyEntry()) ?? 0;
  scrollTo(0, top);
  if (isAt(top)) return () => {};
  const observer = new ResizeObserver(() => {
    scrollTo(0, top);
    if (isAt(top)) end();
  });
  const timer = setTimeout(end, PATIENCE_MS);
  for (const input of INPUTS) addEventListener(input, end, { once: true });
  observer.observe(document.body);
  function end(): void {
    observer.disconnect();
    clearTimeout(timer);
    for (const input of INPUTS) removeEventListener(input, end);
  }
  return end;
}

/** Pixels of a screen may be parts of those of CSS. */
const isAt = (top: number): boolean => Math.abs(scrollY - top) < 2;
