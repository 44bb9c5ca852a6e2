// One run of the list, of as few elements as serve: a screen of new ones is drawn at once when somebody scrolls far. On a
// narrow screen it is a card of two lines.
// biome-ignore-all lint/a11y/noRedundantRoles: rows that CSS lays out as grids are none any more to some browsers
import { memo } from 'react';
import { Duration, Time } from '../../design-system/time.tsx';
import { costText } from '../../design-system/usage-text.ts';
import { Link, path } from '../../frame/router.tsx';
import { RunStatus } from '../../frame/run-status.tsx';
import type { Question } from '../../frame/waiting.tsx';
import { errorText, inputText, startedBy } from '../../workflow/run-text.ts';
import type { Run } from './run-list.ts';
import { count, runName } from './run-text.ts';
import css from './runs.module.css';

interface RunRowProps {
  readonly run: Run;
  readonly index: number;
  readonly start: number;
  readonly height: number;
  readonly isSelected: boolean;
  /** The filters let it through no longer. */
  readonly isGone: boolean;
  /** What it asks somebody. */
  readonly question: Question | undefined;
  onSelect(index: number, isRange: boolean): void;
}

export const RunRow = memo(function RunRow({
  run,
  index,
  start,
  height,
  isSelected,
  isGone,
  question,
  onSelect,
}: RunRowProps) {
  const error = errorText(run);
  // Where it says why it failed, the line above stands empty otherwise.
  const inputs = inputText(run) || (error && run.input_preview !== null ? 'no input' : '');
  return (
    <tr
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      data-selected={isSelected || undefined}
      data-gone={isGone || undefined}
      data-failed={error !== undefined || undefined}
      className={css['row']}
      style={{ height, transform: `translateY(${start}px)` }}
    >
      <td role="cell" className={css['check']}>
        <label>
          <input
            type="checkbox"
            aria-label={`Select ${run.workflow_id} ${runName(run)}`}
            checked={isSelected}
            onChange={(event) =>
              onSelect(index, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)
            }
          />
        </label>
      </td>
      <td role="cell" className={css['workflow']}>
        <Link
          to={path`/runs/${run.id}`}
          className={css['link']}
          title={run.id}
          aria-label={`${run.workflow_id} ${runName(run)}`}
        >
          {run.workflow_id}
        </Link>
      </td>
      <td role="cell" className={css['status']}>
        <RunStatus status={run.status} question={question} />
        {isGone && <span className="meta"> has changed</span>}
      </td>
      <td role="cell" className={css['what']} data-failed={error !== undefined || undefined}>
        {inputs !== '' && (
          <span className={css['inputs']} dir="auto" title={inputs}>
            {inputs}
          </span>
        )}
        {error && (
          <span className={css['error']} dir="auto" title={`${error.what}: ${error.says}`}>
            {run.mended_by !== null && (
              <>
                <Link to={path`/runs/${run.mended_by}`} className={css['related']}>
                  Mended by a rerun
                </Link>{' '}
              </>
            )}
            <b>{error.what}</b> {error.says}
          </span>
        )}
      </td>
      <td role="cell" className={css['started']}>
        <Time at={run.started_at} />
      </td>
      <td role="cell" className={css['took']}>
        <Duration from={run.started_at} to={run.ended_at} />
      </td>
      <td
        role="cell"
        className={css['tokens']}
        title={run.cost_usd === null ? undefined : `They cost ${costText(run.cost_usd)}`}
      >
        {run.tokens !== null && count(run.tokens)}
      </td>
      <td role="cell" className={css['by']} dir="auto">
        {run.rerun_of === null ? (
          startedBy(run)
        ) : (
          <Link
            to={path`/runs/${run.rerun_of}`}
            className={css['related']}
            title={`A rerun of ${run.rerun_of}`}
          >
            {startedBy(run)}
          </Link>
        )}
      </td>
    </tr>
  );
});
