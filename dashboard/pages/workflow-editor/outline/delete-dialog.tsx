// Asked before a step goes that others use.
import { Button } from '../../../design-system/button.tsx';
import { Dialog } from '../../../design-system/dialog.tsx';

export interface DeletedStep {
  readonly pointer: string;
  readonly id: string;
  /** The ids of the steps, or the keys of the workflow, that use it. */
  readonly users: readonly string[];
}

interface DeleteDialogProps {
  readonly step: DeletedStep | undefined;
  close(): void;
  remove(): void;
}

export function DeleteDialog({ step, close, remove }: DeleteDialogProps) {
  return (
    <Dialog
      open={step !== undefined}
      onClose={close}
      title={`Delete ${step?.id ?? 'the step'}?`}
      description="What uses it, or a step in it, has a problem then. Undo brings it back."
      actions={
        <>
          <Button onClick={close}>Keep it</Button>
          <Button kind="danger" onClick={remove}>
            Delete the step
          </Button>
        </>
      }
    >
      <p>It is used by</p>
      <ul aria-label="What uses it">
        {step?.users.map((user) => (
          <li key={user}>
            <code dir="auto">{user}</code>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
