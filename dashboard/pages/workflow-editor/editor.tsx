// The editor of a workflow: its text, what is wrong with it, saving and running it.

import type { Extension } from '@codemirror/state';
import { useQueryClient } from '@tanstack/react-query';
import Play from 'lucide-react/icons/play';
import Redo from 'lucide-react/icons/redo-2';
import Save from 'lucide-react/icons/save';
import Undo from 'lucide-react/icons/undo-2';
import {
  type KeyboardEvent,
  useCallback,
  useDeferredValue,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { Problem } from '../../api/loaded.tsx';
import { Button, IconButton } from '../../design-system/button.tsx';
import { Page } from '../../frame/page.tsx';
import { path, useNavigate, useSearch } from '../../frame/router.tsx';
import { oneOf, text as textParameter } from '../../frame/search.ts';
import { useSession } from '../../session/session.tsx';
import { allSteps, type Outline } from '../../workflow/outline.ts';
import type { Account, FoundProblem } from './check/check-text.ts';
import { useChecker } from './check/use-checker.ts';
import { DetailPane } from './detail-pane.tsx';
import { EditorDocument } from './document/editor-document.ts';
import { nodeAt } from './document/json-edits.ts';
import { pathOf } from './document/step-edits.ts';
import { useContent } from './document/use-content.ts';
import css from './editor.module.css';
import { jsonExtensions } from './json/extensions.ts';
import { lastValues } from './last-values.ts';
import { ProblemsList } from './problems-list.tsx';
import { ConflictView } from './saving/conflict-view.tsx';
import { LeaveDialog } from './saving/leave-dialog.tsx';
import type { Origin, Theirs } from './saving/save-workflow.ts';
import { useDraftKeeping } from './saving/use-draft-keeping.ts';
import { useSaving } from './saving/use-saving.ts';
import { StepsPane } from './steps-pane.tsx';
import { useRunning } from './use-running.ts';
import { draftNotice, savedState, whyNotSaved } from './words.ts';

interface EditorProps {
  readonly account: Account;
  readonly origin: Origin;
  /** What was written before and not saved. */
  readonly draft: { readonly text: string; readonly at: number } | undefined;
  readonly draftKey: string;
  /** A version that somebody saved after the one that is edited. */
  readonly newer: Theirs | undefined;
}

const shape = {
  view: oneOf(['outline', 'graph'], 'outline'),
  edit: oneOf(['form', 'json'], 'form'),
  /** The pointer of the selected step. */
  at: textParameter,
};

export function Editor({ account, origin: from, draft, draftKey, newer }: EditorProps) {
  const navigate = useNavigate();
  const { role } = useSession();

  const [{ view, edit, at }, choose] = useSearch(shape);
  const checker = useChecker(account);
  const queries = useQueryClient();
  const [document] = useState(() => {
    const help = {
      offers: (written: string, offset: number) => checker.offers(written, offset),
      explain: (written: string, offset: number) => checker.explain(written, offset),
      lastValue: lastValues(queries, from.saved?.id),
    };
    return documentFrom(from.text, draft?.text, jsonExtensions(help));
  });
  useSyncExternalStore(document.subscribe, document.state);
  const text = document.text();
  const content = useContent(text);
  const checked = useSyncExternalStore(checker.subscribe, checker.checked);
  const schemas = useSyncExternalStore(checker.subscribe, checker.schemas);
  const saving = useSaving(document, from);
  const hasRoom = useDraftKeeping(document, saving.origin, draftKey);
  useEffect(() => checker.check(text), [checker, text]);

  // The outline may come after what is typed.
  const outlined = useDeferredValue(content);
  const problems = useDeferredValue(checked.problems);

  const isDirty = text !== saving.origin.text;
  const why = whyNotSaved(role, checked);
  const name = nameOf(content.document['name']) ?? nameOf(content.document['id']) ?? 'New workflow';
  const save = async (): Promise<string | undefined> => {
    const id = await saving.save();
    if (id !== undefined && !from.saved) navigate(path`/workflows/${id}/edit`, { replace: true });
    return id;
  };
  const running = useRunning(save, content.document);
  const select = useCallback(
    (pointer: string) => {
      choose({ at: pointer });
      const written = document.text();
      const node = pointer === '' ? undefined : nodeAt(written, pathOf(written, pointer));
      if (node) document.select(node.offset, node.offset + node.length);
    },
    [choose, document],
  );
  const showView = useCallback((next: 'outline' | 'graph') => choose({ view: next }), [choose]);
  const showProblem = ({ from: start, to, pointer }: FoundProblem) => {
    choose({ edit: 'json', at: stepOf(content.outline, pointer) });
    document.select(start, to);
    // Once the text is shown.
    setTimeout(focusText);
  };
  const fix = (problem: FoundProblem) => {
    // Of an older text the places are not those of this one.
    if (problem.fix && checked.text === document.text()) document.edit([problem.fix]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    if (why === undefined) void save();
  };

  return (
    <Page
      title={name}
      wide
      crumbs={crumbsOf(saving.origin.saved?.id)}
      actions={
        <>
          <IconButton icon={Undo} label="Undo" disabled={!document.canUndo} onClick={() => document.undo()} />
          <IconButton icon={Redo} label="Redo" disabled={!document.canRedo} onClick={() => document.redo()} />
          <Button
            icon={Play}
            busy={running.isBusy}
            disabled={why !== undefined}
            title={why}
            onClick={running.run}
          >
            Run
          </Button>
          <Button
            kind="primary"
            icon={Save}
            busy={saving.isBusy}
            disabled={why !== undefined || (!isDirty && saving.origin.saved !== undefined)}
            title={why}
            onClick={() => void save()}
          >
            Save
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+S counts wherever in the editor the focus is */}
      <div className={css['editor']} onKeyDown={onKeyDown}>
        <p className="meta" role="status">
          {savedState({ isDirty, isNew: !saving.origin.saved, hasRoom, why })}
        </p>
        {draft && isDirty && saving.origin === from && (
          <p className={css['notice']}>
            {draftNotice(draft.at)}{' '}
            <Button onClick={() => document.replace(saving.origin.text)}>Go back to what is saved</Button>
          </p>
        )}
        {newer && isNewer(newer, saving.origin) && (
          <p className={css['notice']}>
            <span dir="auto">{newer.updated_by}</span> has saved version {newer.version} meanwhile.{' '}
            <Button onClick={() => saving.compare(newer)}>Compare</Button>
          </p>
        )}
        {saving.error && <Problem error={saving.error} retry={() => void save()} busy={saving.isBusy} />}
        {running.error && <Problem error={running.error} retry={running.run} busy={running.isBusy} />}
        <div className={css['columns']}>
          <StepsPane
            document={document}
            content={outlined}
            actions={account.actions}
            problems={problems}
            selected={at}
            select={select}
            view={view}
            show={showView}
          />
          <DetailPane
            document={document}
            content={content}
            checked={checked}
            actions={account.actions}
            schemas={schemas}
            selected={at}
            view={edit}
            show={(next) => choose({ edit: next })}
          />
          <ProblemsList checked={checked} show={showProblem} fix={fix} />
        </div>
      </div>
      <ConflictView document={document} saving={saving} />
      <LeaveDialog isUnsaved={saving.isUnsaved} />
    </Page>
  );
}

function documentFrom(text: string, draft: string | undefined, extensions: Extension): EditorDocument {
  const made = new EditorDocument(text, extensions);
  // As a change, so that undo leads back to what is saved.
  if (draft !== undefined) made.replace(draft);
  return made;
}

function crumbsOf(id: string | undefined) {
  const workflows = { label: 'Workflows', to: '/workflows' };
  return id === undefined ? [workflows] : [workflows, { label: id, to: path`/workflows/${id}` }];
}

/** Not the version that this page has saved itself, which it reads again a moment later. */
function isNewer({ etag, version }: Theirs, { saved }: Origin): boolean {
  return saved !== undefined && etag !== saved.etag && version >= saved.version;
}

/** The innermost step in which the place is. */
function stepOf({ steps, onFailure }: Outline, pointer: string): string {
  const around = [...allSteps(steps), ...allSteps(onFailure)].filter(
    (step) => pointer === step.pointer || pointer.startsWith(`${step.pointer}/`),
  );
  return around.at(-1)?.pointer ?? '';
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function focusText(): void {
  for (const host of window.document.querySelectorAll('main div'))
    host.shadowRoot?.querySelector<HTMLElement>('.cm-content')?.focus();
}
