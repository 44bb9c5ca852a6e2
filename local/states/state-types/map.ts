// Map, inline: runs its item processor once for every item.
import {
  compileArray,
  compileInteger,
  compileNumber,
  compileTemplate,
  type Language,
} from '../language/fields.ts';
import { isJsonArray, type Json, type JsonObject, jsonText } from '../model/json.ts';
import { compileErrorHandlers, withErrorHandling } from '../runtime/retry-and-catch.ts';
import { runConcurrently } from '../runtime/run-concurrently.ts';
import { type Flow, runFlow, type State } from '../runtime/run-flow.ts';
import type { Thread } from '../runtime/thread.ts';
import { compileExit, type Visit } from '../runtime/visit.ts';

/** The most iterations of an inline Map that run at a time (developer guide, "Inline mode"). */
const INLINE_CONCURRENCY = 40;

export function compileMap(name: string, fields: JsonObject, language: Language, processor: Flow): State {
  const exit = compileExit(fields, language);
  const handlers = compileErrorHandlers(fields, language);
  const items = compileArray(fields['Items'], 'Items', language);
  const selector =
    fields['ItemSelector'] === undefined
      ? undefined
      : compileTemplate(fields['ItemSelector'], 'ItemSelector', language);
  const maxConcurrency = compileInteger(fields['MaxConcurrency'], 'MaxConcurrency', language, { min: 0 });
  const tolerated = [
    compileInteger(fields['ToleratedFailureCount'], 'ToleratedFailureCount', language, { min: 0 }),
    compileNumber(fields['ToleratedFailurePercentage'], 'ToleratedFailurePercentage', language, {
      min: 0,
      max: 100,
    }),
  ];

  function itemsOf(visit: Visit, given: Json | undefined): readonly Json[] {
    if (isJsonArray(given)) return given;
    if (isJsonArray(visit.input)) return visit.input;
    throw visit.evaluationFailed(`Map state input must be an array but was: ${jsonText(visit.input)}`);
  }

  async function iterate(visit: Visit, iteration: Thread, value: Json, index: number): Promise<Json> {
    const details = { name, index };
    if (!iteration.restored) {
      iteration.record('MapIterationStarted', { mapIterationStartedEventDetails: details });
      iteration.begin();
    }
    iteration.iterationDetails = details;
    const input =
      selector && !iteration.restored?.entered
        ? await visit.evaluate(selector, visit.bindings({}, { Index: index, Value: value }))
        : value;
    const output = await runFlow(processor, input, iteration);
    iteration.record('MapIterationSucceeded', { mapIterationSucceededEventDetails: details });
    iteration.end({ output });
    return output;
  }

  return {
    name,
    type: 'Map',
    execute(visit) {
      const { thread } = visit;
      return withErrorHandling(
        visit,
        handlers,
        async (attempts, resumed) => {
          const before = resumed?.kind === 'inside' ? resumed : undefined;
          const given = before ? before.given : await visit.evaluateTyped(items);
          const values = itemsOf(visit, given);
          const concurrency = (await visit.evaluateTyped(maxConcurrency)) || INLINE_CONCURRENCY;
          // An inline Map tolerates no failure, but these fields must give numbers all the same.
          for (const field of tolerated) await visit.evaluateTyped(field);
          if (!before) {
            thread.forgetInner();
            const startedEventId = thread.record('MapStateStarted', {
              mapStateStartedEventDetails: { length: values.length },
            });
            thread.setProgress({ kind: 'inside', startedEventId, ...(given && { given }), ...attempts });
          }
          const result = await runConcurrently(thread, {
            items: values,
            concurrency: Math.min(concurrency, INLINE_CONCURRENCY),
            thread: (_, index, group) => thread.inner('iteration', index, group),
            run: (iteration, value, index) => iterate(visit, iteration, value, index),
            failed: (iteration, index) =>
              iteration.recordWithoutAdvancing('MapIterationFailed', {
                mapIterationFailedEventDetails: { name, index },
              }),
          });
          thread.recordWithoutAdvancing('MapStateSucceeded');
          return visit.leave(exit, result, { result });
        },
        () => thread.record('MapStateFailed'),
      );
    },
  };
}
