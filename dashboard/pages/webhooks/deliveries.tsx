// The latest deliveries, asked for when somebody wants to see them: the runs that they have started, each of which can be
// sent again, and those that were refused, with the reason.
import { useRef, useState } from 'react';
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
import { refusalWords } from './refusal-words.ts';
import css from './webhooks.module.css';

type Run = AnswerBody<'GET /executions'>['items'][number];
type Refused = AnswerBody<'GET /hooks/{id}/refusals'>['items'][number];

interface DeliveriesProps {
  readonly hook: string;
  readonly workflowId: string;
  readonly isOnly: boolean;
}

export function Deliveries(props: DeliveriesProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Recent deliveries</summary>
      {isOpen && <Recent {...props} />}
    </details>
  );
}

type Listed = { readonly at: string } & ({ readonly run: Run } | { readonly refused: Refused });

async function ask({ hook, workflowId }: DeliveriesProps, signal: AbortSignal): Promise<Listed[]> {
  const query = { workflow_id: workflowId, trigger: 'webhook', limit: 10 } as const;
  const [runs, refusals] = await Promise.all([
    request('GET /executions', { query }, { signal }),
    request('GET /hooks/{id}/refusals', { params: { id: hook }, query: { limit: 10 } }, { signal }),
  ]);
  return [
    ...runs.body.items.map((run) => ({ at: run.started_at, run })),
    ...refusals.body.items.map((refused) => ({ at: refused.received_at, refused })),
  ].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function Recent(props: DeliveriesProps) {
  const { hook, workflowId, isOnly } = props;
  const deliveries = useLive({
    queryKey: ['deliveries', hook],
    queryFn: ({ signal }) => ask(props, signal),
    every: () => 5_000,
  });
  return (
    <Loaded query={deliveries} label="Deliveries are loading" rows={3}>
      {(items) =>
        items.length === 0 ? (
          <p className="quiet">No delivery has come yet.</p>
        ) : (
          <>
            {!isOnly && (
              <p className="meta">Runs of all webhooks of the workflow, and refusals of this one.</p>
            )}
            <ul className={css['deliveries']} aria-label={`Deliveries to ${workflowId}`}>
              {items.map((item) =>
                'run' in item ? (
                  <li key={item.run.id}>
                    <Delivery run={item.run} />
                  </li>
                ) : (
                  <li key={`${item.at} ${item.refused.delivery}`}>
                    <RefusedDelivery refused={item.refused} />
                  </li>
                ),
              )}
            </ul>
          </>
        )
      }
    </Loaded>
  );
}

function RefusedDelivery({ refused }: { readonly refused: Refused }) {
  return (
    <div className={css['delivery']}>
      <strong className={css['refused']}>Refused</strong>
      <Time at={refused.received_at} />
      <span className="meta" dir="auto">
        {refused.delivery ?? 'without an id'}
      </span>
      <span>{refusalWords[refused.reason]}</span>
    </div>
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

/**
 * A new run with the same input, by the workflow as it is now, as another delivery would start. The key stays until it is
 * known that one has started: pressing again after a lost answer starts no second one.
 */
function useSendAgain(id: string) {
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const key = useRef(crypto.randomUUID());
  const send = async () => {
    setBusy(true);
    try {
      const headers = { 'idempotency-key': key.current };
      const rerun = { from: 'start', workflow: 'current' } as const;
      const { body } = await request('POST /executions/{id}/rerun', { params: { id }, headers, body: rerun });
      key.current = crypto.randomUUID();
      navigate(path`/runs/${body.id}`);
    } catch (error) {
      const why = error instanceof ApiError ? error.detail || error.title : String(error);
      showToast({ text: `It could not be sent again. ${why}`, kind: 'failed' });
      setBusy(false);
    }
  };
  return { isBusy, send: () => void send() };
}
