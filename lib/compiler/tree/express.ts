// Limits of workflows of the type `express`: the time of a run, and that no trigger starts one.
import { pointerTo } from '../../json-pointer.ts';
import { isExpress, type Workflow } from '../../workflow-format/workflow.ts';
import type { Problem } from '../problems/problem.ts';
import type { ParsedStep } from './parsed.ts';

/** The HTTP API gives up after 30 s; the function that starts the run also has to begin, and to write its log. */
export const MAX_RUN_SECONDS = 25;

/** For hints: what an Express workflow cannot have, a standard one can. */
export const STANDARD = 'make it "type": "standard".';

/** TimeoutSeconds of the definition. */
export function runSeconds(workflow: Pick<Workflow, 'type' | 'timeout_seconds'>): number | undefined {
  const { timeout_seconds: own } = workflow;
  return isExpress(workflow) ? Math.min(own ?? MAX_RUN_SECONDS, MAX_RUN_SECONDS) : own;
}

/** Why a step that asks its model in the background cannot stand in one. */
export function noBackgroundInExpress({
  step,
  pointer,
}: ParsedStep<'action' | 'agent'>): Omit<Problem, 'code'> | undefined {
  if (!step.background) return undefined;
  return {
    pointer: pointerTo(pointer, 'background'),
    message:
      'A model that answers in the background may take longer than an Express workflow, which is paid for while it waits',
    hint: `Leave it out, or ${STANDARD}`,
  };
}

/** Schedules and webhooks start a run and do not wait for it. */
export function triggerInExpress(pointer: string): Problem {
  return {
    code: 'not-in-express',
    pointer,
    message: 'Nobody would see the result of an Express run that a trigger starts',
    hint: `Start it over the API, or ${STANDARD}`,
  };
}
