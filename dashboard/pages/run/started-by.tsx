// What started a run, in its facts: a person, a schedule, a webhook, or a step of another run, which it links to.
import type { AnswerBody } from '../../api/routes.ts';
import { Link, path } from '../../frame/router.tsx';

type Run = AnswerBody<'GET /executions/{id}'>;

export function StartedBy({ trigger }: Pick<Run, 'trigger'>) {
  switch (trigger?.type) {
    case 'api':
      return trigger.user !== null && <span>started by {trigger.user}</span>;
    case 'rerun':
      return trigger.user !== null && <span>run again by {trigger.user}</span>;
    case 'schedule':
      return <span>started by a schedule</span>;
    case 'webhook':
      return <span>started by a webhook</span>;
    case 'workflow':
      return (
        <span>
          started by a step of <Link to={path`/runs/${trigger.execution_id}`}>another run</Link>
        </span>
      );
    case undefined:
      return null;
  }
}
