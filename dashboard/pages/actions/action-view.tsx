// One action: what it does, its parameters, what it gives, an example, and how a workflow gets it.

import { useEffect, useRef } from 'react';
import type { AnswerBody } from '../../api/routes.ts';
import { buttonClass } from '../../design-system/button.tsx';
import { CopyButton } from '../../design-system/copy-button.tsx';
import { Marked } from '../../design-system/marked.tsx';
import { Link, path } from '../../frame/router.tsx';
import { actionStep } from '../../workflow/action-step.ts';
import { providerName } from '../../workflow/provider-name.ts';
import css from './actions.module.css';
import { AddToWorkflow } from './add-to-workflow.tsx';
import { type SchemaRow, schemaRows } from './schema-rows.ts';

export type Action = AnswerBody<'GET /actions'>['items'][number];

const means = {
  native: 'Writes, each call once: its provider makes a second one harmless.',
  marker: 'Writes, each call once: a further try looks for what an earlier one made.',
  record: 'Writes, each call once: a further try goes by the record that an earlier one left.',
};

interface ActionViewProps {
  readonly action: Action;
  /** Somebody has chosen it on this page: it is read next. */
  readonly takesFocus: boolean;
}

export function ActionView({ action, takesFocus }: ActionViewProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another action is shown in the same place
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [action.id]);
  const { id, title, summary, connection, retryable_errors, timeout_seconds, example } = action;
  const step = JSON.stringify(actionStep(action), null, 2);
  return (
    <article className={css['action']} aria-labelledby="action">
      <header className={css['head']}>
        <div>
          <h2 id="action" ref={heading} tabIndex={-1}>
            {title}
          </h2>
          <code>{id}</code>
        </div>
        <div className={css['use']}>
          <Link to={path`/workflows/new?from=${`action:${id}`}`} className={buttonClass}>
            Begin a workflow with it
          </Link>
          <AddToWorkflow action={id} />
        </div>
      </header>
      <p>
        <Marked text={summary} />
      </p>
      <ul className={css['facts']}>
        <li>{action.effect === 'read' ? 'Reads, and changes nothing.' : means[action.once]}</li>
        <li>
          Needs a connection to {providerName(connection.provider)}
          {connection.fields.length > 0 && ` (${connection.fields.join(', ')})`}.
        </li>
        <li>
          May take {timeout_seconds} s.
          {retryable_errors.length > 0 && ` Tried again after ${retryable_errors.join(', ')}.`}
        </li>
      </ul>
      <Rows title="Parameters" none="It takes none." rows={schemaRows(action.input)} marksRequired />
      <Rows title="What it gives" none="It gives nothing." rows={schemaRows(action.output)} />
      <section className={css['part']}>
        <h3>As a step</h3>
        <Code text={step} label="Copy the step’s JSON" />
        <h3>Which gives</h3>
        <Code text={JSON.stringify(example.output, null, 2)} label="Copy the example of what it gives" />
      </section>
    </article>
  );
}

function Code({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className={css['code']}>
      <CopyButton text={text} label={label} />
      <pre dir="ltr">{text}</pre>
    </div>
  );
}

interface RowsProps {
  readonly title: string;
  readonly none: string;
  readonly rows: readonly SchemaRow[];
  readonly marksRequired?: boolean;
}

function Rows({ title, none, rows, marksRequired = false }: RowsProps) {
  return (
    <section className={css['part']}>
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p className="quiet">{none}</p>
      ) : (
        <dl className={css['rows']}>
          {rows.map(({ name, type, required, description, default: fallback }) => (
            <div key={name}>
              <dt>
                <code>{name}</code> <span className="meta">{type}</span>
                {marksRequired && required && <span className={css['required']}> required</span>}
              </dt>
              <dd>
                <Marked text={description} />
                {fallback !== undefined && (
                  <span className="quiet">
                    {' '}
                    Default: <code>{fallback}</code>
                  </span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
