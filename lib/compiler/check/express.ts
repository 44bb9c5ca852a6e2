// Workflows of the type `express`: how long their runs may take, and what they cannot have.

import { pointerTo } from '../../json-pointer.ts';
import { INLINE_CONCURRENCY, isExpress, type Workflow } from '../../workflow-format/workflow.ts';
import type { Problem, Report } from '../problems/problem.ts';
import { durationSeconds } from '../tree/duration.ts';
import { MAX_RUN_SECONDS, runSeconds, STANDARD } from '../tree/express.ts';
import type { ResolvedStep } from '../tree/resolved.ts';

/** @param steps all of the workflow */
export function checkExpress(workflow: Workflow, steps: readonly ResolvedStep[], report: Report): void {
  if (!isExpress(workflow)) return;
  const { timeout_seconds: own = 0 } = workflow;
  if (own > MAX_RUN_SECONDS) {
    report({
      code: 'not-in-express',
      pointer: '/timeout_seconds',
      message: `A run of an Express workflow takes at most ${MAX_RUN_SECONDS} seconds, not ${own}`,
      hint: 'It is answered at once. Longer runs need "type": "standard".',
    });
  }
  const limit = runSeconds(workflow) ?? MAX_RUN_SECONDS;
  for (const step of steps) {
    const problem = refusal(step) ?? tooLong(step, limit);
    if (problem) report({ code: 'not-in-express', ...problem });
  }
}

type Found = Omit<Problem, 'code'>;

/** What Step Functions refuses in Express state machines (developer guide, "Differences between Standard and Express"). */
function refusal({ parsed: { step, kind, pointer } }: ResolvedStep): Found | undefined {
  const at = (key: string) => pointerTo(pointer, key);
  const named: string = kind;
  if (kind === 'approval') {
    const message = 'A run of an Express workflow cannot wait for a person';
    return { pointer: at(named), message, hint: `Leave it out, or ${STANDARD}` };
  }
  if (named === 'workflow' && !('wait_for_result' in step && step.wait_for_result === false)) {
    const message = 'A run of an Express workflow cannot wait for the run of another one';
    return { pointer: at(named), message, hint: `Add "wait_for_result": false, or ${STANDARD}` };
  }
  if (!('for_each' in step)) return undefined;
  if (step.mode === 'distributed') {
    const message = 'An Express workflow has no distributed loops';
    return { pointer: at('mode'), message, hint: `Leave mode out, or ${STANDARD}` };
  }
  if (step.mode === 'inline' || (step.max_concurrency ?? 1) <= INLINE_CONCURRENCY) return undefined;
  return {
    pointer: at('max_concurrency'),
    message: `A loop of an Express workflow runs at most ${INLINE_CONCURRENCY} iterations at the same time, not ${step.max_concurrency}`,
    hint: 'More make a loop a distributed one, which Express workflows do not have.',
  };
}

/** A wait or a time limit, as it is written, that the run's own time limit comes before. */
function tooLong({ parsed: { step, pointer } }: ResolvedStep, limit: number): Found | undefined {
  const hint = `The whole run takes at most ${limit} seconds.`;
  const wait = writtenWait(step);
  if (wait && wait.seconds >= limit) {
    const message = `The run would be over before a wait of ${wait.seconds} seconds`;
    return { pointer: pointerTo(pointer, ...wait.path), message, hint };
  }
  if (!('timeout_seconds' in step) || step.timeout_seconds === undefined) return undefined;
  if (step.timeout_seconds <= limit) return undefined;
  const message = `The run would be over before ${step.timeout_seconds} seconds of this step`;
  return { pointer: pointerTo(pointer, 'timeout_seconds'), message, hint };
}

function writtenWait(
  step: ResolvedStep['parsed']['step'],
): { readonly seconds: number; readonly path: readonly string[] } | undefined {
  if (!('wait' in step)) return undefined;
  const { wait } = step;
  if (typeof wait === 'string') return { seconds: durationSeconds(wait) ?? 0, path: ['wait'] };
  if (!('seconds' in wait) || typeof wait.seconds !== 'number') return undefined;
  return { seconds: wait.seconds, path: ['wait', 'seconds'] };
}
