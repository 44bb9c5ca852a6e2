// The status of a run in a list; of one that asks somebody it leads to the question.
import type { AnswerBody } from '../api/routes.ts';
import { StatusBadge } from '../design-system/status-badge.tsx';
import { Link, path } from './router.tsx';
import css from './run-status.module.css';
import type { Question } from './waiting.tsx';

interface RunStatusProps {
  readonly status: AnswerBody<'GET /executions'>['items'][number]['status'];
  /** What it asks, as useQuestions knows it; another branch of it may work meanwhile. */
  readonly question: Question | undefined;
}

/** A run may have ended since its question was read. */
const asks = ({ status, question }: RunStatusProps): boolean =>
  status === 'running' && question !== undefined;

/** Where it is part of a link already. */
export function RunStatusBadge(run: RunStatusProps) {
  return <StatusBadge status={asks(run) ? 'waiting' : run.status} />;
}

export function RunStatus(run: RunStatusProps) {
  const { question } = run;
  if (!question || !asks(run)) return <RunStatusBadge {...run} />;
  return (
    <Link
      to={path`/approvals?approval=${question.id}`}
      className={css['question']}
      title={question.message}
      aria-label={`Waiting: ${question.message}`}
    >
      <RunStatusBadge {...run} />
    </Link>
  );
}
