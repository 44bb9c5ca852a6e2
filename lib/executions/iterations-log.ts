// The iterations of a distributed loop in the log, each of which is an execution of its own.
import * as z from 'zod';
import { type LoopIterations, loggedError, MAX_FAILURES } from '../schemas/execution-log.ts';
import { truncatedError } from './log-values.ts';
import type { MapRun } from './map-runs.ts';
import type { Visit } from './visit.ts';

const failedItem = z.object({ error: loggedError.extend({ index: z.int() }) });

/** With `on_item_error: "continue"` the execution of a failed iteration succeeds, with its error as the output. */
export function iterationsOf(run: MapRun, { output }: Pick<Visit, 'output'>): LoopIterations {
  const results: readonly unknown[] = Array.isArray(output) ? output : [];
  const caught = results.flatMap((result, index) => {
    const { data } = failedItem.safeParse(result);
    return data?.error.index === index ? [data.error] : [];
  });
  const failed = run.iterations.flatMap(({ index, error, aborted }) =>
    error && !aborted ? [{ index, ...error }] : [],
  );
  return {
    map_run_arn: run.arn,
    total: run.total,
    succeeded: run.succeeded - caught.length,
    failed: run.failed + caught.length,
    failures: [...failed, ...caught]
      .slice(0, MAX_FAILURES)
      .map(({ index, ...error }) => ({ index, ...truncatedError(error) })),
    listed: run.iterations.length,
  };
}
