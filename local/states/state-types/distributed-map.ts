// Map, distributed: every item, or batch of items, is an execution of its own, and all of them a Map Run.
import { randomUUID } from 'node:crypto';
import { batchesOf, compileBatcher } from '../distributed-map/batches.ts';
import { compileReader, readItems, STATE_DATA } from '../distributed-map/item-reader.ts';
import { type Items, itemsOf } from '../distributed-map/items.ts';
import { type Child, MapRun } from '../distributed-map/map-run.ts';
import { compileWriter, writeResults } from '../distributed-map/result-writer.ts';
import {
  compileInteger,
  compileItems,
  compileNumber,
  compileTemplate,
  type Language,
} from '../language/fields.ts';
import { childMachineArn, mapRunArn } from '../model/arns.ts';
import type { Cancellation } from '../model/cancellation.ts';
import { Cancelled } from '../model/cancellation.ts';
import type { Attempts, Progress } from '../model/checkpoint.ts';
import { ErrorName, StateFailure } from '../model/errors.ts';
import { failureDetails } from '../model/history.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../model/json.ts';
import { MAX_MAP_RUN_REDRIVES } from '../runtime/redrive.ts';
import { compileErrorHandlers, withErrorHandling } from '../runtime/retry-and-catch.ts';
import type { Flow, State } from '../runtime/run-flow.ts';
import { compileExit, type Outcome, type Visit } from '../runtime/visit.ts';
import type { MapRunSettings } from '../store/rows.ts';

