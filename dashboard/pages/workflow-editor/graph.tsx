// The graph of the draft: every step from the start, loops and branches as frames. Selecting a step selects it everywhere.
import { FlowFrame, StepBox, StepFlow } from '../../workflow/graph-parts.tsx';
import type { Outline, StepNode } from '../../workflow/outline.ts';
import type { StepListContext } from './outline/step-list.tsx';

interface GraphProps {
  readonly outline: Outline;
  readonly context: StepListContext;
}

export function Graph({ outline, context }: GraphProps) {
  return (
    <>
      <Steps steps={outline.steps} context={context} />
      {outline.onFailure.length > 0 && (
        <section aria-labelledby="graph-on-failure">
          <h3 id="graph-on-failure">When the run fails</h3>
          <Steps steps={outline.onFailure} context={context} />
        </section>
      )}
    </>
  );
}

interface StepsProps {
  readonly steps: readonly StepNode[];
  readonly context: StepListContext;
}

function Steps({ steps, context }: StepsProps) {
  return (
    <StepFlow>
      {steps.map((step) => {
        const count = context.problemsIn(step.pointer);
        return (
          <li key={step.pointer}>
            <StepBox
              step={step}
              isSelected={context.selected === step.pointer}
              select={() => context.select(step.pointer)}
              note={count > 0 ? `${count} problem${count === 1 ? '' : 's'}` : step.comment}
              isFailed={count > 0}
            />
            {step.flows.map((flow) => (
              <FlowFrame key={flow.pointer} flow={flow}>
                <Steps steps={flow.steps} context={context} />
              </FlowFrame>
            ))}
          </li>
        );
      })}
    </StepFlow>
  );
}
