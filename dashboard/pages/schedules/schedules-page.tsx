// All schedules of all workflows: when each is due next, who paused it, and what starts it now.
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { firstPages } from '../../api/first-pages.ts';
import { useLive } from '../../api/live.ts';
import { Loaded } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button } from '../../design-system/button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { Page } from '../../frame/page.tsx';
import { Link } from '../../frame/router.tsx';
import { useSession } from '../../session/session.tsx';
import { ScheduleRow } from './schedule-row.tsx';
import css from './schedules.module.css';

export default function SchedulesPage() {
  const { role } = useSession();
  const [pages, setPages] = useState(1);
  const schedules = useLive({
    queryKey: ['schedules', pages],
    queryFn: ({ signal }) =>
      firstPages(pages, (cursor) => request('GET /schedules', { query: { limit: 100, cursor } }, { signal })),
    placeholderData: keepPreviousData,
    every: () => 10_000,
  });
  const mayAct = role === 'editor' || role === 'admin';
  return (
    <Page title="Schedules">
      <Loaded query={schedules} label="Schedules are loading">
        {({ items, hasMore }) => (
          <>
            {items.length === 0 && !hasMore && (
              <EmptyState
                title="No workflow has a schedule yet"
                action={<Link to="/workflows">Give one to a workflow</Link>}
              >
                In a workflow’s editor, under “What starts it”, “Add a schedule” runs it by itself: each day,
                on days of the week, or as a cron expression says. It is listed here as soon as it is saved.
              </EmptyState>
            )}
            {items.length > 0 && !mayAct && (
              <p className="quiet">
                Pausing and running need an editor. You are logged in as {role || 'nobody'}.
              </p>
            )}
            <ul className={css['list']} aria-label="Schedules">
              {items.map((schedule) => (
                <li key={schedule.id}>
                  <ScheduleRow schedule={schedule} mayAct={mayAct} onChange={schedules.refetch} />
                </li>
              ))}
            </ul>
            {hasMore && (
              <div>
                <Button busy={schedules.isPlaceholderData} onClick={() => setPages(pages + 1)}>
                  Show those of more workflows
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}
