// What is due next.
import { Time } from '../../design-system/time.tsx';
import { Link, path } from '../../frame/router.tsx';
import css from './home.module.css';
import { useSchedules } from './home-data.ts';
import { dueNext, dueSentence } from './home-text.ts';
import { Part } from './part.tsx';

const SHOWN = 5;

export function Due() {
  const schedules = useSchedules();
  return (
    <Part
      query={schedules}
      label="What is due next is loading"
      sentence={({ items }) =>
        dueSentence(dueNext(items).length, items.filter(({ state }) => state === 'paused').length)
      }
      to="/schedules"
    >
      {({ items }) => (
        <ul className={css['list']}>
          {dueNext(items)
            .slice(0, SHOWN)
            .map(({ id, workflow_id, next_time }) => (
              <li key={id} className={css['due']}>
                <Link to={path`/workflows/${workflow_id}`} className={css['what']}>
                  {workflow_id}
                </Link>
                <span className="meta">
                  <Time at={next_time} />
                </span>
              </li>
            ))}
        </ul>
      )}
    </Part>
  );
}
