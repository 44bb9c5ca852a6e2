// Deletes a connection, after it has said which workflows would fail without it.
import { useRef } from 'react';
import { useAttempt } from '../../api/attempt.ts';
import { Problem } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button } from '../../design-system/button.tsx';
import { Dialog } from '../../design-system/dialog.tsx';
import { showToast } from '../../design-system/toast-list.ts';
import { type Connection, nameOf } from './connection-words.ts';

interface DeleteDialogProps {
  readonly open: boolean;
  readonly connection: Connection;
  onClose(): void;
  /** What has the focus when the connection is gone. */
  focusAfter(): HTMLElement | null;
  onDone(): Promise<unknown>;
}

export function DeleteDialog({ open, connection, onClose, focusAfter, onDone }: DeleteDialogProps) {
  const { provider, id, used_by } = connection;
  const name = nameOf(connection);
  const { isBusy, error, attempt } = useAttempt();
  const isDeleted = useRef(false);
  const remove = async () => {
    let revocation: Awaited<ReturnType<typeof send>> | undefined;
    const act = async () => {
      revocation = await send(connection);
    };
    if (!(await attempt(act))) return;
    showToast({ text: `${name} is deleted${afterwards(revocation)}`, kind: 'done' });
    isDeleted.current = true;
    onClose();
    await onDone();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      givesFocusBack={() => (isDeleted.current ? focusAfter() : true)}
      title={`Delete ${provider}/${id}?`}
      description={
        used_by.length === 0
          ? 'No workflow names it. Its credentials are deleted, and revoked where the provider lets that be done.'
          : `Runs of ${used_by.join(', ')} fail without it.`
      }
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button kind="danger" busy={isBusy} onClick={() => void remove()}>
            {used_by.length === 0 ? 'Delete' : 'Delete all the same'}
          </Button>
        </>
      }
    >
      {error && <Problem error={error} />}
    </Dialog>
  );
}

/** Forced only when the workflows were shown: one that was saved since is named by the refusal. */
async function send({ provider, id, version, used_by }: Connection) {
  const answer = await request('DELETE /connections/{provider}/{id}', {
    params: { provider, id },
    query: { force: used_by.length > 0 ? 'true' : 'false' },
    headers: { 'if-match': `"${version}"` },
  });
  return answer.body;
}

function afterwards(
  told: { readonly revoked: boolean | null; readonly revoke_at: string | null } | undefined,
) {
  if (told?.revoked) return ', and revoked at the provider';
  return told?.revoke_at ? `. Revoke it at ${told.revoke_at}` : '';
}
