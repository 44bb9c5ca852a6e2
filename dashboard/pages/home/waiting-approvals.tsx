// What waits for an answer, first of all mine.
import { Time } from '../../design-system/time.tsx';
import { Link, path } from '../../frame/router.tsx';
import { useLiveWaiting } from '../../frame/waiting.tsx';
import { useSession } from '../../session/session.tsx';
import css from './home.module.css';
import { forRole, waitingSentence } from './home-text.ts';
import { Part } from './part.tsx';

const SHOWN = 5;

export function WaitingApprovals() {
  const { role } = useSession();
  const approvals = useLiveWaiting();
  return (
    <Part
      query={approvals}
      label="What waits for you is loading"
      sentence={({ items, next_cursor: next }) =>
        waitingSentence(forRole(items, role).length, items.length, next !== null)
      }
      to="/approvals"
    >
      {({ items }) => (
        <ul className={css['list']}>
          {forRole(items, role)
            .slice(0, SHOWN)
            .map(({ id, message, workflow_id, expires_at }) => (
              <li key={id}>
                <Link to={path`/approvals?approval=${id}`} className={css['what']} title={message}>
                  <span className={css['asked']} dir="auto">
                    {message}
                  </span>
                </Link>
                <p className="meta">
                  {workflow_id}, expires <Time at={expires_at} />
                </p>
              </li>
            ))}
        </ul>
      )}
    </Part>
  );
}
