// Asks before a workflow is deleted, says what ends with it, and deletes only the version that was shown.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAttempt } from '../../api/attempt.ts';
import { ApiError, problemOf } from '../../api/errors.ts';
import { Problem } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button } from '../../design-system/button.tsx';
import { Dialog } from '../../design-system/dialog.tsx';
import { showToast } from '../../design-system/toast-list.ts';
import { useNavigate } from '../../frame/router.tsx';
import type { Workflow } from './workflow-data.ts';
import css from './workflow-page.module.css';

interface DeleteDialogProps {
  readonly workflow: Workflow;
  readonly open: boolean;
  onClose(): void;
  /** Shows what the service has now. */
  refresh(): Promise<unknown>;
}

export function DeleteDialog({ workflow, open, onClose, refresh }: DeleteDialogProps) {
  const { id, name, version } = workflow;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { isBusy, error, attempt, forget } = useAttempt();
  /** Set when it is deleted: then the focus goes to the page that follows. */
  const [isDeleted, setDeleted] = useState(false);
  const close = () => {
    forget();
    onClose();
  };
  const act = async () => {
    if (!(await attempt(() => deleteShown(workflow, refresh)))) return;
    setDeleted(true);
    showToast({ text: `${name} is deleted`, kind: 'done' });
    navigate('/workflows');
    queries.removeQueries({ queryKey: ['workflow', id] });
    for (const list of ['workflows', 'schedules', 'webhooks'])
      void queries.invalidateQueries({ queryKey: [list] });
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={`Delete ${name}?`}
      description={`Version ${version} and all before it. This cannot be undone.`}
      givesFocusBack={() => !isDeleted}
      actions={
        <>
          <Button onClick={close}>Keep it</Button>
          <Button kind="danger" busy={isBusy} onClick={() => void act()}>
            Delete the workflow
          </Button>
        </>
      }
    >
      <ul className={css['consequences']}>
        <li>Nothing starts it any more{triggersText(workflow)}.</li>
        <li>Runs that are going on are ended at their next step.</li>
        <li>Workflows that call it fail at that step.</li>
        <li>The runs that there were stay in the list of runs, with their logs.</li>
      </ul>
      {error && <Problem error={error} />}
    </Dialog>
  );
}

function triggersText({ triggers = [] }: Workflow): string {
  const schedules = triggers.filter((trigger) => 'schedule' in trigger).length;
  const webhooks = triggers.length - schedules;
  const its = [counted(schedules, 'schedule'), counted(webhooks, 'webhook')].filter((text) => text !== '');
  return its.length === 0 ? '' : `, its ${its.join(' and its ')} included`;
}

function counted(count: number, word: string): string {
  if (count === 0) return '';
  return count === 1 ? word : `${count} ${word}s`;
}

/** @throws ApiError when somebody has saved another version meanwhile, or it is being deleted already */
async function deleteShown({ id, version }: Workflow, refresh: () => Promise<unknown>): Promise<void> {
  const params = { id };
  try {
    const { body, etag } = await request('GET /workflows/{id}', { params });
    if (body.version !== version) throw new ApiError(412, problemOf(412, undefined));
    await request('DELETE /workflows/{id}', { params, headers: { 'if-match': etag } });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 412) {
      await refresh();
      const detail = 'The page shows the version that is in force now. Look at it before you delete it.';
      throw new ApiError(412, problemOf(412, { title: 'Somebody has saved it meanwhile', detail }));
    }
    // Somebody else has deleted it: it is gone, as was wanted.
    if (error.status === 404) return;
    throw error;
  }
}
