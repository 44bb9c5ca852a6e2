// What runs.
import type { UseQueryResult } from '@tanstack/react-query';
import { Time } from '../../design-system/time.tsx';
import { Link, path } from '../../frame/router.tsx';
import css from './home.module.css';
import type { Summary } from './home-data.ts';
import { runningSentence } from './home-text.ts';
import { Part } from './part.tsx';

export function Running({ summary }: { readonly summary: UseQueryResult<Summary> }) {
  return (
    <Part
      query={summary}
      label="What runs is loading"
      sentence={({ running }) => runningSentence(running)}
      to="/runs?status=running"
    >
      {({ running: { latest } }) => (
        <ul className={css['list']}>
          {latest.map(({ id, workflow_id, started_at }) => (
            <li key={id} className={css['due']}>
              <Link to={path`/runs/${id}`} className={css['what']}>
                {workflow_id}
              </Link>
              <span className="meta">
                <Time at={started_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}
