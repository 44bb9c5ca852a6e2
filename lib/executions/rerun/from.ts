// Where a rerun is asked to go on: whether there is such a step.
import { type Definition, kindsOfSteps } from '../../compiler/asl/definition.ts';
import { STEPS_STATE, stepOfState } from '../../compiler/asl/state-names.ts';
import { closest } from '../../did-you-mean.ts';
import type { Execution } from '../execution.ts';
import { notRerunnable } from './not-rerunnable.ts';

/** In place of a step: all is run again. */
export const START = 'start';

/** @throws ApiProblem not-rerunnable where a step is called as the start is, and is not the first one */
export function checkStart(base: Definition): void {
  const steps = base.States[STEPS_STATE];
  const { StartAt } = (steps?.Type === 'Parallel' && steps.Branches[0]) || base;
  if (!kindsOfSteps(base).has(START) || stepOfState(StartAt).id === START) return;
  throw notRerunnable({
    code: 'start-is-a-step',
    pointer: '/from',
    message: `A step of the workflow is called ${START}, so that "from": "${START}" does not say whether all is to run again`,
    hint: `Name the first step, ${stepOfState(StartAt).id}, to run all of it again, or rename the step ${START}.`,
  });
}

/** @throws ApiProblem not-rerunnable */
export function checkFrom(
  from: string | undefined,
  { id, status }: Pick<Execution, 'id' | 'status'>,
  base: Definition,
  recorded: Definition,
): void {
  if (from === undefined) {
    if (status !== 'succeeded') return;
    throw notRerunnable({
      code: 'nothing-failed',
      pointer: '/from',
      message: `The execution ${id} has succeeded, so that there is no failed step to go on at`,
      hint: `Name a step in "from", or "${START}".`,
    });
  }
  const known = [...new Set([...kindsOfSteps(base).keys(), ...kindsOfSteps(recorded).keys()])];
  if (known.includes(from)) return;
  throw notRerunnable({
    code: 'unknown-step',
    pointer: '/from',
    message: `The workflow has no step ${JSON.stringify(from)}`,
    hint: `Did you mean ${closest(from, [...known, START]) ?? START}?`,
  });
}

export function notReached(from: string) {
  return notRerunnable({
    code: 'step-not-reached',
    pointer: '/from',
    message: `The run has not come to the step ${from} in its own steps, those of on_failure left out`,
    hint: 'Name a step that it has run, or leave "from" out. Steps that a rerun has carried over were run by the execution in its rerun_of.',
  });
}
