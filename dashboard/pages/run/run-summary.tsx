// A run in one line: what became of it, when, by which version, and the runs that it is related to.
import { CopyButton } from '../../design-system/copy-button.tsx';
import { ExternalLink } from '../../design-system/external-link.tsx';
import { StatusBadge } from '../../design-system/status-badge.tsx';
import { Duration, Time } from '../../design-system/time.tsx';
import { Link, path } from '../../frame/router.tsx';
import { pageOfEffect } from '../../workflow/effect.ts';
import { type RecordedWorkflow, type Run, useWaiting } from './run-data.ts';
import css from './run-page.module.css';
import { StartedBy } from './started-by.tsx';

interface SummaryProps {
  readonly run: Run;
  readonly recorded: RecordedWorkflow | undefined;
}

export function Summary({ run, recorded }: SummaryProps) {
  const current = recorded?.current_version ?? null;
  const effect = pageOfEffect(run.output);
  const { word: waits } = useWaiting(run);
  return (
    <p className={css['facts']}>
      {waits === undefined ? (
        <StatusBadge status={run.status} />
      ) : (
        <StatusBadge status="waiting" word={waits} />
      )}
      <span>
        began <Time at={run.started_at} />
      </span>
      <StartedBy trigger={run.trigger} />
      <span>
        {run.ended_at === null ? 'runs for ' : 'ran '}
        <Duration from={run.started_at} to={run.ended_at} />
      </span>
      {run.workflow_version !== null && (
        <span>
          {current === null ? (
            `version ${run.workflow_version}`
          ) : (
            <Link className={css['target']} to={path`/workflows/${run.workflow_id}`}>
              version {run.workflow_version}
            </Link>
          )}
          {current !== null && current !== run.workflow_version && ` (current is ${current})`}
          {recorded && current === null && ' (the workflow was deleted since)'}
        </span>
      )}
      {effect && <ExternalLink href={effect.address}>{effect.label}</ExternalLink>}
      {run.redrive_count > 0 && (
        <span>
          redriven {run.redrive_count} {run.redrive_count === 1 ? 'time' : 'times'}
        </span>
      )}
      {run.rerun_of !== null && (
        <span>
          continues <Link to={path`/runs/${run.rerun_of}`}>another run</Link>
        </span>
      )}
      {run.reruns && run.reruns.length > 0 && (
        <span>
          continued by{' '}
          {run.reruns.map((rerun, position) => (
            <Link key={rerun} to={path`/runs/${rerun}`}>
              {position === 0 ? 'a new run' : ` and ${position + 1}`}
            </Link>
          ))}
        </span>
      )}
      <span className={css['id']}>
        <code>{run.id}</code>
        <CopyButton text={run.id} label="Copy the run’s id" />
      </span>
    </p>
  );
}
