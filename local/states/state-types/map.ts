// Map, inline: runs its item processor once for every item.

import type { Cancellation } from '../cancellation.ts';
import { Cancelled } from '../cancellation.ts';
import { compileArray, compileInteger, compileNumber, compileTemplate, type Language } from '../data-flow.ts';
import { compileErrorHandlers, withErrorHandling } from '../error-handling.ts';
import { type Flow, runFlow, type State } from '../flow.ts';
import { isJsonArray, type Json, type JsonObject } from '../json.ts';
import { runTogether } from '../together.ts';
import { compileExit, type Visit } from '../visit.ts';

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
  const maxConcurrency = compileInteger(fields['MaxConcurrency'], 'MaxConcurrency', language);
  const tolerated = [
    compileInteger(fields['ToleratedFailureCount'], 'ToleratedFailureCount', language),
    compileNumber(fields['ToleratedFailurePercentage'], 'ToleratedFailurePercentage', language),
  ];

  async function itemsOf(visit: Visit): Promise<readonly Json[]> {
    const given = await visit.evaluateTyped(items);
    if (given) return given;
    if (isJsonArray(visit.input)) return visit.input;
    throw visit.evaluationFailed(`Map state input must be an array but was: ${JSON.stringify(visit.input)}`);
  }

  async function iterate(visit: Visit, value: Json, index: number, group: Cancellation): Promise<Json> {
    const item = { Index: index, Value: value };
    const thread = visit.thread.inner('iteration', group, item);
    const details = { name, index };
    thread.record('MapIterationStarted', { mapIterationStartedEventDetails: details });
    try {
      const input = selector ? await visit.evaluate(selector, visit.bindings({}, item)) : value;
      const output = await runFlow(processor, input, thread);
      thread.record('MapIterationSucceeded', { mapIterationSucceededEventDetails: details });
      return output;
    } catch (error) {
      if (error instanceof Cancelled) {
        thread.record('MapIterationAborted', { mapIterationAbortedEventDetails: details });
      } else {
        thread.record('MapIterationFailed', { mapIterationFailedEventDetails: details });
      }
      throw error;
    }
  }

  return {
    name,
    type: 'Map',
    execute(visit) {
      const { thread } = visit;
      return withErrorHandling(
        visit,
        handlers,
        async () => {
          const values = await itemsOf(visit);
          const concurrency = (await visit.evaluateTyped(maxConcurrency)) || INLINE_CONCURRENCY;
          // An inline Map tolerates no failure, yet what the fields hold must be numbers.
          for (const field of tolerated) await visit.evaluateTyped(field);
          thread.record('MapStateStarted', { mapStateStartedEventDetails: { length: values.length } });
          const result = await runTogether(
            thread,
            values,
            Math.min(concurrency, INLINE_CONCURRENCY),
            (value, index, group) => iterate(visit, value, index, group),
          );
          thread.record('MapStateSucceeded');
          return visit.leave(exit, result, { result });
        },
        () => thread.record('MapStateFailed'),
      );
    },
  };
}
