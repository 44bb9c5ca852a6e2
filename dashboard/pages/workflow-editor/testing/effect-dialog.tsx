// Asked before a test does something at a provider.
import { useState } from 'react';
import { Button } from '../../../design-system/button.tsx';
import { Dialog } from '../../../design-system/dialog.tsx';
import type { Action } from '../check/check-text.ts';

interface EffectDialogProps {
  readonly step: string;
  readonly action: Action | undefined;
  /** What the API says of the effect; undefined: it is closed. */
  readonly asked: string | undefined;
  confirm(): void;
  close(): void;
}

export function EffectDialog({ step, action, asked, confirm, close }: EffectDialogProps) {
  // What it asked stays while it closes.
  const [shown, setShown] = useState(asked);
  if (asked !== undefined && asked !== shown) setShown(asked);
  return (
    <Dialog
      open={asked !== undefined}
      onClose={close}
      title={`Test ${step} in earnest?`}
      {...(shown !== undefined && { description: `${shown}.` })}
      actions={
        <>
          <Button onClick={close}>Do not test it</Button>
          <Button kind="primary" onClick={confirm}>
            Test in earnest
          </Button>
        </>
      }
    >
      {action && (
        <p>
          <strong>{action.title}</strong>: {action.summary}
        </p>
      )}
      <p>It is done at the provider as in a run, with the values of this test. No other step runs.</p>
    </Dialog>
  );
}
