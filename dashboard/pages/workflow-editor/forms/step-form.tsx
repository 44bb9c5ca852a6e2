// The form of a step: what it does, its parameters by the action's schema, and what every step can have.
import { isObject } from '../../../../lib/json.ts';
import { Button } from '../../../design-system/button.tsx';
import type { StepNode } from '../../../workflow/outline.ts';
import type { Action } from '../check/check-text.ts';
import type { FieldSchema } from '../check/field-schema.ts';
import type { StepSchemas } from '../check/messages.ts';
import css from './form.module.css';
import { type FieldContext, ObjectFields } from './object-fields.tsx';

interface StepFormProps {
  readonly node: StepNode;
  readonly step: Readonly<Record<string, unknown>>;
  readonly actions: readonly Action[];
  readonly schemas: StepSchemas | undefined;
  problemAt: FieldContext['problemAt'];
  change: FieldContext['change'];
}

/** Steps within it are in the outline. */
const FLOWS = ['steps', 'else', 'parallel', 'switch', 'on_error', 'params'];

export function StepForm({ node, step, actions, schemas, problemAt, change }: StepFormProps) {
  const action = actions.find(({ id }) => id === step['action']);
  const kind = schemas && Object.keys(schemas.kinds).find((name) => Object.hasOwn(step, name));
  const own: FieldSchema = (kind !== undefined && schemas?.kinds[kind]) || {};
  const ofParams: FieldSchema | undefined = action?.input;
  const cases: readonly unknown[] = Array.isArray(step['switch']) ? step['switch'] : [];
  const context = { root: schemas, problemAt, change };
  return (
    <div className={css['form']}>
      <div>
        <h2 dir="auto">
          {node.id || 'A step without an id'} <span className="quiet">· {action?.title ?? node.kind}</span>
        </h2>
        {action && <p className="meta">{action.summary}</p>}
      </div>
      <ObjectFields path={[]} schema={own} value={step} context={context} without={FLOWS} />
      {ofParams && (
        <fieldset className={css['group']}>
          <legend>Parameters</legend>
          <ObjectFields
            path={['params']}
            schema={ofParams}
            value={step['params']}
            context={{ ...context, root: action?.input }}
          />
        </fieldset>
      )}
      {Array.isArray(step['switch']) && (
        <>
          {cases.map((one, index) => (
            <ObjectFields
              // biome-ignore lint/suspicious/noArrayIndexKey: a case has no other name than its place
              key={index}
              path={['switch', String(index)]}
              schema={{
                properties: { when: { type: 'string', description: `Case ${index + 1} runs when` } },
              }}
              value={isObject(one) ? one : {}}
              context={context}
              without={['steps']}
            />
          ))}
          <Button onClick={() => change(['switch'], [...cases, { when: true, steps: [] }])}>
            Add a case
          </Button>
        </>
      )}
    </div>
  );
}
