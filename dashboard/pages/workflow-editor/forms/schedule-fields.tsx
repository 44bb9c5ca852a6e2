// When a schedule is due: chosen as people say it, or written as an expression, with the next times below.
import { useState } from 'react';
import { isObject } from '../../../../lib/json.ts';
import { isTimeZone } from '../../../../lib/schedules/time-zone.ts';
import { nextTimes } from '../../../../lib/schedules/timing.ts';
import { Field, inputClass, SelectField, TextField } from '../../../design-system/field.tsx';
import { serverNow, timeIn } from '../../../design-system/time-text.ts';
import { dayNames } from '../../../workflow/schedule-words.ts';
import css from './form.module.css';
import { type Frequency, frequencyOf, scheduleOf, UNITS, WEEKDAYS } from './frequency.ts';
import type { FieldContext } from './object-fields.tsx';

/** Written here, and left out of the trigger's other fields. */
export const SCHEDULE_FIELDS = ['schedule', 'timezone'];

const SHOWN_TIMES = 3;

const kinds: readonly { readonly value: Frequency['kind'] | 'expression'; readonly label: string }[] = [
  { value: 'interval', label: 'Over and over' },
  { value: 'daily', label: 'Every day' },
  { value: 'weekly', label: 'On days of the week' },
  { value: 'monthly', label: 'On a day of the month' },
  { value: 'once', label: 'Once' },
  { value: 'expression', label: 'As an expression says' },
];

interface ScheduleFieldsProps {
  /** Of the trigger: `['triggers', '0']` */
  readonly path: readonly string[];
  readonly trigger: unknown;
  readonly context: FieldContext;
}

export function ScheduleFields({ path, trigger, context }: ScheduleFieldsProps) {
  const { schedule, timezone } = textsOf(trigger);
  const [chosen, setChosen] = useState<{
    readonly frequency: Frequency | undefined;
    readonly schedule: string;
  }>();
  // As it was chosen, for as long as that is what is written: an undo, or another view, shows what is there now.
  const frequency = chosen?.schedule === schedule ? chosen.frequency : frequencyOf(schedule);
  const write = (next: Frequency | undefined) => {
    const written = next ? scheduleOf(next) : schedule;
    setChosen({ frequency: next, schedule: written });
    if (written !== schedule) context.change([...path, 'schedule'], written);
  };
  const problem = context.problemAt([...path, 'schedule'], true);
  return (
    <>
      <SelectField
        label="When it is due"
        options={kinds}
        value={frequency?.kind ?? 'expression'}
        error={frequency && problem}
        onChange={({ target }) => write(begun(target.value, frequency))}
      />
      {frequency ? (
        <FrequencyFields frequency={frequency} write={write} />
      ) : (
        <TextField
          label="Expression"
          hint="rate(…), cron(…) or at(…), as EventBridge Scheduler has them"
          className={css['expression']}
          spellCheck={false}
          value={schedule}
          error={problem}
          onChange={({ target }) => {
            setChosen({ frequency: undefined, schedule: target.value });
            context.change([...path, 'schedule'], target.value);
          }}
        />
      )}
      {frequency?.kind !== 'interval' && (
        <TimeZoneField
          value={timezone}
          error={context.problemAt([...path, 'timezone'], true)}
          write={(zone) => context.change([...path, 'timezone'], zone === '' ? undefined : zone)}
        />
      )}
      <Due trigger={trigger} />
    </>
  );
}

/** What somebody begins with who chooses another kind: the time that was there before. */
function begun(kind: string, before: Frequency | undefined): Frequency | undefined {
  const time = before && 'time' in before ? before.time : '09:00';
  switch (kind) {
    case 'interval':
      return { kind, every: '1', unit: 'hours' };
    case 'daily':
      return { kind, time };
    case 'weekly':
      return { kind, days: ['MON', 'TUE', 'WED', 'THU', 'FRI'], time };
    case 'monthly':
      return { kind, day: '1', time };
    case 'once': {
      const tomorrow = new Date(serverNow() + 86_400_000).toISOString().slice(0, 10);
      return { kind, at: `${tomorrow}T${time}` };
    }
    default:
      return undefined;
  }
}

