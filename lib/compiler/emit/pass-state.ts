// The Pass state of a step that gives its value as it is.
import type { PassState, Template } from '../asl/definition.ts';
import { emitOutput, emitValue } from '../asl/value.ts';
import { isChangingValue } from '../expressions/value.ts';
import { stepVariable } from '../expressions/variables.ts';
import { assign, ending, isLast, kept, NOTHING, type StepEmission } from './transition.ts';

/** @param variables what a `set` step assigns */
export function passState(
  emission: StepEmission,
  variables?: readonly (readonly [string, Template])[],
): PassState {
  const { step, id, comment, flow, results } = emission;
  const value = emitValue(step.value);
  const assigned = [
    ...kept(emission),
    ...results.map((name): readonly [string, Template] => [name, value]),
    ...(variables ?? []),
  ];
  // The state's Output is the workflow's, so that the log finds what the step gave in its variable, or in those it sets.
  if (!variables && isLast(emission) && !results.includes(stepVariable(id)))
    assigned.push([stepVariable(id), value]);
  // Output would evaluate the value once more, and show another uuid or time than the one that was assigned.
  const twice = assigned.length > kept(emission).length && isChangingValue(step.value);
  return {
    Type: 'Pass',
    ...comment,
    ...assign(assigned),
    Output: isLast(emission) ? flow.lastOutput : twice ? NOTHING : emitOutput(step.value),
    ...ending(emission),
  };
}
