// What can be done with a run: stop it, or go on with it where it failed.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Stop from 'lucide-react/icons/square';
import { useState } from 'react';
import { Problem } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { announce } from '../../design-system/announce.ts';
import { Button } from '../../design-system/button.tsx';
import { Dialog } from '../../design-system/dialog.tsx';
import { TextField } from '../../design-system/field.tsx';
import type { RecordedWorkflow, Run } from './run-data.ts';

interface RunActionsProps {
  readonly run: Run;
  readonly recorded: RecordedWorkflow | undefined;
}

export function RunActions({ run }: RunActionsProps) {
  if (run.status === 'running') return <StopRun run={run} />;
  return null;
}

function StopRun({ run }: { readonly run: Run }) {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: () =>
      request('POST /executions/{id}/stop', { params: { id: run.id }, ...(reason && { body: { reason } }) }),
    onSuccess: ({ body }) => {
      queries.setQueryData(['run', run.id], body);
      announce('The run is stopped');
      setOpen(false);
    },
  });
  return (
    <>
      <Button icon={Stop} onClick={() => setOpen(true)}>
        Stop the run
      </Button>
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title="Stop this run?"
        description="What its steps have done stays done. It can be gone on with later."
        actions={
          <>
            <Button onClick={() => setOpen(false)}>Let it run</Button>
            <Button kind="danger" busy={stop.isPending} onClick={() => stop.mutate()}>
              Stop the run
            </Button>
          </>
        }
      >
        <TextField
          label="Why (others see it)"
          value={reason}
          maxLength={1000}
          onChange={({ target }) => setReason(target.value)}
        />
        {stop.error && <Problem error={stop.error} />}
      </Dialog>
    </>
  );
}
