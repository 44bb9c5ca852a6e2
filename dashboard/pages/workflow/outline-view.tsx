// The steps of a workflow to read: what comes after what, and what is in what.
import type { Flow, Outline, StepNode } from '../../workflow/outline.ts';
import css from './outline-view.module.css';

export function OutlineView({ outline }: { readonly outline: Outline }) {
  return (
    <div className={css['outline']}>
      <Steps steps={outline.steps} />
      {outline.onFailure.length > 0 && (
        <section aria-labelledby="on-failure">
          <h3 id="on-failure">When the run fails</h3>
          <Steps steps={outline.onFailure} />
        </section>
      )}
    </div>
  );
}

function Steps({ steps }: { readonly steps: readonly StepNode[] }) {
  return (
    <ol className={css['steps']}>
      {steps.map((step) => (
        <li key={step.pointer}>
          <div className={css['step']}>
            <span className={css['name']} dir="auto">
              {step.id}
            </span>
            <code className="quiet">{step.kind}</code>
          </div>
          {step.comment !== undefined && (
            <p className={css['comment']} dir="auto">
              {step.comment}
            </p>
          )}
          {step.flows.map((flow) => (
            <Inner key={`${flow.kind} ${flow.steps[0]?.pointer}`} flow={flow} />
          ))}
        </li>
      ))}
    </ol>
  );
}

const flowWords: Readonly<Record<Flow['kind'], string>> = { item: '', case: 'when ', branch: '', error: '' };

function Inner({ flow }: { readonly flow: Flow }) {
  const isElse = flow.kind === 'case' && flow.label === 'else';
  return (
    <section className={css['flow']} data-flow={flow.kind} aria-label={flow.label}>
      <p className={css['label']}>
        {isElse ? '' : flowWords[flow.kind]}
        {flow.kind === 'case' && !isElse ? (
          <code dir="auto">{flow.label}</code>
        ) : (
          <span dir="auto">{flow.label}</span>
        )}
      </p>
      <Steps steps={flow.steps} />
    </section>
  );
}
