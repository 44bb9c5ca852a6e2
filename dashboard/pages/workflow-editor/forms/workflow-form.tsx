// The form of the workflow itself: its names, what it is given, what starts it.
import { useState } from 'react';
import { isObject } from '../../../../lib/json.ts';
import { Button } from '../../../design-system/button.tsx';
import { TextField } from '../../../design-system/field.tsx';
import type { FieldSchema } from '../check/field-schema.ts';
import type { StepSchemas } from '../check/messages.ts';
import { WRITES_DOCUMENT } from '../document/use-undo-keys.ts';
import css from './form.module.css';
import { type FieldContext, ObjectFields } from './object-fields.tsx';
import { SCHEDULE_FIELDS, ScheduleFields } from './schedule-fields.tsx';

interface WorkflowFormProps {
  readonly content: Readonly<Record<string, unknown>>;
  readonly schemas: StepSchemas | undefined;
  problemAt: FieldContext['problemAt'];
  change: FieldContext['change'];
}

/** Steps are in the outline; the others have a place of their own below. */
const ELSEWHERE = ['$schema', 'steps', 'on_failure', 'inputs', 'triggers'];

export function WorkflowForm({ content, schemas, problemAt, change }: WorkflowFormProps) {
  const id = typeof content['id'] === 'string' ? content['id'] : '';
  const context: FieldContext = {
    ...{ base: '', root: schemas, takesExpressions: false, problemAt, change },
    callerAt: ([, , key]) =>
      key === 'webhook' ? { provider: 'webhook', usual: id, workflow: id } : undefined,
  };
  const inputs = isObject(content['inputs']) ? content['inputs'] : {};
  const triggers: readonly unknown[] = Array.isArray(content['triggers']) ? content['triggers'] : [];
  const addTrigger = (trigger: unknown) => change(['triggers'], [...triggers, trigger]);
  return (
    <div className={css['form']} {...WRITES_DOCUMENT}>
      <h2>The workflow</h2>
      <ObjectFields
        path={[]}
        schema={schemas?.workflow ?? {}}
        value={content}
        context={context}
        without={ELSEWHERE}
      />
      <h3>Inputs</h3>
      {Object.entries(inputs).map(([name, declaration]) => (
        <fieldset key={name} className={css['group']}>
          <legend dir="auto">{name}</legend>
          <ObjectFields
            path={['inputs', name]}
            schema={schemas?.definitions['InputDeclaration'] ?? {}}
            value={declaration}
            context={context}
          />
          <div className={css['actions']}>
            <Button onClick={() => change(['inputs', name], undefined)}>Remove the input {name}</Button>
          </div>
        </fieldset>
      ))}
      <AddInput
        taken={Object.keys(inputs)}
        add={(name) => change(['inputs', name], { type: 'string', description: '' })}
      />
      <h3>What starts it</h3>
      {triggers.length === 0 && <p className="meta">Nothing starts it by itself.</p>}
      {triggers.map((trigger, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a trigger has no other name than its place
        <fieldset key={index} className={css['group']}>
          <legend>{kindOf(trigger)}</legend>
          {kindOf(trigger) === 'Schedule' && (
            <ScheduleFields path={['triggers', String(index)]} trigger={trigger} context={context} />
          )}
          <ObjectFields
            path={['triggers', String(index)]}
            schema={triggerSchema(schemas, kindOf(trigger))}
            value={trigger}
            context={context}
            without={SCHEDULE_FIELDS}
          />
          <div className={css['actions']}>
            <Button onClick={() => change(['triggers', String(index)], undefined)}>Remove the trigger</Button>
          </div>
        </fieldset>
      ))}
      <div className={css['actions']}>
        <Button onClick={() => addTrigger({ schedule: 'rate(1 day)' })}>Add a schedule</Button>
        <Button onClick={() => addTrigger({ webhook: { verify: 'github' } })}>Add a webhook</Button>
      </div>
    </div>
  );
}

/** A trigger is of one of several shapes, each with its own key. */
function triggerSchema(schemas: StepSchemas | undefined, kind: 'Schedule' | 'Webhook'): FieldSchema {
  const { items = {} } = schemas?.workflow.properties?.['triggers'] ?? {};
  const shapes = items.anyOf ?? items.oneOf ?? [];
  return shapes.find(({ properties = {} }) => kind.toLowerCase() in properties) ?? {};
}

function kindOf(trigger: unknown): 'Schedule' | 'Webhook' {
  return isObject(trigger) && 'webhook' in trigger ? 'Webhook' : 'Schedule';
}

function AddInput({ taken, add }: { readonly taken: readonly string[]; add(name: string): void }) {
  const [name, setName] = useState('');
  const isTaken = taken.includes(name);
  return (
    <form
      className={css['form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (name === '' || isTaken) return;
        add(name);
        setName('');
      }}
    >
      <TextField
        label="Name of a further input"
        value={name}
        error={isTaken ? 'There is an input of this name' : undefined}
        onChange={({ target }) => setName(target.value)}
      />
      <div className={css['actions']}>
        <Button type="submit" disabled={name === '' || isTaken}>
          Add the input
        </Button>
      </div>
    </form>
  );
}