export function compileDistributedMap(
  name: string,
  fields: JsonObject,
  language: Language,
  processor: Flow,
  type: 'STANDARD' | 'EXPRESS',
): State {
  const exit = compileExit(fields, language);
  const handlers = compileErrorHandlers(fields, language);
  const items = compileItems(fields['Items'], 'Items', language);
  const reader = isJsonObject(fields['ItemReader'])
    ? compileReader(fields['ItemReader'], language)
    : undefined;
  const writer = isJsonObject(fields['ResultWriter'])
    ? compileWriter(fields['ResultWriter'], language)
    : undefined;
  const batching = {
    selector:
      fields['ItemSelector'] === undefined
        ? undefined
        : compileTemplate(fields['ItemSelector'], 'ItemSelector', language),
    batcher: compileBatcher(
      isJsonObject(fields['ItemBatcher']) ? fields['ItemBatcher'] : undefined,
      language,
    ),
  };
  const maxConcurrency = compileInteger(fields['MaxConcurrency'], 'MaxConcurrency', language, { min: 0 });
  const toleratedCount = compileInteger(fields['ToleratedFailureCount'], 'ToleratedFailureCount', language, {
    min: 0,
  });
  const toleratedPercentage = compileNumber(
    fields['ToleratedFailurePercentage'],
    'ToleratedFailurePercentage',
    language,
    { min: 0, max: 100 },
  );
  const label = typeof fields['Label'] === 'string' ? fields['Label'] : undefined;

  async function givenItems(visit: Visit): Promise<Items> {
    const given = itemsOf((await visit.evaluateTyped(items)) ?? visit.input);
    if (given) return given;
    throw visit.evaluationFailed(`Map state input must be an array but was: ${JSON.stringify(visit.input)}`);
  }

  async function settingsOf(visit: Visit): Promise<MapRunSettings> {
    const count = await visit.evaluateTyped(toleratedCount);
    const percentage = await visit.evaluateTyped(toleratedPercentage);
    return {
      maxConcurrency: (await visit.evaluateTyped(maxConcurrency)) ?? 0,
      ...(count !== undefined && { toleratedFailureCount: count }),
      ...(percentage !== undefined && { toleratedFailurePercentage: percentage }),
    };
  }

  function newRun(visit: Visit, settings: MapRunSettings): MapRun {
    const { identity, environment } = visit.thread.execution;
    const machineArn = childMachineArn(identity.machineArn, label ?? randomUUID());
    return new MapRun({
      arn: mapRunArn(machineArn, randomUUID()),
      executionArn: identity.arn,
      startedAt: environment.clock.now(),
      settings,
      redriveCount: 0,
      redrivenAt: undefined,
    });
  }

  /** The Map Run that was under way before a restart, or that failed before a redrive. */
  function runBefore(visit: Visit, resumed: Progress | undefined): MapRun | undefined {
    if (resumed?.kind !== 'mapping') return undefined;
    const { clock, mapRuns } = visit.thread.execution.environment;
    const row = mapRuns.find(resumed.mapRun);
    if (!row || !resumed.redriven) return row && new MapRun(row);
    // The state failed after its Map Run had ended well: it makes a new one.
    if (row.status === 'SUCCEEDED') return undefined;
    if (row.redriveCount >= MAX_MAP_RUN_REDRIVES) {
      throw new StateFailure(
        ErrorName.runtime,
        `The Map Run exceeded the maximum of ${MAX_MAP_RUN_REDRIVES} redrives.`,
      );
    }
    return new MapRun({ ...row, redriveCount: row.redriveCount + 1, redrivenAt: clock.now() });
  }

  /** Records that the Map Run begins, or begins again after a redrive. */
  function recordRun(visit: Visit, run: MapRun, length: number, resumed: Progress | undefined): number {
    const { thread } = visit;
    if (run.redriveCount > 0 && resumed?.kind === 'mapping') {
      const { arn: mapRunArn, redriveCount } = run;
      thread.record('MapRunRedriven', { mapRunRedrivenEventDetails: { mapRunArn, redriveCount } });
      return resumed.startedEventId;
    }
    const startedEventId = thread.record('MapStateStarted', { mapStateStartedEventDetails: { length } });
    thread.record('MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: run.arn } });
    return startedEventId;
  }

  async function resultOf(visit: Visit, run: MapRun, children: readonly Child[]): Promise<Json> {
    const { s3 } = visit.thread.execution.environment;
    if (writer) {
      const result = await writeResults(writer, visit, run.arn, children, s3);
      if (writer.args) run.resultsWritten();
      return result;
    }
    return children.flatMap(({ end }) => (end.output === undefined ? [] : [parseJson(end.output)]));
  }

  /** Runs the children and gives the result. The events of the Map Run tell how it went. */
  async function runChildren(visit: Visit, run: MapRun, given: Items | undefined): Promise<Json> {
    const { thread } = visit;
    const { mapRuns, s3 } = thread.execution.environment;
    const known = mapRuns.children(run.arn);
    const found: Child[] = [];
    const start = (batch: { place: number; items: number; input: Json }, group: Cancellation) =>
      mapRuns.child(
        {
          parent: thread.execution,
          flow: processor,
          type,
          run,
          batch,
          known: known.get(batch.place),
        },
        group,
      );
    let result: Json;
    try {
      const read = !given && reader ? await readItems(reader, visit, s3) : undefined;
      const items = given ?? read?.items ?? { values: [] };
      const batches = batchesOf(visit, items, batching, read?.source ?? STATE_DATA);
      await run.run(items.values.length, batches, thread.cancellation, start, found);
      result = await resultOf(visit, run, found);
    } catch (error) {
      if (thread.execution.suspended) throw error;
      mapRuns.end(run, error instanceof Cancelled ? 'ABORTED' : 'FAILED');
      if (error instanceof StateFailure) {
        thread.record('MapRunFailed', { mapRunFailedEventDetails: failureDetails(error) });
      }
      throw error;
    }
    mapRuns.end(run, 'SUCCEEDED');
    const succeeded = thread.recordAside('MapRunSucceeded');
    thread.recordAside('MapStateSucceeded', undefined, succeeded);
    return result;
  }

  async function attempt(visit: Visit, attempts: Attempts, resumed: Progress | undefined): Promise<Outcome> {
    const { thread } = visit;
    const before = runBefore(visit, resumed);
    const given = reader ? undefined : await givenItems(visit);
    const run = before ?? newRun(visit, await settingsOf(visit));
    if (!before || (resumed?.kind === 'mapping' && resumed.redriven)) {
      const startedEventId = recordRun(visit, run, given?.values.length ?? 0, resumed);
      visit.setProgress({ kind: 'mapping', startedEventId, mapRun: run.arn, ...attempts });
    }
    await thread.execution.environment.mapRuns.begin(run, thread.execution);
    const result = await runChildren(visit, run, given);
    return visit.leave(exit, result, { result });
  }

  return {
    name,
    type: 'Map',
    execute: (visit) =>
      withErrorHandling(
        visit,
        handlers,
        (attempts, resumed) => attempt(visit, attempts, resumed),
        () => visit.thread.record('MapStateFailed'),
      ),
  };
}
