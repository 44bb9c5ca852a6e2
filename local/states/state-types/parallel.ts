// Parallel: runs its branches concurrently; one that fails stops the others.
import { compileTemplate, type Language } from '../language/fields.ts';
import type { JsonObject } from '../model/json.ts';
import { compileErrorHandlers, withErrorHandling } from '../runtime/retry-and-catch.ts';
import { runConcurrently } from '../runtime/run-concurrently.ts';
import { type Flow, runFlow, type State } from '../runtime/run-flow.ts';
import { compileExit } from '../runtime/visit.ts';

export function compileParallel(
  name: string,
  fields: JsonObject,
  language: Language,
  branches: readonly Flow[],
): State {
  const exit = compileExit(fields, language);
  const handlers = compileErrorHandlers(fields, language);
  const args =
    fields['Arguments'] === undefined
      ? undefined
      : compileTemplate(fields['Arguments'], 'Arguments', language);
  return {
    name,
    type: 'Parallel',
    execute(visit) {
      const { thread } = visit;
      return withErrorHandling(
        visit,
        handlers,
        async (attempts, resumed) => {
          const before = resumed?.kind === 'inside' ? resumed : undefined;
          if (!before) {
            thread.forgetInner();
            thread.record('ParallelStateStarted');
          }
          const startedEventId = thread.previousEventId;
          const given = before?.given ?? (args && (await visit.evaluate(args)));
          if (!before) {
            const evaluated = given !== undefined && { given };
            thread.setProgress({ kind: 'inside', startedEventId, ...evaluated, ...attempts });
          }
          const result = await runConcurrently(thread, {
            items: branches,
            concurrency: branches.length,
            thread: (_, index, group) => thread.inner('branch', index, group),
            run: (branch, flow) => runFlow(flow, given ?? visit.input, branch),
          });
          thread.recordWithoutAdvancing('ParallelStateSucceeded');
          return visit.leave(exit, result, { result });
        },
        () => thread.record('ParallelStateFailed'),
      );
    },
  };
}
