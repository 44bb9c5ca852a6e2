// The changes of the selected step by their names, and the keys for them.
import { pointerTo } from '../../../../lib/json-pointer.ts';
import { allSteps, type Outline } from '../../../workflow/outline.ts';
import {
  addErrorHandler,
  deleteStep,
  moveIn,
  moveOut,
  moveStep,
  type StepEdit,
  type Wrapper,
  wrapStep,
} from '../document/step-edits.ts';

export type StepChange = 'up' | 'down' | 'out' | 'in' | 'delete' | 'handler' | Wrapper;

/** Undefined when it cannot be done with this step. */
export function changeStep(
  text: string,
  outline: Outline,
  step: string,
  change: StepChange,
): StepEdit | undefined {
  switch (change) {
    case 'up':
      return moveStep(text, step, -1);
    case 'down':
      return moveStep(text, step, 1);
    case 'out':
      return moveOut(text, step);
    case 'in':
      return moveIn(text, step, flowBefore(outline, step));
    case 'delete':
      return deleteStep(text, step);
    case 'handler':
      return addErrorHandler(text, step);
    default:
      return wrapStep(text, step, change);
  }
}

/** By the key that is pressed with Alt. */
export const changeOfKey: Readonly<Record<string, StepChange>> = {
  ...{ ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'out', ArrowRight: 'in' },
};

/** The list of the last flow of the step before the given one. */
function flowBefore({ steps, onFailure }: Outline, step: string): string | undefined {
  const [, list = '', index = '0'] = /^(.*)\/(\d+)$/.exec(step) ?? [];
  const before = pointerTo(list, Number(index) - 1);
  return [...allSteps(steps), ...allSteps(onFailure)].find(({ pointer }) => pointer === before)?.flows.at(-1)
    ?.pointer;
}
