// Map, inline: runs its item processor once for every item.
import {
  compileArray,
  compileInteger,
  compileNumber,
  compileTemplate,
  type Language,
} from '../language/fields.ts';
import { isJsonArray, type Json, type JsonObject } from '../model/json.ts';
import { compileErrorHandlers, withErrorHandling } from '../runtime/retry-and-catch.ts';
import { type Flow, runFlow, type State } from '../runtime/run-flow.ts';
import { runTogether } from '../runtime/run-together.ts';
import type { Thread } from '../runtime/thread.ts';
import { compileExit, type Visit } from '../runtime/visit.ts';

/** Iterations of an inline Map at the same time, when MaxConcurrency says nothing (developer guide, "Inline mode"). */
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
    throw visit.evaluationFailed(`Map state input must be an array but was: ${JSON.stringify(visit.input)}`);
  }

  async function iterate(visit: Visit, line: Thread, value: Json, index: number): Promise<Json> {
    const details = { name, index };
    if (!line.before) {
      line.record('MapIterationStarted', { mapIterationStartedEventDetails: details });
      line.begin();
    }
    line.iteration = details;
    const input =
      selector && !line.before?.entered
        ? await visit.evaluate(selector, visit.bindings({}, line.mapItem))
        : value;
    const output = await runFlow(processor, input, line);
    line.record('MapIterationSucceeded', { mapIterationSucceededEventDetails: details });
    line.end({ output });
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
          // An inline Map tolerates no failure, yet what the fields hold must be numbers.
          for (const field of tolerated) await visit.evaluateTyped(field);
          if (!before) {
            thread.forgetInner();
            const startedEventId = thread.record('MapStateStarted', {
              mapStateStartedEventDetails: { length: values.length },
            });
            thread.setProgress({ kind: 'inside', startedEventId, ...(given && { given }), ...attempts });
          }
          const result = await runTogether(thread, {
            items: values,
            concurrency: Math.min(concurrency, INLINE_CONCURRENCY),
            line: (Value, Index, group) => thread.inner('iteration', Index, group, { Index, Value }),
            run: (line, value, index) => iterate(visit, line, value, index),
            failed: (line, index) =>
              line.recordAside('MapIterationFailed', { mapIterationFailedEventDetails: { name, index } }),
          });
          thread.recordAside('MapStateSucceeded');
          return visit.leave(exit, result, { result });
        },
        () => thread.record('MapStateFailed'),
      );
    },
  };
}
