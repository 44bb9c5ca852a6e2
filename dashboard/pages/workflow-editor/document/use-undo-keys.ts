// Ctrl+Z and its like wherever the focus is in the editor: what the page undoes is the workflow, not one field's letters.
import { useEffect } from 'react';
import type { EditorDocument } from './editor-document.ts';

/** On the elements whose fields write into the document. */
export const WRITES_DOCUMENT = { 'data-writes-document': '' };

export function useUndoKeys(editor: EditorDocument): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const change = changeOf(event);
      // The text of the JSON view has undone it itself by now.
      if (!change || event.defaultPrevented || !isOfDocument(event.target)) return;
      event.preventDefault();
      if (document.querySelector('[role="dialog"]') === null) editor[change]();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [editor]);
}

function changeOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): 'undo' | 'redo' | undefined {
  if (ctrlKey === metaKey || altKey) return undefined;
  const letter = key.toLowerCase();
  if (letter === 'z') return shiftKey ? 'redo' : 'undo';
  return letter === 'y' && ctrlKey ? 'redo' : undefined;
}

/** Other fields, as a search or the values of a test, have their own letters to undo. */
function isOfDocument(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return true;
  const isField = target.matches('input, textarea, [contenteditable="true"]');
  return !isField || target.closest('[data-writes-document]') !== null;
}
