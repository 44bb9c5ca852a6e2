// Keeps what is not saved in this browser, shortly after each change and when the tab goes.
import { useEffect, useState } from 'react';
import { type Draft, forgetDraft, keepDraft } from '../document/drafts.ts';
import type { EditorDocument } from '../document/editor-document.ts';
import type { Origin } from './save-workflow.ts';

const PAUSE_MS = 300;

/** @returns whether the browser has had room for it */
export function useDraftKeeping(document: EditorDocument, origin: Origin, key: string): boolean {
  const [hasRoom, setRoom] = useState(true);
  useEffect(() => {
    let pause: ReturnType<typeof setTimeout> | undefined;
    const keep = () => {
      clearTimeout(pause);
      const text = document.text();
      if (text === origin.text) return forgetDraft(localStorage, key);
      const base = origin.saved && { text: origin.text, ...origin.saved };
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
  }, [document, origin, key]);
  return hasRoom;
}
