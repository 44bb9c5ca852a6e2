// The filters of the list of runs. Each is in the URL as soon as it is chosen; texts when one stops typing.
import { useEffect, useEffectEvent, useState } from 'react';
import { Missing } from '../../api/loaded.tsx';
import { SelectField, TextField } from '../../design-system/field.tsx';
import { statusWords } from '../../design-system/status.ts';
import { serverNow } from '../../design-system/time-text.ts';
import { useWorkflowIds } from '../../frame/workflow-ids.ts';
import { type Filters, filterShape, isoTime, localTime, spans, statuses, triggers } from './filters.ts';
import { triggerWord } from './run-text.ts';
import css from './runs.module.css';

const filterWords = { ...statusWords, failed_or_timed_out: 'Failed or timed out' };
const ANY = { value: '', label: 'Any' };
const spanWords = { hour: 'Last hour', day: 'Last 24 hours', week: 'Last 7 days', custom: 'From … to …' };
const DAY_MS = 86_400_000;

interface FilterBarProps {
  readonly filters: Filters;
  /** On a phone they are shown when somebody asks for them. */
  readonly isOpen: boolean;
  choose(changes: Partial<Filters>): void;
}

export function FilterBar({ filters, isOpen, choose }: FilterBarProps) {
  const asked = useWorkflowIds();
  const { data: workflows = [] } = asked;
  const ids =
    filters.workflow && !workflows.includes(filters.workflow) ? [filters.workflow, ...workflows] : workflows;
  return (
    <search className={css['filters']} data-open={isOpen || undefined}>
      <SelectField
        label="Workflow"
        value={filters.workflow}
        options={[{ value: '', label: 'All' }, ...ids.map((id) => ({ value: id, label: id }))]}
        onChange={({ target }) => choose({ workflow: target.value, version: undefined })}
      />
      {filters.version !== undefined && (
        <TypedField
          label="Version"
          maxLength={9}
          value={String(filters.version)}
          onTyped={(version) => choose({ version: filterShape.version.read(version) })}
        />
      )}
      <SelectField
        label="Status"
        value={filters.status ?? ''}
        options={[ANY, ...statuses.map((value) => ({ value, label: filterWords[value] }))]}
        onChange={({ target }) => choose({ status: filterShape.status.read(target.value) })}
      />
      <SelectField
        label="Started"
        value={filters.time ?? ''}
        options={[
          { value: '', label: 'Any time' },
          ...spans.map((value) => ({ value, label: spanWords[value] })),
        ]}
        onChange={({ target }) => choose(timeChange(filterShape.time.read(target.value)))}
      />
      {filters.time === 'custom' && (
        <>
          <TextField
            type="datetime-local"
            label="From"
            value={localTime(filters.since)}
            onChange={({ target }) => choose({ since: isoTime(target.value) ?? '' })}
          />
          <TextField
            type="datetime-local"
            label="To"
            value={localTime(filters.until)}
            onChange={({ target }) => choose({ until: isoTime(target.value) ?? '' })}
          />
        </>
      )}
      <SelectField
        label="Started by"
        value={filters.trigger ?? ''}
        options={[
          { value: '', label: 'Anything' },
          ...triggers.map((value) => ({ value, label: triggerWord(value) })),
        ]}
        onChange={({ target }) => choose({ trigger: filterShape.trigger.read(target.value) })}
      />
      <TypedField
        label="Error"
        maxLength={256}
        value={filters.error}
        onTyped={(error) => choose({ error })}
      />
      <TypedField
        label="Failed in step"
        maxLength={80}
        value={filters.step}
        onTyped={(step) => choose({ step })}
      />
      <TypedField label="Run’s id" maxLength={130} value={filters.id} onTyped={(id) => choose({ id })} />
      <div className={css['missing']}>
        <Missing query={asked} />
      </div>
    </search>
  );
}

function timeChange(time: Filters['time']): Partial<Filters> {
  if (time !== 'custom') return { time, since: '', until: '' };
  return { time, since: new Date(serverNow() - DAY_MS).toISOString(), until: '' };
}

interface TypedFieldProps {
  readonly label: string;
  readonly value: string;
  readonly maxLength: number;
  onTyped(text: string): void;
}

const TYPED_MS = 350;

function TypedField({ value, onTyped, ...field }: TypedFieldProps) {
  const [draft, setDraft] = useState({ text: value, of: value });
  // Another value may come from elsewhere: the back button, a saved view.
  if (draft.of !== value) setDraft({ text: value, of: value });
  const tell = useEffectEvent(() => {
    if (draft.text !== value) onTyped(draft.text);
  });
  useEffect(() => {
    if (draft.text === draft.of) return;
    const timer = setTimeout(tell, TYPED_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return (
    <TextField
      {...field}
      type="search"
      autoComplete="off"
      spellCheck={false}
      value={draft.text}
      onChange={({ target }) => setDraft({ text: target.value, of: value })}
      onKeyDown={({ key }) => key === 'Enter' && tell()}
    />
  );
}
