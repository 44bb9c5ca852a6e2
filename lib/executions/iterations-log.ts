// What the log tells of a distributed loop's iterations, each of which is an execution of its own.
import * as z from 'zod';
import { cutMessage, loggedError } from './log-values.ts';
import type { MapRun } from './map-runs.ts';
import type { Visit } from './visits.ts';

/** So many failures of a distributed loop are listed. */
const MAX_FAILURES = 100;

export const loopIterations = z.object({
  map_run_arn: z.string().describe('the Map Run that AWS knows them by'),
  total: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  failures: z
    .array(loggedError.extend({ index: z.int() }))
    .describe(`by index the first ${MAX_FAILURES} that are known`),
  listed: z.int().describe('how many have their steps in this log; those that failed go first'),
});

const failedItem = z.object({ error: loggedError.extend({ index: z.int() }) });

/** With `on_item_error: "continue"` executions of iterations that failed succeed, and give their errors. */
export function iterationsOf(run: MapRun, { output }: Pick<Visit, 'output'>): z.infer<typeof loopIterations> {
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
