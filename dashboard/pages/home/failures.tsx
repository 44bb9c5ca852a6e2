// What failed within a day, by error and step, the latest first.
import type { UseQueryResult } from '@tanstack/react-query';
import { StatusIcon } from '../../design-system/status-badge.tsx';
import { Time } from '../../design-system/time.tsx';
import { Link, path } from '../../frame/router.tsx';
import css from './home.module.css';
import type { Summary } from './home-data.ts';
import { counted, failedSentence, groupAddress, mendedSentence } from './home-text.ts';
import { Part } from './part.tsx';

const SHOWN = 12;

export function Failures({ summary }: { readonly summary: UseQueryResult<Summary> }) {
  return (
    <Part
      query={summary}
      label="What failed is loading"
      rows={5}
      sentence={({ failed }) => failedSentence(failed)}
      to="/runs?status=failed_or_timed_out&time=day"
    >
      {({ failed, failed: { groups } }) => (
        <>
          <ul className={css['list']}>
            {groups.slice(0, SHOWN).map((group) => (
              <li key={`${group.error_name} ${group.step_id}`} className={css['failure']}>
                <StatusIcon status="failed" />
                <Link to={groupAddress(group)} className={css['what']} dir="auto">
                  <b>{group.error_name}</b>
                  {group.step_id !== null && <> in {group.step_id}</>}
                </Link>
                <span className={css['times']}>{counted(group.count, false)} ×</span>
                <p className={css['message']} dir="auto" title={group.latest.message}>
                  {group.latest.message}
                </p>
                <p className={css['latest']}>
                  Latest: <Link to={path`/runs/${group.latest.id}`}>{group.latest.workflow_id}</Link>,{' '}
                  <Time at={group.latest.started_at} />
                </p>
              </li>
            ))}
          </ul>
          {groups.length > SHOWN && (
            <p className="quiet">
              {counted(groups.length - SHOWN, false)} further kinds of failures are among the runs.
            </p>
          )}
          {failed.mended > 0 && <p className="quiet">{mendedSentence(failed)}</p>}
        </>
      )}
    </Part>
  );
}
