// What runs, and which of it asks somebody.
import type { UseQueryResult } from '@tanstack/react-query';
import { Time } from '../../design-system/time.tsx';
import { Link, path } from '../../frame/router.tsx';
import { RunStatus } from '../../frame/run-status.tsx';
import { useLiveWaiting, useQuestions } from '../../frame/waiting.tsx';
import css from './home.module.css';
import type { Summary } from './home-data.ts';
import { runningSentence } from './home-text.ts';
import { Part } from './part.tsx';

export function Running({ summary }: { readonly summary: UseQueryResult<Summary> }) {
  const questions = useQuestions();
  const hasMore = useLiveWaiting().data?.next_cursor != null;
  return (
    <Part
      query={summary}
      label="What runs is loading"
      sentence={({ running }) => runningSentence(running, { count: questions.size, more: hasMore })}
      to="/runs?status=running"
    >
      {({ running: { latest } }) => (
        <ul className={css['list']}>
          {latest.map(({ id, workflow_id, started_at }) => (
            <li key={id} className={css['due']}>
              <Link to={path`/runs/${id}`} className={css['what']}>
                {workflow_id}
              </Link>
              {questions.has(id) && <RunStatus status="running" question={questions.get(id)} />}
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
