// What graphs of a workflow are made of: the box of a step, and the frame around the steps of a loop or branch.
import type { ReactNode } from 'react';
import css from './graph-parts.module.css';
import type { Flow, StepNode } from './outline.ts';

interface StepBoxProps {
  readonly step: StepNode;
  readonly isSelected: boolean;
  select(): void;
  /** Before its name. */
  readonly icon?: ReactNode;
  /** How long it took. */
  readonly took?: ReactNode;
  readonly note?: string | undefined;
  /** The note is of a failure. */
  readonly isFailed?: boolean;
}

export function StepBox({ step, isSelected, select, icon, took, note = '', isFailed = false }: StepBoxProps) {
  return (
    <button
      type="button"
      className={css['step']}
      data-step={step.id}
      aria-current={isSelected ? 'step' : undefined}
      onClick={select}
    >
      {icon ?? <span />}
      <span className={css['name']} dir="auto">
        {step.id}
      </span>
      <span className={css['kind']}>{step.kind}</span>
      {took !== undefined && <span className={css['took']}>{took}</span>}
      <span className={css['note']} data-failed={isFailed || undefined} dir="auto">
        {note}
      </span>
    </button>
  );
}

/** One step after the other, with a line between them. */
export function StepFlow({ children }: { readonly children: ReactNode }) {
  return <ol className={css['flow']}>{children}</ol>;
}

export function FlowFrame({ flow, children }: { readonly flow: Flow; readonly children: ReactNode }) {
  return (
    <section className={css['frame']} data-flow={flow.kind} aria-label={flow.label}>
      <p className={css['label']} dir="auto">
        {flow.label}
      </p>
      {children}
    </section>
  );
}
