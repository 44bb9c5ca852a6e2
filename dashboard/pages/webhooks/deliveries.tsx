// The latest runs that deliveries have started, asked for when somebody wants to see them; each can be sent again.
import { useState } from 'react';
import { ApiError } from '../../api/errors.ts';
import { useLive } from '../../api/live.ts';
import { Loaded } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import type { AnswerBody } from '../../api/routes.ts';
import { Button } from '../../design-system/button.tsx';
import { StatusBadge } from '../../design-system/status-badge.tsx';
import { Time } from '../../design-system/time.tsx';
import { showToast } from '../../design-system/toast-list.ts';
import { Link, path, useNavigate } from '../../frame/router.tsx';
import { useSession } from '../../session/session.tsx';
import css from './webhooks.module.css';

type Run = AnswerBody<'GET /executions'>['items'][number];

interface DeliveriesProps {
  readonly workflowId: string;
  readonly isOnly: boolean;
}

export function Deliveries({ workflowId, isOnly }: DeliveriesProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Recent deliveries</summary>
      {isOpen && <Recent workflowId={workflowId} isOnly={isOnly} />}
    </details>
  );
}

function Recent({ workflowId, isOnly }: DeliveriesProps) {
  const runs = useLive({
    queryKey: ['deliveries', workflowId],
    queryFn: async ({ signal }) => {
      const query = { workflow_id: workflowId, trigger: 'webhook', limit: 10 } as const;
      return (await request('GET /executions', { query }, { signal })).body.items;
    },
    every: () => 5_000,
  });
  return (
    <Loaded query={runs} label="Deliveries are loading" rows={3}>
      {(items) =>
        items.length === 0 ? (
          <p className="quiet">No delivery has started a run yet.</p>
        ) : (
          <>
            {!isOnly && <p className="meta">Of all webhooks of the workflow.</p>}
            <ul className={css['deliveries']} aria-label={`Deliveries to ${workflowId}`}>
              {items.map((run) => (
                <li key={run.id}>
                  <Delivery run={run} />
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Loaded>
  );
}

function Delivery({ run }: { readonly run: Run }) {
  const { role } = useSession();
  const again = useSendAgain(run.id);
  const delivery = run.trigger?.type === 'webhook' ? run.trigger.delivery : null;
  const mayAct = role === 'editor' || role === 'admin';
  return (
    <div className={css['delivery']}>
      <StatusBadge status={run.status} />
      <Link to={path`/runs/${run.id}`}>
        <Time at={run.started_at} />
      </Link>
      <span className="meta" dir="auto">
        {delivery ?? 'without an id'}
      </span>
      <Button
        disabled={!mayAct}
        title={mayAct ? undefined : 'This needs an editor'}
        busy={again.isBusy}
        onClick={again.send}
      >
        Send again
      </Button>
    </div>
  );
}

/** A new run with the same input, by the workflow as it is now, as another delivery would start. */
function useSendAgain(id: string) {
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      const headers = { 'idempotency-key': crypto.randomUUID() };
      const rerun = { from: 'start', workflow: 'current' } as const;
      const { body } = await request('POST /executions/{id}/rerun', { params: { id }, headers, body: rerun });
      navigate(path`/runs/${body.id}`);
    } catch (error) {
      const why = error instanceof ApiError ? error.detail || error.title : String(error);
      showToast({ text: `It could not be sent again. ${why}`, kind: 'failed' });
      setBusy(false);
    }
  };
  return { isBusy, send: () => void send() };
}
