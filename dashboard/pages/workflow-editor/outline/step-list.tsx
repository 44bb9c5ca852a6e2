// The steps as a tree to choose from: loops, branches and error handlers hold theirs, and each list takes new ones.

import { memo } from 'react';
import { Button } from '../../../design-system/button.tsx';
import Grip from '../../../design-system/icons/grip-vertical.ts';
import Plus from '../../../design-system/icons/plus.ts';
import type { Flow, StepNode } from '../../../workflow/outline.ts';
import css from './step-list.module.css';
import type { Dragging } from './use-dragging.ts';

export interface StepListContext {
  readonly selected: string;
  /** How many errors there are in the step itself or in what is in it. */
  problemsIn(pointer: string): number;
  select(pointer: string): void;
  /** Opens the choice of a step for the end of a list. */
  add(list: string, index: number): void;
  readonly dragging: Dragging;
}

interface StepListProps {
  readonly steps: readonly StepNode[];
  /** The pointer of the list. */
  readonly list: string;
  /** What the list is of, for the button that adds to it. */
  readonly label: string;
  readonly context: StepListContext;
}

export function StepList({ steps, list, label, context }: StepListProps) {
  const { place } = context.dragging;
  const dropsAt = (index: number) => place?.list === list && place.index === index;
  return (
    <>
      <ol className={css['steps']}>
        {steps.map((step, index) => (
          <li key={step.pointer} data-drop={dropsAt(index) || undefined}>
            <Step step={step} context={context} />
          </li>
        ))}
      </ol>
      <Button
        kind="quiet"
        icon={Plus}
        className={css['add']}
        data-end={list}
        data-count={steps.length}
        data-drop={dropsAt(steps.length) || undefined}
        onClick={() => context.add(list, steps.length)}
      >
        Add a step<span className="visually-hidden"> {label}</span>
      </Button>
    </>
  );
}

const Step = memo(function Step({
  step,
  context,
}: {
  readonly step: StepNode;
  readonly context: StepListContext;
}) {
  const count = context.problemsIn(step.pointer);
  return (
    <>
      <div className={css['row']}>
        <button
          type="button"
          className={css['step']}
          data-step={step.pointer}
          aria-current={context.selected === step.pointer ? 'step' : undefined}
          onClick={() => context.select(step.pointer)}
        >
          <span className={css['name']} dir="auto">
            {step.id || 'no id'}
          </span>
          <span className={css['kind']} dir="auto">
            {step.kind || 'nothing yet'}
          </span>
          {count > 0 && (
            <span className={css['count']}>
              {count}
              <span className="visually-hidden"> {count === 1 ? 'problem' : 'problems'}</span>
            </span>
          )}
        </button>
        {/* The buttons and keys above do the same. */}
        <span aria-hidden="true" className={css['handle']} {...context.dragging.handle(step.pointer)}>
          <Grip size={14} />
        </span>
      </div>
      {step.flows.map((flow) => (
        <Inner key={flow.pointer} flow={flow} step={step} context={context} />
      ))}
    </>
  );
});

function Inner({
  flow,
  step,
  context,
}: {
  readonly flow: Flow;
  readonly step: StepNode;
  readonly context: StepListContext;
}) {
  return (
    <section className={css['flow']} data-flow={flow.kind} aria-label={`${step.id}: ${flow.label}`}>
      <p className={css['label']} dir="auto">
        {flow.label}
      </p>
      <StepList
        steps={flow.steps}
        list={flow.pointer}
        label={`to ${step.id}, ${flow.label}`}
        context={context}
      />
    </section>
  );
}
