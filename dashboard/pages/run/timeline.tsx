// When each step ran: a bar for each on one scale, those of the shown iterations indented below their loop.
import { StatusIcon } from '../../design-system/status-badge.tsx';
import { Duration, useNow } from '../../design-system/time.tsx';
import type { StepSummary } from './loop-states.ts';
import type { Run } from './run-data.ts';
import { indexText, type Selection } from './selection.ts';
import { statusOf } from './step-status.ts';
import css from './timeline.module.css';

interface TimelineProps {
  readonly run: Run;
  readonly steps: readonly StepSummary[];
  readonly selection: Selection;
  select(selection: Partial<Selection>): void;
}

export function Timeline(props: TimelineProps) {
  const { ended_at } = props.run;
  // The bars of a run that has ended stay as they are: hundreds need not be drawn again each second.
  return ended_at === null ? <Growing {...props} /> : <Bars {...props} end={Date.parse(ended_at)} />;
}

function Growing(props: TimelineProps) {
  return <Bars {...props} end={useNow()} />;
}

/** @param end where the scale ends, in milliseconds since 1970 */
function Bars({ run, steps, selection, select, end }: TimelineProps & { readonly end: number }) {
  const start = Date.parse(run.started_at);
  const span = Math.max(1, end - start);
  const place = (from: string, to: string | null) => {
    const left = Math.min(100, Math.max(0, ((Date.parse(from) - start) / span) * 100));
    const right = Math.min(100, (((to === null ? end : Date.parse(to)) - start) / span) * 100);
    return { insetInlineStart: `${left}%`, width: `${Math.max(0.4, right - left)}%` };
  };
  return (
    <ol className={css['timeline']}>
      {steps.map((step) => {
        const index = indexText(step.index ?? []);
        const isSelected = selection.step === step.id && selection.index === index;
        return (
          <li key={`${step.id} ${index}`} data-depth={step.index?.length ?? 0}>
            <button
              type="button"
              className={css['row']}
              aria-current={isSelected ? 'step' : undefined}
              onClick={() => select({ step: step.id, index })}
            >
              <StatusIcon status={statusOf(step)} />
              <span className={css['name']} dir="auto">
                {step.id}
                {index !== '' && <span className="quiet"> [{index}]</span>}
              </span>
              <span className={css['lane']}>
                <span
                  className={css['bar']}
                  data-status={step.status}
                  style={place(step.started_at, step.ended_at)}
                />
                {step.rate_limit_waits?.map((wait) => (
                  <span
                    key={wait.started_at}
                    className={css['wait']}
                    title="The provider asked to wait"
                    style={place(wait.started_at, wait.ended_at)}
                  />
                ))}
              </span>
              <span className={css['took']}>
                <Duration from={step.started_at} to={step.ended_at} />
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
