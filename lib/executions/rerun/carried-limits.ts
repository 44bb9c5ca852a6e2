// What Step Functions' limits leave to the iterations and branches that a rerun carries over.
import type { States } from '../../compiler/asl/definition.ts';
import { EventCounter, EXECUTION_EVENTS, ITERATION_EVENTS } from '../../compiler/event-budget/count.ts';
import { MAX_EVENTS } from '../../compiler/event-budget/limit.ts';
import { MAX_ASSIGNED_BYTES } from '../../compiler/rerun/carried-values.ts';
import { isDone, type Progress } from '../../compiler/rerun/resume-point.ts';
import { notRerunnable } from './not-rerunnable.ts';

/** The Choice that leads a carried iteration to its output, the Pass that gives it, and the iteration itself. */
const CARRIED_EVENTS = 2 + 2 + ITERATION_EVENTS;

interface InlineLoop {
  readonly state: string;
  readonly items: number;
  /** What its iterations run. */
  readonly flow: States;
}

/** @throws ApiProblem not-rerunnable when one variable cannot hold what the state has given so far */
export function checkSize(state: string, progress: ReadonlyMap<number, Progress>): void {
  let bytes = 0;
  for (const one of progress.values())
    bytes += isDone(one) ? Buffer.byteLength(JSON.stringify(one.output) ?? 'null') : 0;
  if (bytes <= MAX_ASSIGNED_BYTES) return;
  throw notRerunnable({
    code: 'too-large',
    pointer: '/from',
    message: `What ${state} has given so far is ${bytes} bytes of JSON; Step Functions keeps ${MAX_ASSIGNED_BYTES} in a variable`,
    hint: `"from": "${state}" runs it again whole where it has ended; else choose a step before it, or "start".`,
  });
}

/** The history events of one execution. */
export class CarriedEvents {
  #events = EXECUTION_EVENTS;
  readonly #counter = new EventCounter(new Map(), new Map());

  /** @throws ApiProblem not-rerunnable when the loops that stay write more events than an execution may have */
  add({ state, items, flow }: InlineLoop, progress: ReadonlyMap<number, Progress>): void {
    const begun = [...progress.values()].filter((one) => !isDone(one)).length;
    const done = progress.size - begun;
    // Of one that goes on in the middle only the states that lead there are sure.
    const anew = Math.max(0, items - progress.size) * (ITERATION_EVENTS + this.#counter.flow(flow).least);
    this.#events += (done + begun) * CARRIED_EVENTS + anew;
    if (this.#events <= MAX_EVENTS) return;
    throw notRerunnable({
      code: 'too-many-events',
      pointer: '/from',
      message: `A rerun that keeps ${done} of ${items} iterations of the loop ${state} writes at least ${this.#events} history events; Step Functions ends an execution at ${MAX_EVENTS}`,
      hint: 'POST /executions/{id}/redrive where the workflow has no on_failure, or choose a step before the loop, or "start". A loop with "mode": "distributed" has histories of its own.',
    });
  }
}
