// One approval: the question with all that helps to decide, then the decision or what became of it.
import type { RefObject } from 'react';
import { besideData, useFailure } from '../../api/failure.ts';
import { Problem } from '../../api/loaded.tsx';
import { CopyButton } from '../../design-system/copy-button.tsx';
import { Skeleton } from '../../design-system/skeleton.tsx';
import { Time, useNow } from '../../design-system/time.tsx';
import { mayDecide } from '../../frame/deciders.ts';
import { Link } from '../../frame/router.tsx';
import { useSession } from '../../session/session.tsx';
import { Fields } from '../../workflow/value-view.tsx';
import css from './approvals.module.css';
import { DecisionForm } from './decision-form.tsx';
import { neededWords, outcomeText, placeText, runLink, type WaitingApproval, waitsText } from './inbox.ts';
import { OutcomeIcon } from './outcome-icon.tsx';
import { type Decision, type Entry, useApproval } from './use-inbox.ts';

const HEADING = 'selected-approval';

interface ApprovalDetailProps {
  readonly id: string;
  /** As the list has it; undefined for one that only a link leads to. */
  readonly entry: Entry | undefined;
  readonly section: RefObject<HTMLElement | null>;
  decide(decision: Decision, comment: string): Promise<boolean>;
}

export function ApprovalDetail({ id, entry, section, decide }: ApprovalDetailProps) {
  const record = useApproval(id, entry?.state);
  const failed = useFailure(record);
  const failure = record.data ? besideData(record.error) : failed;
  const { user, role } = useSession();
  const isOptimistic = entry?.state === 'sending' || entry?.state === 'decided';
  const approval = isOptimistic ? entry.approval : (record.data ?? entry?.approval);
  return (
    <section ref={section} className={css['detail']} tabIndex={-1} aria-labelledby={HEADING}>
      <Link to="/approvals" className={css['back']}>
        All approvals
      </Link>
      {failure && <Problem error={failure} retry={() => void record.refetch()} busy={record.isFetching} />}
      {!approval && !failure && <Skeleton label="The approval is loading" rows={4} />}
      {approval && (
        <>
          {/* The list cuts long messages; the record has all of it. */}
          <h2 id={HEADING} className={css['question']} dir="auto">
            {record.data?.message ?? approval.message}
          </h2>
          <Facts approval={approval} />
          <Details record={record.data} isLoading={record.isLoading && !failure} />
          {approval.status === 'pending' ? (
            <DecisionForm
              // A question that is asked again is another one.
              key={`${id} ${approval.requested_at}`}
              id={id}
              refusal={
                mayDecide(role, approval.role)
                  ? undefined
                  : `This needs ${neededWords[approval.role]}. You are logged in as ${user}, ${role === '' ? 'without a role' : role}.`
              }
              isReady={record.data !== undefined}
              decide={decide}
            />
          ) : (
            <Outcome approval={approval} />
          )}
        </>
      )}
    </section>
  );
}

function Facts({ approval }: { readonly approval: WaitingApproval }) {
  const now = useNow();
  return (
    <dl className={css['facts']}>
      <div>
        <dt>Asked by</dt>
        <dd>
          <span dir="auto">{approval.workflow_id}</span>, step <code>{placeText(approval)}</code>,{' '}
          <Time at={approval.requested_at} /> · <Link to={runLink(approval)}>Open the run</Link>
        </dd>
      </div>
      {approval.status === 'pending' && (
        <div>
          <dt>Until</dt>
          <dd>
            {waitsText(approval, now)}
            <span className={`meta ${css['exact']}`}>
              <Time at={approval.expires_at} />, <Time at={approval.expires_at} as="exact" />
            </span>
          </dd>
        </div>
      )}
    </dl>
  );
}

interface DetailsProps {
  readonly record: { readonly details?: unknown } | undefined;
  readonly isLoading: boolean;
}

function Details({ record, isLoading }: DetailsProps) {
  if (!record) return isLoading ? <Skeleton label="The details are loading" rows={3} /> : null;
  const { details } = record;
  if (details == null) return null;
  return (
    <div className={css['details']}>
      <div className={css['detailsTitle']}>
        <h3>Details</h3>
        <CopyButton text={textOf(details)} label="Copy the details" />
      </div>
      <Fields value={details} />
    </div>
  );
}

/** Texts are read as they are, line breaks and all; the rest as JSON with every digit. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function Outcome({ approval }: { readonly approval: WaitingApproval }) {
  return (
    <div className={css['outcome']}>
      <p>
        <OutcomeIcon status={approval.status} /> {outcomeText(approval)}
        {approval.decided_at !== null && (
          <>
            , <Time at={approval.decided_at} />
          </>
        )}
      </p>
      {approval.comment !== null && <blockquote dir="auto">{approval.comment}</blockquote>}
    </div>
  );
}
