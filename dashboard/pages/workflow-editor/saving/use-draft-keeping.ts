// Keeps what is not saved in this browser, shortly after each change and when the tab goes.
import { useEffect, useState } from 'react';
import { type Draft, forgetDraft, keepDraft } from '../document/drafts.ts';
import type { EditorDocument } from '../document/editor-document.ts';
import type { Saving } from './use-saving.ts';

const PAUSE_MS = 300;

/** @returns whether the browser has had room for it */
export function useDraftKeeping(
  document: EditorDocument,
  { origin, currentOrigin }: Pick<Saving, 'origin' | 'currentOrigin'>,
  keyOf: (saved: string | undefined) => string,
): boolean {
  const [hasRoom, setRoom] = useState(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another origin makes the same text a draft, or no draft
  useEffect(() => {
    let pause: ReturnType<typeof setTimeout> | undefined;
    const keep = () => {
      clearTimeout(pause);
      const text = document.text();
      // What was saved a moment ago is no draft, though the page is left before it is drawn again.
      const { saved, text: before } = currentOrigin();
      const key = keyOf(saved?.id);
      // Once it is saved it is not begun any more.
      if (keyOf(undefined) !== key) forgetDraft(localStorage, keyOf(undefined));
      if (text === before) return forgetDraft(localStorage, key);
      const base = saved && { text: before, ...saved };
      const draft: Draft = { text, at: Date.now(), ...(base && { base }) };
      setRoom(keepDraft(localStorage, key, draft));
    };
    const soon = () => {
      clearTimeout(pause);
      pause = setTimeout(keep, PAUSE_MS);
    };
    keep();
    const end = document.subscribe(soon);
    addEventListener('pagehide', keep);
    return () => {
      end();
      removeEventListener('pagehide', keep);
      keep();
    };
  }, [document, origin, currentOrigin, keyOf]);
  return hasRoom;
}
