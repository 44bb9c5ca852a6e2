// Which accounts have to be connected again, and the runs that failed for it.
import { ProblemNotice } from '../../design-system/problem-notice.tsx';
import { Link, path } from '../../frame/router.tsx';
import { type Connection, nameOf } from './connection-words.ts';
import css from './connections.module.css';

export function ReconnectBanner({ connections }: { readonly connections: readonly Connection[] }) {
  const broken = connections.filter(({ status }) => status === 'needs_reconnect');
  if (broken.length === 0) return null;
  const title =
    broken.length === 1
      ? 'One account has to be connected again'
      : `${broken.length} accounts have to be connected again`;
  return (
    <ProblemNotice title={title} detail="Runs that need it fail until then.">
      <ul className={css['broken']}>
        {broken.map((connection) => (
          <li key={nameOf(connection)}>
            <code>{nameOf(connection)}</code>
            <FailedRuns connection={connection} />
          </li>
        ))}
      </ul>
    </ProblemNotice>
  );
}

function FailedRuns({ connection: { used_by, last_failure } }: { readonly connection: Connection }) {
  const run = last_failure?.execution_id;
  return (
    <>
      {run && (
        <>
          {': '}
          <Link to={path`/runs/${run}`}>the run that failed last</Link>
        </>
      )}
      {used_by.map((workflow) => (
        <span key={workflow}>
          {run ? ', ' : ': '}
          <Link to={`/runs?status=failed&workflow=${encodeURIComponent(workflow)}`}>
            failed runs of {workflow}
          </Link>
        </span>
      ))}
    </>
  );
}
