// The iterations of a distributed loop in the log, each of which is an execution of its own.
import { failedItems } from '../compiler/asl/tolerated-failures.ts';
import { type LoopIterations, MAX_FAILURES } from '../schemas/execution-log.ts';
import { truncatedError } from './log-values.ts';
import { caughtIn, type MapRun } from './map-runs.ts';
import type { Visit } from './visit.ts';

/**
 * Failures that were caught are found in what the iterations gave. Of more iterations than are read, the loop's own
 * result tells them, or where it failed because of them its error how many they were.
 */
export function iterationsOf(
  run: MapRun,
  { output, error }: Pick<Visit, 'output' | 'error'>,
): LoopIterations {
  const caught = new Map(run.iterations.flatMap(({ index, caught }) => (caught ? [[index, caught]] : [])));
  // A loop at the end of its flow may give something else than the results.
  const results: readonly unknown[] = Array.isArray(output) && output.length === run.total ? output : [];
  for (const [index, result] of results.entries()) {
    const found = caughtIn(result, index);
    if (found) caught.set(index, found);
  }
  const ended = run.iterations.flatMap(({ index, error, aborted }) =>
    error && !aborted ? [[index, error] as const] : [],
  );
  const caughtCount = Math.max(caught.size, failedItems(error?.message) ?? 0);
  return {
    map_run_arn: run.arn,
    total: run.total,
    succeeded: run.succeeded - caughtCount,
    failed: run.failed + caughtCount,
    ...run.live,
    failures: [...ended, ...caught]
      .sort(([a], [b]) => a - b)
      .slice(0, MAX_FAILURES)
      .map(([index, failure]) => ({ index, ...truncatedError(failure) })),
    listed: run.iterations.length,
  };
}
