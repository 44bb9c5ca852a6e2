// How an action on many runs goes on, and each outcome, until it is put away.

import { useState } from 'react';
import { Button, IconButton } from '../../design-system/button.tsx';
import Check from '../../design-system/icons/check.ts';
import Close from '../../design-system/icons/x.ts';
import { Link, path } from '../../frame/router.tsx';
import { useSession } from '../../session/session.tsx';
import type { BulkState, Outcome } from './bulk.ts';
import { forgetBulk, useBulk } from './bulk-store.ts';
import { bulkWords, progressText } from './bulk-words.ts';
import { count } from './run-text.ts';
import css from './runs.module.css';

/** How many outcomes are shown at first, and more at a time. */
const SHOWN = 100;

export function BulkPanel() {
  const { user } = useSession();
  const bulk = useBulk(user);
  if (!bulk) return null;
  const { state, cancel } = bulk;
  const isRunning = state.phase === 'running';
  return (
    <section className={css['bulk']} aria-label="What became of the runs">
      <div className={css['bulkHead']}>
        <p role="status">
          <b>{progressText(state)}</b>
        </p>
        {isRunning ? (
          <Button onClick={cancel}>Leave the rest</Button>
        ) : (
          <IconButton icon={Close} label="Put this list away" onClick={forgetBulk} />
        )}
      </div>
      {isRunning && (
        <progress
          aria-label="Progress"
          value={state.hasMore ? undefined : state.outcomes.length}
          max={Math.max(1, state.total)}
        />
      )}
      {state.problem !== undefined && (
        <p className={css['error']}>Further runs could not be read: {state.problem}</p>
      )}
      {state.outcomes.length > 0 && <Outcomes state={state} />}
    </section>
  );
}

function Outcomes({ state }: { readonly state: BulkState }) {
  const [shown, setShown] = useState(SHOWN);
  const isRefused = ({ problem }: Outcome) => problem !== undefined;
  const refused = state.outcomes.filter(isRefused);
  // Those that need somebody first, then the latest.
  const sorted = [...refused, ...state.outcomes.filter((outcome) => !isRefused(outcome)).reverse()];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
    <section className={css['outcomes']} tabIndex={0} aria-label="Outcomes">
      <ul>
        {sorted.slice(0, shown).map(({ run, problem, made }) => (
          <li key={run.id} data-refused={problem !== undefined || undefined}>
            {problem === undefined ? (
              <Check size={14} aria-hidden="true" />
            ) : (
              <Close size={14} aria-hidden="true" />
            )}
            <Link to={path`/runs/${run.id}`}>{run.id}</Link>
            <span dir="auto">
              {problem === undefined ? bulkWords[state.action].done : `Refused: ${problem}`}
            </span>
            {made !== undefined && (
              <Link to={path`/runs/${made}`} title={made}>
                as a new run
              </Link>
            )}
          </li>
        ))}
      </ul>
      {sorted.length > shown && (
        <Button kind="quiet" onClick={() => setShown(shown + SHOWN)}>
          Show more of {count(sorted.length)}
        </Button>
      )}
    </section>
  );
}
