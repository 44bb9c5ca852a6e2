// Asked when a page with unsaved changes is left by a link.
import { Button } from '../../../design-system/button.tsx';
import { Dialog } from '../../../design-system/dialog.tsx';
import { useLeaveGuard } from '../../../frame/leave-guard.ts';

export function LeaveDialog({ isUnsaved }: { isUnsaved(): boolean }) {
  const { isAsked, stay, leave } = useLeaveGuard(isUnsaved);
  return (
    <Dialog
      open={isAsked}
      onClose={stay}
      title="Leave without saving?"
      description="What you have changed is kept in this browser, and is here when you come back. It does not run until it is saved."
      actions={
        <>
          <Button onClick={leave}>Leave</Button>
          <Button kind="primary" onClick={stay}>
            Stay here
          </Button>
        </>
      }
    />
  );
}
