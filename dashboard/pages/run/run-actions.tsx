// What can be done with a run: stop it, go on with it where it failed or from a step, run it again, compare it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button, buttonClass, primaryClass } from '../../design-system/button.tsx';
import { Dialog } from '../../design-system/dialog.tsx';
import { TextField } from '../../design-system/field.tsx';
import More from '../../design-system/icons/chevron-down.ts';
import Redo from '../../design-system/icons/redo-2.ts';
import Stop from '../../design-system/icons/square.ts';
import { Menu } from '../../design-system/menu.tsx';
import type { MenuEntry } from '../../design-system/menu-popup.tsx';
import { showToast } from '../../design-system/toast-list.ts';
import { Link, path, useNavigate } from '../../frame/router.tsx';
import { useSession } from '../../session/session.tsx';
import { type RecordedWorkflow, type Run, useWaiting } from './run-data.ts';

interface RunActionsProps {
  readonly run: Run;
  readonly recorded: RecordedWorkflow | undefined;
  /** The step that is selected, to go on from. */
  readonly step: string;
  compare(): void;
}

export function RunActions(props: RunActionsProps) {
  const { role } = useSession();
  if (role === 'viewer')
    return (
      <p className="meta">To stop it, to go on with it or to run it again, the role editor is needed.</p>
    );
  if (props.run.status === 'running')
    return (
      <>
        <Decide run={props.run} />
        <StopRun run={props.run} />
      </>
    );
  return <GoOn {...props} />;
}

/** Leads to what somebody is asked in the run. */
function Decide({ run }: { readonly run: Run }) {
  const { approval } = useWaiting(run);
  if (approval === undefined) return null;
  return (
    <Link className={primaryClass} to={path`/approvals?approval=${approval}`}>
      Decide
    </Link>
  );
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
      showToast({ text: 'The run is stopped', kind: 'done' });
      setOpen(false);
    },
    // Somebody else may have stopped it, or it has ended.
    onError: () => queries.invalidateQueries({ queryKey: ['run', run.id] }),
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

type Again =
  | { readonly kind: 'redrive' }
  | { readonly kind: 'rerun'; readonly from?: string; readonly workflow: 'recorded' | 'current' };

/** Sends one thing once, however often it is clicked: the key is another one for another wish. */
function useAgain(run: Run) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [keys] = useState(() => new Map<string, string>());
  return useMutation({
    mutationFn: async (again: Again) => {
      const wish = JSON.stringify([again, run.redrive_count]);
      const key = keys.get(wish) ?? crypto.randomUUID();
      keys.set(wish, key);
      const parts = { params: { id: run.id }, headers: { 'idempotency-key': key } };
      if (again.kind === 'redrive') return (await request('POST /executions/{id}/redrive', parts)).body;
      const { kind: _, ...body } = again;
      const answer = await request('POST /executions/{id}/rerun', { ...parts, body });
      // Another click, later, is another wish.
      keys.delete(wish);
      return answer.body;
    },
    onSuccess: (started) => {
      queries.setQueryData(['run', started.id], started);
      if (started.id === run.id) {
        showToast({ text: 'The run goes on', kind: 'done' });
        return;
      }
      showToast({ text: 'This is the new run', kind: 'done' });
      navigate(path`/runs/${started.id}`);
    },
    onError: () => queries.invalidateQueries({ queryKey: ['run', run.id] }),
  });
}

function GoOn({ run, recorded, step, compare }: RunActionsProps) {
  const again = useAgain(run);
  const failed = run.status !== 'succeeded';
  const current = recorded?.current_version ?? null;
  const isOlder = current !== null && current !== run.workflow_version;
  // Who has mended the workflow goes on with what was mended.
  const withCurrent: Again = { kind: 'rerun', workflow: 'current' };
  const whereItEnded = `Go on where it ${run.status === 'aborted' ? 'was stopped' : 'failed'}`;
  const goOn: MenuEntry[] = [];
  if (failed && isOlder)
    goOn.push({
      label: `${whereItEnded}, as version ${run.workflow_version}`,
      act: () => again.mutate({ kind: 'redrive' }),
    });
  else if (failed && current !== null)
    goOn.push({ label: 'Go on as a new run', act: () => again.mutate(withCurrent) });
  if (step !== '') {
    goOn.push({
      label: `Run again from ${step}`,
      act: () => again.mutate({ kind: 'rerun', from: step, workflow: 'recorded' }),
    });
    if (isOlder)
      goOn.push({
        label: `Run again from ${step}, with version ${current}`,
        act: () => again.mutate({ kind: 'rerun', from: step, workflow: 'current' }),
      });
  }
  const runAgain: MenuEntry[] = [
    {
      label: 'With the same input',
      act: () => again.mutate({ kind: 'rerun', from: 'start', workflow: 'recorded' }),
    },
  ];
  if (isOlder)
    runAgain.push({
      label: `With the same input, by version ${current}`,
      act: () => again.mutate({ kind: 'rerun', from: 'start', workflow: 'current' }),
    });
  if (current !== null)
    runAgain.push({
      label: 'With another input …',
      link: <Link to={`${path`/workflows/${run.workflow_id}`}?from=${encodeURIComponent(run.id)}`} />,
    });
  runAgain.push({ label: 'Compare with another run', act: compare, separated: true });
  return (
    <>
      {failed && (
        <Button
          kind="primary"
          icon={Redo}
          busy={again.isPending}
          onClick={() => again.mutate(isOlder ? withCurrent : { kind: 'redrive' })}
        >
          {isOlder ? `Go on with version ${current}` : whereItEnded}
        </Button>
      )}
      {goOn.length > 0 && (
        <Choice label={failed ? 'Other ways to go on' : 'Go on from a step'} entries={goOn} />
      )}
      <Choice label="Run again" entries={runAgain} />
      <Dialog open={again.isError} onClose={() => again.reset()} title="It was refused">
        {again.error && <Problem error={again.error} />}
      </Dialog>
    </>
  );
}

function Choice({ label, entries }: { readonly label: string; readonly entries: readonly MenuEntry[] }) {
  return (
    <Menu
      trigger={{
        className: buttonClass,
        children: (
          <>
            {label}
            <More size={16} aria-hidden="true" />
          </>
        ),
      }}
      entries={entries}
    />
  );
}
