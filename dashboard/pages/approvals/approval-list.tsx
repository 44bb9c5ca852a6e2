// The approvals that wait, and those that were decided while one looked on. A row stays where it is.
import { Missing } from '../../api/loaded.tsx';
import { Button } from '../../design-system/button.tsx';
import { Time, useNow } from '../../design-system/time.tsx';
import { mayDecide } from '../../frame/deciders.ts';
import { Link } from '../../frame/router.tsx';
import { useSession } from '../../session/session.tsx';
import css from './approvals.module.css';
import { neededWords, outcomeText, placeText, untilText } from './inbox.ts';
import { OutcomeIcon } from './outcome-icon.tsx';
import { type Entry, useApproval, useDecided } from './use-inbox.ts';

interface ApprovalListProps {
  readonly entries: readonly Entry[];
  readonly selected: string;
  readonly hasMore: boolean;
  readonly isAsking: boolean;
  showMore(): void;
}

export const rowId = (id: string): string => `approval-${id}`;

export function ApprovalList({ entries, selected, hasMore, isAsking, showMore }: ApprovalListProps) {
  return (
    <div className={css['list']}>
      <ul aria-label="Approvals">
        {entries.map((entry) => (
          <li key={entry.approval.id}>
            <Row entry={entry} isSelected={entry.approval.id === selected} />
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p className="quiet">Nothing waits for a decision.</p>}
      {hasMore && (
        <Button busy={isAsking} onClick={showMore}>
          Show more
        </Button>
      )}
    </div>
  );
}

/** What became of the last ones that the list above does not show: who decided can look again, and others see by whom it was. */
export function DecidedList({ entries: above, selected }: Pick<ApprovalListProps, 'entries' | 'selected'>) {
  const decided = useDecided();
  if (!decided.data) return <Missing query={decided} />;
  const isAbove = new Set(above.map(({ approval }) => approval.id));
  const entries = decided.data.filter(({ id }) => !isAbove.has(id));
  if (entries.length === 0) return null;
  return (
    <section className={css['list']} aria-labelledby="decided">
      <h2 id="decided" className={css['decided']}>
        Decided lately
      </h2>
      <ul>
        {entries.map((approval) => (
          <li key={approval.id}>
            <Row entry={{ approval, state: 'decided' }} isSelected={approval.id === selected} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ entry, isSelected }: { readonly entry: Entry; readonly isSelected: boolean }) {
  const { id, message, workflow_id } = entry.approval;
  const ended = useApproval(id, entry.state, entry.state === 'gone');
  const approval = (entry.state === 'gone' ? ended.data : undefined) ?? entry.approval;
  const isOver = approval.status !== 'pending';
  return (
    <Link
      id={rowId(id)}
      to={`/approvals?${new URLSearchParams({ approval: id })}`}
      className={css['row']}
      aria-current={isSelected ? 'true' : undefined}
      data-over={isOver || entry.state === 'gone'}
    >
      <OutcomeIcon status={approval.status} />
      <span className={css['rowText']}>
        <span className={css['rowMessage']} dir="auto">
          {message}
        </span>
        <span className="meta">
          <span dir="auto">{workflow_id}</span> › {placeText(approval)} ·{' '}
          {isOver ? (
            <Ended approval={approval} />
          ) : entry.state === 'gone' ? (
            'It waits no more'
          ) : (
            <Until entry={entry} />
          )}
        </span>
      </span>
    </Link>
  );
}

function Ended({ approval }: Pick<Entry, 'approval'>) {
  return (
    <>
      {outcomeText(approval)}
      {approval.decided_at !== null && (
        <>
          , <Time at={approval.decided_at} />
        </>
      )}
    </>
  );
}

function Until({ entry: { approval } }: { readonly entry: Entry }) {
  const { role } = useSession();
  const now = useNow();
  const until = `until ${untilText(Date.parse(approval.expires_at), now)}`;
  return mayDecide(role, approval.role) ? until : `needs ${neededWords[approval.role]}, ${until}`;
}
