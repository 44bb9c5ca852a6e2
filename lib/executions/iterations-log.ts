// The iterations of a distributed loop in the log, each of which is an execution of its own.
import { failedItems } from '../compiler/asl/tolerated-failures.ts';
import { type LoopIterations, MAX_FAILURES, MAX_FURTHER_FAILURES } from '../schemas/execution-log.ts';
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
  const failures = [...ended, ...caught].sort(([a], [b]) => a - b);
  const further = runsOf(failures.slice(MAX_FAILURES).map(([index]) => index));
  const caughtCount = Math.max(caught.size, failedItems(error?.message) ?? 0);
  return {
    map_run_arn: run.arn,
    total: run.total,
    succeeded: run.succeeded - caughtCount,
    failed: run.failed + caughtCount,
    ...run.live,
    ...(run.left !== undefined && { pending: run.left }),
    failures: failures
      .slice(0, MAX_FAILURES)
      .map(([index, failure]) => ({ index, ...truncatedError(failure) })),
    ...(further.length > 0 && { further_failures: further.slice(0, MAX_FURTHER_FAILURES) }),
    listed: run.iterations.length,
  };
}

/** Rows of indexes that follow each other. @param indexes in ascending order */
function runsOf(indexes: readonly number[]): [first: number, count: number][] {
  const runs: [number, number][] = [];
  for (const index of indexes) {
    const last = runs.at(-1);
    if (last && last[0] + last[1] === index) last[1] += 1;
    else runs.push([index, 1]);
  }
  return runs;
}