interface FrequencyFieldsProps {
  readonly frequency: Frequency;
  write(frequency: Frequency): void;
}

function FrequencyFields({ frequency, write }: FrequencyFieldsProps) {
  switch (frequency.kind) {
    case 'interval':
      return (
        <div className={css['row']}>
          <TextField
            label="Every"
            inputMode="numeric"
            value={frequency.every}
            onChange={({ target }) => write({ ...frequency, every: target.value.trim() })}
          />
          <SelectField
            label="Unit"
            options={UNITS.map((unit) => ({ value: unit, label: unit }))}
            value={frequency.unit}
            onChange={({ target }) =>
              write({ ...frequency, unit: UNITS.find((unit) => unit === target.value) ?? frequency.unit })
            }
          />
        </div>
      );
    case 'once':
      return (
        <TextField
          label="At"
          type="datetime-local"
          value={frequency.at}
          // What is cleared is no time, and the one before stays.
          onChange={({ target }) =>
            target.value !== '' && write({ ...frequency, at: target.value.slice(0, 16) })
          }
        />
      );
    default:
      return (
        <>
          {frequency.kind === 'weekly' && <Days frequency={frequency} write={write} />}
          {frequency.kind === 'monthly' && (
            <SelectField
              label="Day of the month"
              options={monthDays}
              value={frequency.day}
              onChange={({ target }) => write({ ...frequency, day: target.value })}
            />
          )}
          <TextField
            label="At"
            type="time"
            value={frequency.time}
            onChange={({ target }) =>
              target.value !== '' && write({ ...frequency, time: target.value.slice(0, 5) })
            }
          />
        </>
      );
  }
}

const monthDays = [
  ...Array.from({ length: 31 }, (_, index) => ({ value: String(index + 1), label: String(index + 1) })),
  { value: 'L', label: 'the last' },
];

interface DaysProps {
  readonly frequency: Extract<Frequency, { readonly kind: 'weekly' }>;
  write(frequency: Frequency): void;
}

function Days({ frequency, write }: DaysProps) {
  const { days } = frequency;
  return (
    <fieldset className={css['days']}>
      <legend>Days</legend>
      {WEEKDAYS.map((day) => (
        <label key={day}>
          <input
            type="checkbox"
            checked={days.includes(day)}
            // One at least: on no day it would never be due.
            disabled={days.length === 1 && days[0] === day}
            onChange={({ target }) =>
              write({
                ...frequency,
                days: target.checked ? [...days, day] : days.filter((one) => one !== day),
              })
            }
          />
          {dayNames[day]}
        </label>
      ))}
    </fieldset>
  );
}

interface TimeZoneFieldProps {
  readonly value: string;
  readonly error: string | undefined;
  write(zone: string): void;
}

function TimeZoneField({ value, error, write }: TimeZoneFieldProps) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Field
      label="Time zone"
      note={`UTC when left out; here it is ${own}`}
      error={error}
      control={(props) => (
        <>
          <input
            {...props}
            className={inputClass}
            list={`${props.id}-zones`}
            spellCheck={false}
            value={value}
            onChange={({ target }) => write(target.value)}
          />
          <datalist id={`${props.id}-zones`}>
            {['UTC', own, ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== own)].map(
              (zone) => (
                <option key={zone} value={zone} />
              ),
            )}
          </datalist>
        </>
      )}
    />
  );
}

/** The next times in the schedule's own zone; those of a rate are counted from when it is saved first. */
function Due({ trigger }: { readonly trigger: unknown }) {
  const { schedule, timezone } = textsOf(trigger);
  const zone = timezone === '' ? 'UTC' : timezone;
  if (schedule.startsWith('rate') || !isTimeZone(zone)) return null;
  const now = serverNow();
  const times = nextTimes({ schedule, timezone: zone }, now, now, SHOWN_TIMES);
  if (times.length === 0) return null;
  return <p className="meta">Next: {times.map((time) => timeIn(time, zone)).join(' · ')}</p>;
}

function textsOf(trigger: unknown): { readonly schedule: string; readonly timezone: string } {
  const text = (name: string) => {
    const value = isObject(trigger) ? trigger[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  return { schedule: text('schedule'), timezone: text('timezone') };
}
