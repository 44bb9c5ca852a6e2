// Asks before a version is brought back, and says why that was refused.
import { useState } from 'react';
import { useAttempt } from '../../api/attempt.ts';
import { Problem } from '../../api/loaded.tsx';
import { Button } from '../../design-system/button.tsx';
import { Dialog } from '../../design-system/dialog.tsx';
import { showToast } from '../../design-system/toast-list.ts';
import type { Version } from './use-versions.ts';

interface RestoreDialogProps {
  readonly what: string;
  /** Undefined: it is closed. */
  readonly version: Version | undefined;
  readonly current: number;
  restore(version: number): Promise<void>;
  onClose(): void;
}

export function RestoreDialog({ what, version, current, restore, onClose }: RestoreDialogProps) {
  const [shown, setShown] = useState(version);
  const { isBusy, error, attempt, forget } = useAttempt();
  // What it asked stays while it closes.
  if (version && version !== shown) {
    setShown(version);
    forget();
  }
  const number = shown?.version ?? 0;
  const act = async () => {
    if (!(await attempt(() => restore(number)))) return;
    showToast({ text: `Version ${number} is in force again, as version ${current + 1}`, kind: 'done' });
    onClose();
  };
  return (
    <Dialog
      open={version !== undefined}
      onClose={onClose}
      title={`Restore version ${number}?`}
      description={`The ${what} becomes what it was in version ${number}, saved as version ${current + 1}. Version ${current} stays in this list, and runs that have begun go on as they began.`}
      actions={
        <>
          <Button onClick={onClose}>Keep version {current}</Button>
          <Button kind="primary" busy={isBusy} onClick={() => void act()}>
            Restore version {number}
          </Button>
        </>
      }
    >
      {error && <Problem error={error} />}
    </Dialog>
  );
}
