// Saving for the editor: what is saved, whether it differs, what stood in the way.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { showToast } from '../../../design-system/toast-list.ts';
import type { EditorDocument } from '../document/editor-document.ts';
import { documentOf } from '../document/workflow-text.ts';
import type { Theirs } from './read-saved.ts';
import { type Origin, saveWorkflow } from './save-workflow.ts';

export interface Conflict {
  /** Undefined when somebody has deleted it. */
  readonly theirs: Theirs | undefined;
}

export interface Saving {
  readonly origin: Origin;
  readonly isBusy: boolean;
  readonly error: Error | undefined;
  readonly conflict: Conflict | undefined;
  /** The id under which it could not be saved, since another workflow has it. */
  readonly taken: string | undefined;
  /** @returns the id under which it is saved; undefined when it is not */
  save(): Promise<string | undefined>;
  /** Goes on from their version: theirs is what the next save replaces. */
  rebase(theirs: Theirs | undefined): void;
  /** Shows the version of somebody else beside the own one. */
  compare(theirs: Theirs): void;
  closeConflict(): void;
  isUnsaved(): boolean;
  /** The newest, also between two renderings. */
  currentOrigin(): Origin;
}

export function useSaving(document: EditorDocument, from: Origin): Saving {
  const queries = useQueryClient();
  const [origin, setOrigin] = useState(from);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const [conflict, setConflict] = useState<Conflict>();
  const [taken, setTaken] = useState<string>();
  // What is asked between two renderings has to be the newest.
  const current = useRef(from);
  const begin = useCallback((next: Origin) => {
    current.current = next;
    setOrigin(next);
  }, []);
  const isUnsaved = useCallback(() => document.text() !== current.current.text, [document]);

  const currentOrigin = useCallback(() => current.current, []);

  async function save(): Promise<string | undefined> {
    const text = document.text();
    const { saved } = current.current;
    if (saved && text === current.current.text) return saved.id;
    const sent = documentOf(text);
    if (!sent || isBusy) return undefined;
    setBusy(true);
    setError(undefined);
    setTaken(undefined);
    try {
      const outcome = await saveWorkflow(sent, text, saved);
      if (outcome.kind === 'taken') {
        setTaken(outcome.id);
        return undefined;
      }
      if (outcome.kind === 'conflict') {
        setConflict({ theirs: outcome.theirs });
        return undefined;
      }
      // What was typed while it was saved stays, as a change of what is saved now.
      if (outcome.origin.text !== text && document.text() === text) document.replace(outcome.origin.text);
      begin(outcome.origin);
      // Where it is saved for the first time, another page follows: there it is still read.
      for (const what of outcome.missing)
        showToast({ text: `Saved, but it cannot run yet: ${what}`, kind: 'failed' });
      void queries.invalidateQueries({ queryKey: ['workflow', outcome.origin.saved.id] });
      void queries.invalidateQueries({ queryKey: ['workflows'] });
      return outcome.origin.saved.id;
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      return undefined;
    } finally {
      setBusy(false);
    }
  }

  return {
    ...{ origin, isBusy, error, conflict, taken, save, isUnsaved, currentOrigin },
    rebase(theirs) {
      const { saved } = current.current;
      begin({
        saved: theirs && saved ? { id: saved.id, etag: theirs.etag, version: theirs.version } : undefined,
        text: theirs?.text ?? '',
      });
      setConflict(undefined);
    },
    compare: (theirs) => setConflict({ theirs }),
    closeConflict: () => setConflict(undefined),
  };
}
