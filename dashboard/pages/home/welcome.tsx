// For who has nothing yet: how the first workflow is started.
import { Link, path } from '../../frame/router.tsx';
import css from './home.module.css';
import { type Summary, useFirstWorkflow, useHasRun } from './home-data.ts';

/** Opens filled in, in the editor. */
function Examples() {
  return (
    <p className={css['begin']}>
      <Link to="/workflows/new?from=mail_to_issue">Unread mail to an issue</Link>
      <Link to="/workflows/new">Other examples</Link>
    </p>
  );
}

/** Nothing while it is not known that nothing has run. */
export function Welcome({ summary }: { readonly summary: Summary | undefined }) {
  const hasRun = useHasRun();
  const isIdle = summary !== undefined && summary.failed.count === 0 && summary.running.count === 0;
  const isNew = hasRun.data === false && isIdle;
  const { data: workflow } = useFirstWorkflow(isNew);
  if (!isNew || workflow === undefined) return null;
  return (
    <section className={css['welcome']} aria-labelledby="welcome">
      <h2 id="welcome">Start your first workflow</h2>
      {workflow === null ? (
        <>
          <p>A workflow is a list of steps: read mails, ask a model, write an issue.</p>
          <Examples />
        </>
      ) : (
        <>
          <p>
            A workflow is a list of steps: read mails, ask a model, write an issue. {workflow.name} is ready
            to run
            {workflow.description === null ? '.' : ':'}
          </p>
          {workflow.description !== null && (
            <p className="quiet" dir="auto">
              {workflow.description}
            </p>
          )}
          <p className={css['begin']}>
            <Link to={path`/workflows/${workflow.id}`} className={css['start']}>
              Open {workflow.name} and start it
            </Link>
          </p>
          <p>Or build one of your own:</p>
          <Examples />
        </>
      )}
    </section>
  );
}
