// What the log tells of a distributed loop's iterations, each of which is an execution of its own.
import * as z from 'zod';
import { type LoopIterations, loggedError, MAX_FAILURES } from '../schemas/execution-log.ts';
import { cutMessage } from './log-values.ts';
import type { MapRun } from './map-runs.ts';
import type { Visit } from './visits.ts';

const failedItem = z.object({ error: loggedError.extend({ index: z.int() }) });

/** With `on_item_error: "continue"` executions of iterations that failed succeed, and give their errors. */
export function iterationsOf(run: MapRun, { output }: Pick<Visit, 'output'>): LoopIterations {
  const results: readonly unknown[] = Array.isArray(output) ? output : [];
  const given = results.flatMap((result, index) => {
    const { data } = failedItem.safeParse(result);
    return data?.error.index === index ? [data.error] : [];
  });
  const ended = run.iterations.flatMap(({ index, error, aborted }) =>
    error && !aborted ? [{ index, ...error }] : [],
  );
  return {
    map_run_arn: run.arn,
    total: run.total,
    succeeded: run.succeeded - given.length,
    failed: run.failed + given.length,
    failures: [...ended, ...given]
      .slice(0, MAX_FAILURES)
      .map(({ index, ...error }) => ({ index, ...cutMessage(error) })),
    listed: run.iterations.length,
  };
}
