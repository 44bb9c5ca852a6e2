// The editor of a workflow: its title and actions, what is to be said of it, and the panes in which it is changed.

import type { KeyboardEvent } from 'react';
import { Problem } from '../../api/loaded.tsx';
import { Button, IconButton } from '../../design-system/button.tsx';
import Play from '../../design-system/icons/play.ts';
import Redo from '../../design-system/icons/redo-2.ts';
import Save from '../../design-system/icons/save.ts';
import Undo from '../../design-system/icons/undo-2.ts';
import { Page } from '../../frame/page.tsx';
import { path } from '../../frame/router.tsx';
import { HelpContext } from './check/expression-help.ts';
import { withId } from './document/new-workflow.ts';
import { useUndoKeys } from './document/use-undo-keys.ts';
import { documentOf, isSame } from './document/workflow-text.ts';
import css from './editor.module.css';
import { EditorPanes } from './editor-panes.tsx';
import { ConflictView } from './saving/conflict-view.tsx';
import { LeaveDialog } from './saving/leave-dialog.tsx';
import type { Theirs } from './saving/read-saved.ts';
import type { Origin } from './saving/save-workflow.ts';
import { TakenNotice } from './saving/taken-notice.tsx';
import { type EditorProps, type EditorState, useEditor } from './use-editor.ts';
import { draftNotice, savedState } from './words.ts';

export function Editor(props: EditorProps) {
  const editor = useEditor(props);
  const { document, content, saving, isDirty, hasRoom, why, save } = editor;
  const { name, id } = content.document;
  useUndoKeys(document);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    if (why === undefined) void save();
  };
  return (
    <Page
      title={textOr(name, textOr(id, 'New workflow'))}
      wide
      crumbs={crumbsOf(saving.origin.saved?.id, textOr(name, ''))}
      {...(saving.origin.saved && { trailEnd: 'Edit' })}
      actions={<Actions editor={editor} />}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+S counts wherever in the editor the focus is */}
      <div className={css['editor']} onKeyDown={onKeyDown}>
        <p className="meta" role="status">
          {savedState({ isDirty, isNew: !saving.origin.saved, hasRoom, why })}
        </p>
        <Notices editor={editor} opened={props} />
        <HelpContext value={editor.help}>
          <EditorPanes editor={editor} actions={props.account.actions} />
        </HelpContext>
      </div>
      <ConflictView document={document} saving={saving} />
      <LeaveDialog isUnsaved={saving.isUnsaved} />
    </Page>
  );
}

function Actions({ editor }: { readonly editor: EditorState }) {
  const { document, saving, running, isDirty, why, save } = editor;
  const isSaved = !isDirty && saving.origin.saved !== undefined;
  return (
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
        disabled={why !== undefined || isSaved}
        title={why}
        onClick={() => void save()}
      >
        Save
      </Button>
    </>
  );
}

interface NoticesProps {
  readonly editor: EditorState;
  readonly opened: EditorProps;
}

/** What happened before or meanwhile, and what went wrong. */
function Notices({ editor, opened: { draft, newer, origin } }: NoticesProps) {
  const { document, saving, running, isDirty, save } = editor;
  return (
    <>
      {draft && isDirty && saving.origin === origin && (
        <p className={css['notice']}>
          {draftNotice(draft.at)}{' '}
          <Button onClick={() => document.replace(saving.origin.text)}>
            {saving.origin.saved ? 'Go back to what is saved' : 'Begin anew'}
          </Button>
        </p>
      )}
      {newer && isNewer(newer, saving.origin) && (
        <p className={css['notice']}>
          <span dir="auto">{newer.updated_by}</span> has saved version {newer.version} meanwhile.{' '}
          <Button onClick={() => saving.compare(newer)}>Compare</Button>
        </p>
      )}
      {saving.taken !== undefined && (
        <TakenNotice
          id={saving.taken}
          isBusy={saving.isBusy}
          saveAs={(id) => {
            document.replace(withId(document.text(), id));
            void save();
          }}
        />
      )}
      {saving.error && <Problem error={saving.error} retry={() => void save()} busy={saving.isBusy} />}
      {running.error && <Problem error={running.error} retry={running.run} busy={running.isBusy} />}
    </>
  );
}

function crumbsOf(id: string | undefined, name: string) {
  const workflows = { label: 'Workflows', to: '/workflows' };
  return id === undefined ? [workflows] : [workflows, { label: name || id, to: path`/workflows/${id}` }];
}

/** Not the version that this page has saved itself, and not a schedule that was paused or resumed. */
function isNewer({ etag, version, text }: Theirs, { saved, text: before }: Origin): boolean {
  if (saved === undefined || etag === saved.etag || version < saved.version) return false;
  return version > saved.version || !isSame(documentOf(text), documentOf(before));
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
