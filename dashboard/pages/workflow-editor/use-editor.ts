// The state of the editor: the document, what is wrong with it, whether it is saved, and what can be done with it.
import type { Extension } from '@codemirror/state';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useSession } from '../../session/session.tsx';
import type { Account } from './check/check-text.ts';
import type { Checked, Checker } from './check/checker.ts';
import type { ExpressionHelp } from './check/expression-help.ts';
import type { StepSchemas } from './check/messages.ts';
import { useChecker } from './check/use-checker.ts';
import { EditorDocument } from './document/editor-document.ts';
import { type Content, useContent } from './document/use-content.ts';
import { jsonExtensions } from './json/extensions.ts';
import { lastValues } from './last-values.ts';
import type { Theirs } from './saving/read-saved.ts';
import type { Origin } from './saving/save-workflow.ts';
import { useDraftKeeping } from './saving/use-draft-keeping.ts';
import { type Saving, useSaving } from './saving/use-saving.ts';
import { type Running, useRunning } from './use-running.ts';
import { whyNotSaved } from './words.ts';

export interface EditorProps {
  readonly account: Account;
  readonly origin: Origin;
  /** What was written before and not saved. */
  readonly draft: { readonly text: string; readonly at: number } | undefined;
  /** Where the draft is kept. @param saved the id under which it is saved */
  draftKeyOf(saved: string | undefined): string;
  /** A version that somebody saved after the one that is edited. */
  readonly newer: Theirs | undefined;
  /** It is saved for the first time. */
  onSaved?(id: string): void;
}

export interface EditorState {
  readonly document: EditorDocument;
  readonly content: Content;
  readonly checker: Checker;
  readonly checked: Checked;
  readonly help: ExpressionHelp;
  readonly schemas: StepSchemas | undefined;
  readonly saving: Saving;
  readonly running: Running;
  readonly isDirty: boolean;
  /** Whether the browser keeps what is not saved. */
  readonly hasRoom: boolean;
  /** Why it cannot be saved now; undefined when it can. */
  readonly why: string | undefined;
  save(): Promise<string | undefined>;
}

export function useEditor({ account, origin, draft, draftKeyOf, onSaved }: EditorProps): EditorState {
  const { role } = useSession();
  const queries = useQueryClient();
  const checker = useChecker(account);
  const savedId = useRef(origin.saved?.id);
  const [{ document, help }] = useState(() => {
    const made: ExpressionHelp = {
      offers: (place) => checker.ask({ about: 'offers', text: document.text(), place }),
      explain: (place) => checker.ask({ about: 'explained', text: document.text(), place }),
      lastValue: lastValues(queries, () => savedId.current),
    };
    const document = documentFrom(origin.text, draft?.text, jsonExtensions(made));
    return { document, help: made };
  });
  useSyncExternalStore(document.subscribe, document.state);
  const text = document.text();
  const content = useContent(text);
  const checked = useSyncExternalStore(checker.subscribe, checker.checked);
  const schemas = useSyncExternalStore(checker.subscribe, checker.schemas);
  const saving = useSaving(document, origin);
  const hasRoom = useDraftKeeping(document, saving, draftKeyOf);
  useEffect(() => checker.check(text), [checker, text]);
  useEffect(() => {
    savedId.current = saving.origin.saved?.id;
  }, [saving.origin]);
  const save = async (): Promise<string | undefined> => {
    const isFirst = saving.currentOrigin().saved === undefined;
    const id = await saving.save();
    if (id !== undefined && isFirst) onSaved?.(id);
    return id;
  };
  const running = useRunning(save, content.document);
  const isDirty = text !== saving.origin.text;
  const why = whyNotSaved(role, checked);
  return { document, content, checker, checked, help, schemas, saving, running, isDirty, hasRoom, why, save };
}

function documentFrom(text: string, draft: string | undefined, extensions: Extension): EditorDocument {
  const made = new EditorDocument(text, extensions);
  // As a change, so that undo leads back to what is saved.
  if (draft !== undefined) made.replace(draft);
  return made;
}
