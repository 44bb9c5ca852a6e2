// Somebody else has saved meanwhile: both versions side by side, and what can be done; neither is lost.
import { useState } from 'react';
import { Button } from '../../../design-system/button.tsx';
import { CopyButton } from '../../../design-system/copy-button.tsx';
import { Dialog } from '../../../design-system/dialog.tsx';
import { Time } from '../../../design-system/time.tsx';
import type { EditorDocument } from '../document/editor-document.ts';
import { tidy } from '../document/workflow-text.ts';
import css from './conflict-view.module.css';
import { MergeView } from './merge-view.tsx';
import type { Conflict, Saving } from './use-saving.ts';

interface ConflictViewProps {
  readonly document: EditorDocument;
  readonly saving: Saving;
}

export function ConflictView({ document, saving }: ConflictViewProps) {
  const { conflict } = saving;
  // Stays while the dialog closes.
  const [last, setLast] = useState<Conflict>();
  if (conflict && conflict !== last) setLast(conflict);
  const theirs = last?.theirs;
  const takeTheirs = () => {
    if (!theirs) return;
    document.replace(theirs.text);
    saving.rebase(theirs);
  };
  return (
    <Dialog
      open={conflict !== undefined}
      onClose={saving.closeConflict}
      wide
      title={theirs ? 'Somebody else has saved this workflow' : 'Somebody else has deleted this workflow'}
      actions={
        <>
          <Button onClick={saving.closeConflict}>Go on writing</Button>
          {theirs && <Button onClick={takeTheirs}>Take theirs</Button>}
          <Button kind="primary" onClick={() => saving.rebase(theirs)}>
            {theirs ? 'Keep mine' : 'Keep mine as a new workflow'}
          </Button>
        </>
      }
    >
      {theirs ? (
        <>
          <p>
            Version {theirs.version} was saved by <span dir="auto">{theirs.updated_by}</span>{' '}
            <Time at={theirs.updated_at} />. Nothing of yours is lost: taking theirs can be undone, and
            keeping yours replaces theirs with the next save.
          </p>
          <div className={css['heads']}>
            <p>
              Theirs <CopyButton text={theirs.text} label="Copy their version" />
            </p>
            <p>
              Yours <CopyButton text={document.text()} label="Copy your version" />
            </p>
          </div>
          <MergeView before={tidy(theirs.text)} after={tidy(document.text())} labels={['Theirs', 'Yours']} />
        </>
      ) : (
        <p>What you have written is still here, and can be saved as a new workflow of the same id.</p>
      )}
    </Dialog>
  );
}
