// Workflows of the type `express`: how long their runs may take, and what they cannot have.
import { pointerTo } from '../../json-pointer.ts';
import { isExpress, type Workflow } from '../../workflow-format/workflow.ts';
import type { Problem, Report } from '../problems/problem.ts';
import { MAX_RUN_SECONDS, runSeconds } from '../tree/express.ts';
import type { ParsedStep } from '../tree/parsed.ts';

type Found = Omit<Problem, 'code'>;

/** What differs by the kind of a step. */
interface KindFacts {
  /**
   * What Step Functions refuses in Express state machines (developer guide, "Differences between Standard and
   * Express").
   */
  notInExpress(parsed: ParsedStep): Found | undefined;
  /** For how long it waits at least, as it is written, and where in the step that stands. */
  waits(step: ParsedStep): { readonly seconds: number; readonly path: readonly string[] } | undefined;
}

/** @param steps all of the workflow */
export function checkExpress(
  workflow: Workflow,
  steps: readonly ParsedStep[],
  facts: KindFacts,
  report: Report,
): void {
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
  for (const parsed of steps) {
    const problem = facts.notInExpress(parsed) ?? tooLong(parsed, facts.waits(parsed), limit);
    if (problem) report({ code: 'not-in-express', ...problem });
  }
}

/** A wait or a time limit, as it is written, that the run's own time limit comes before. */
function tooLong(
  { step, pointer }: ParsedStep,
  wait: ReturnType<KindFacts['waits']>,
  limit: number,
): Found | undefined {
  const hint = `The whole run takes at most ${limit} seconds.`;
  if (wait && wait.seconds >= limit) {
    const message = `The run would be over before a wait of ${wait.seconds} seconds`;
    return { pointer: pointerTo(pointer, ...wait.path), message, hint };
  }
  if (!('timeout_seconds' in step) || step.timeout_seconds === undefined) return undefined;
  if (step.timeout_seconds <= limit) return undefined;
  const message = `The run would be over before ${step.timeout_seconds} seconds of this step`;
  return { pointer: pointerTo(pointer, 'timeout_seconds'), message, hint };
}
