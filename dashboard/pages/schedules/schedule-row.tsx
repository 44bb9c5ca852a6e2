// One schedule: what it says in words, its next times in every zone that matters, pause, and run now.

import { useState } from 'react';
import { ApiError } from '../../api/errors.ts';
import { request } from '../../api/request.ts';
import type { AnswerBody } from '../../api/routes.ts';
import { Button } from '../../design-system/button.tsx';
import Paused from '../../design-system/icons/circle-pause.ts';
import Over from '../../design-system/icons/circle-slash.ts';
import { Time, useNow } from '../../design-system/time.tsx';
import { relativeText, timeIn } from '../../design-system/time-text.ts';
import { showToast } from '../../design-system/toast-list.ts';
import { Link, path, useNavigate } from '../../frame/router.tsx';
import { scheduleWords } from '../../workflow/schedule-words.ts';
import css from './schedules.module.css';

export type Schedule = AnswerBody<'GET /schedules'>['items'][number];

interface ScheduleRowProps {
  readonly schedule: Schedule;
  readonly mayAct: boolean;
  /** Asks for the list again. */
  onChange(): Promise<unknown>;
}

export function ScheduleRow({ schedule, mayAct, onChange }: ScheduleRowProps) {
  const { id, workflow_id, timezone, input } = schedule;
  const words = scheduleWords(schedule.schedule);
  const pause = usePause(schedule, onChange);
  const run = useRunNow(schedule);
  const hasInput = Object.keys(input).length > 0;
  return (
    <article className={css['schedule']} aria-labelledby={`schedule-${id}`}>
      <div className={css['what']}>
        <h2 id={`schedule-${id}`} dir="auto">
          <Link to={path`/workflows/${workflow_id}`}>{workflow_id}</Link>
        </h2>
        <p>
          {words ?? <code>{schedule.schedule}</code>}, {timezone}
        </p>
        {words !== undefined && (
          <p className="meta">
            <code>{schedule.schedule}</code>
          </p>
        )}
        <When schedule={schedule} isPaused={pause.isPaused} />
        {hasInput && (
          <details>
            <summary>Its input</summary>
            <pre className={css['input']} dir="ltr">
              {JSON.stringify(input, null, 2)}
            </pre>
          </details>
        )}
      </div>
      <div className={css['actions']}>
        {schedule.state !== 'ended' && (
          <Button
            disabled={!mayAct}
            busy={pause.isBusy}
            onClick={pause.toggle}
            aria-describedby={`schedule-${id}`}
          >
            {pause.isPaused ? 'Resume' : 'Pause'}
          </Button>
        )}
        <Button disabled={!mayAct} busy={run.isBusy} onClick={run.start} aria-describedby={`schedule-${id}`}>
          Run now
        </Button>
      </div>
    </article>
  );
}

interface WhenProps {
  readonly schedule: Schedule;
  /** Also while that is being sent. */
  readonly isPaused: boolean;
}

function When({ schedule, isPaused }: WhenProps) {
  const { state, paused_by, paused_at, next_times } = schedule;
  const [next] = next_times;
  if (state === 'ended')
    return (
      <p className={css['state']}>
        <Over size={16} aria-hidden="true" /> It has ended: it is never due again.
      </p>
    );
  if (isPaused)
    return (
      <p className={css['state']}>
        <Paused size={16} aria-hidden="true" />{' '}
        {state === 'enabled' ? (
          'Paused'
        ) : paused_by === null ? (
          'Off: the workflow says so itself, with "enabled": false.'
        ) : (
          <span>
            Paused by <span dir="auto">{paused_by}</span>
            {paused_at !== null && (
              <>
                , <Time at={paused_at} />
              </>
            )}
          </span>
        )}
      </p>
    );
  if (next === undefined) return <p className={css['state']}>Resumed</p>;
  return (
    <details>
      <summary>
        Next <Soon at={next} />
        {[...new Set([timeIn(next), timeIn(next, 'UTC')])].join(' · ')}
      </summary>
      <NextTimes schedule={schedule} />
    </details>
  );
}

/** `in 47 min:` within a week; further away the date says more. */
function Soon({ at }: { readonly at: string }) {
  const now = useNow();
  const text = relativeText(Date.parse(at), now);
  return text === undefined ? null : `${text}: `;
}

/** Here, in UTC, and in the schedule's own zone where that is another one. */
function NextTimes({ schedule: { next_times, timezone } }: Pick<WhenProps, 'schedule'>) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([here, 'UTC', timezone])];
  return (
    <div className={css['times']}>
      <table>
        <thead>
          <tr>
            {zones.map((zone) => (
              <th key={zone} scope="col">
                {zone === here ? `Here (${zone})` : zone}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {next_times.map((time) => (
            <tr key={time}>
              {zones.map((zone) => (
                <td key={zone}>{timeIn(time, zone)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Shows what was asked for at once, and takes it back when it is refused. */
function usePause({ id, workflow_id, state }: Schedule, onChange: () => Promise<unknown>) {
  const [wish, setWish] = useState<boolean>();
  const isPaused = wish ?? state === 'paused';
  const toggle = async () => {
    const pauses = !isPaused;
    setWish(pauses);
    try {
      const params = { id };
      if (pauses) await request('POST /schedules/{id}/pause', { params });
      else await request('POST /schedules/{id}/resume', { params });
      showToast({ text: `The schedule of ${workflow_id} ${pauses ? 'is paused' : 'goes on'}`, kind: 'done' });
    } catch (error) {
      showToast({
        text: `It ${pauses ? 'could not be paused' : 'could not be resumed'}. ${whyNot(error)}`,
        kind: 'failed',
      });
    }
    await onChange();
    setWish(undefined);
  };
  return { isPaused, isBusy: wish !== undefined, toggle: () => void toggle() };
}

function useRunNow({ workflow_id, input }: Schedule) {
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    try {
      // However often it is sent, one run starts.
      const headers = { 'idempotency-key': crypto.randomUUID() };
      const parts = { params: { id: workflow_id }, headers, body: { input } };
      const { body } = await request('POST /workflows/{id}/executions', parts);
      navigate(path`/runs/${body.id}`);
    } catch (error) {
      showToast({ text: `${workflow_id} could not be started. ${whyNot(error)}`, kind: 'failed' });
      setBusy(false);
    }
  };
  return { isBusy, start: () => void start() };
}

function whyNot(error: unknown): string {
  if (error instanceof ApiError) return error.detail || error.title;
  return error instanceof Error ? error.message : String(error);
}
