// The form of a step: what it does, its parameters by the action's schema, and what every step can have.
import { isObject } from '../../../../lib/json.ts';
import { Button } from '../../../design-system/button.tsx';
import type { StepNode } from '../../../workflow/outline.ts';
import type { Action } from '../check/check-text.ts';
import type { FieldSchema } from '../check/field-schema.ts';
import type { StepSchemas } from '../check/messages.ts';
import { WRITES_DOCUMENT } from '../document/use-undo-keys.ts';
import { callerAt } from './accounts.ts';
import css from './form.module.css';
import { IdField } from './id-field.tsx';
import { CONNECTION, type FieldContext, ObjectFields, ValueField } from './object-fields.tsx';

interface StepFormProps {
  readonly node: StepNode;
  readonly step: Readonly<Record<string, unknown>>;
  readonly actions: readonly Action[];
  readonly schemas: StepSchemas | undefined;
  /** The id of the workflow that it is in. */
  readonly workflow: string;
  problemAt: FieldContext['problemAt'];
  change: FieldContext['change'];
  /** Why the step cannot be called so; undefined when it can. */
  whyNotCalled(id: string): string | undefined;
  /** @param isBegun whether the same renaming goes on */
  rename(id: string, isBegun: boolean): void;
}

/** Steps within it are in the outline, and others have a place of their own. */
const ELSEWHERE = ['id', 'steps', 'else', 'parallel', 'switch', 'on_error', 'params'];
/** Of an action that needs none. */
const SHOWN_PARAMETERS = 4;

export function StepForm(props: StepFormProps) {
  const { node, step, actions, schemas, workflow, problemAt, change } = props;
  const action = actions.find(({ id }) => id === step['action']);
  const kind = schemas && Object.keys(schemas.kinds).find((name) => Object.hasOwn(step, name));
  const own: FieldSchema = (kind !== undefined && schemas?.kinds[kind]) || {};
  const ofParams: FieldSchema | undefined = action?.input;
  const cases: readonly unknown[] = Array.isArray(step['switch']) ? step['switch'] : [];
  const context: FieldContext = {
    ...{ base: node.pointer, root: schemas, takesExpressions: false, problemAt, change },
    callerAt: (path) => callerAt(step, path, actions, workflow),
  };
  const calls = context.callerAt([]) !== undefined;
  const paramsProblem = problemAt(['params']);
  return (
    <div className={css['form']} {...WRITES_DOCUMENT}>
      <div>
        <h2 dir="auto">
          {node.id || 'A step without an id'} <span className="quiet">· {action?.title ?? node.kind}</span>
        </h2>
        {action && <p className="meta">{action.summary}</p>}
      </div>
      <IdField id={node.id} error={problemAt(['id'])} whyNot={props.whyNotCalled} rename={props.rename} />
      <ObjectFields
        path={[]}
        schema={own}
        value={step}
        context={context}
        without={calls ? [...ELSEWHERE, CONNECTION] : ELSEWHERE}
      >
        {calls && (
          <ValueField
            path={[CONNECTION]}
            label={CONNECTION}
            schema={{}}
            value={step[CONNECTION]}
            isRequired={false}
            context={context}
          />
        )}
        {ofParams && (
          <fieldset className={css['group']}>
            <legend>Parameters</legend>
            {paramsProblem !== undefined && (
              <p className={css['error']} dir="auto">
                {paramsProblem}
              </p>
            )}
            <ObjectFields
              path={['params']}
              schema={ofParams}
              value={step['params']}
              context={{ ...context, root: action?.input, takesExpressions: true }}
              shownAtFirst={SHOWN_PARAMETERS}
            />
          </fieldset>
        )}
      </ObjectFields>
      {Array.isArray(step['switch']) && (
        <>
          {cases.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a case has no other name than its place
            <fieldset key={index} className={css['group']}>
              <legend>Case {index + 1}</legend>
              <ObjectFields
                path={['switch', String(index)]}
                schema={{
                  required: ['when'],
                  properties: {
                    when: {
                      type: ['boolean', 'string'],
                      description: 'The steps of the case run when this is true',
                    },
                  },
                }}
                value={isObject(one) ? one : {}}
                context={context}
                without={['steps']}
              />
              <Button onClick={() => change(['switch', String(index)], undefined)}>
                Remove case {index + 1} with its steps
              </Button>
            </fieldset>
          ))}
          <div className={css['actions']}>
            <Button onClick={() => change(['switch', String(cases.length)], { when: true, steps: [] })}>
              Add a case
            </Button>
            {step['else'] === undefined && <Button onClick={() => change(['else'], [])}>Add else</Button>}
          </div>
        </>
      )}
      {isObject(step['parallel']) && <Branches branches={Object.keys(step['parallel'])} change={change} />}
    </div>
  );
}

interface BranchesProps {
  readonly branches: readonly string[];
  change: FieldContext['change'];
}

function Branches({ branches, change }: BranchesProps) {
  let number = branches.length + 1;
  while (branches.includes(`branch_${number}`)) number += 1;
  return (
    <div className={css['actions']}>
      {branches.map((name) => (
        <Button key={name} onClick={() => change(['parallel', name], undefined)}>
          Remove the branch {name} with its steps
        </Button>
      ))}
      <Button onClick={() => change(['parallel', `branch_${number}`], [])}>Add a branch</Button>
    </div>
  );
}
