// Parallel: runs its branches side by side; one that fails stops the others.
import { compileTemplate, type Language } from '../language/fields.ts';
import type { JsonObject } from '../model/json.ts';
import { compileErrorHandlers, withErrorHandling } from '../runtime/retry-and-catch.ts';
import { type Flow, runFlow, type State } from '../runtime/run-flow.ts';
import { runTogether } from '../runtime/run-together.ts';
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
            const drawn = given !== undefined && { given };
            thread.setProgress({ kind: 'inside', startedEventId, ...drawn, ...attempts });
          }
          const result = await runTogether(thread, {
            items: branches,
            concurrency: branches.length,
            line: (_, index, group) => thread.inner('branch', index, group),
            run: (line, flow) => runFlow(flow, given ?? visit.input, line),
          });
          thread.recordAside('ParallelStateSucceeded');
          return visit.leave(exit, result, { result });
        },
        () => thread.record('ParallelStateFailed'),
      );
    },
  };
}
