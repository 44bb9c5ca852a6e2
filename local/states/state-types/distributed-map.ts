// Map, distributed: a Map Run, in which every item or batch of items is an execution of its own.
import { randomUUID } from 'node:crypto';
import { type Batching, batchesOf, compileBatcher } from '../distributed-map/batches.ts';
import { compileReader, type ItemReader, readItems, STATE_DATA } from '../distributed-map/item-reader.ts';
import { type Items, itemsOf } from '../distributed-map/items.ts';
import { type Batch, type Child, MapRun } from '../distributed-map/map-run.ts';
import type { MapRuns } from '../distributed-map/map-runs.ts';
import { compileWriter, type ResultWriter, writeResults } from '../distributed-map/result-writer.ts';
import {
  compileInteger,
  compileItems,
  compileNumber,
  compileTemplate,
  type Language,
  type Typed,
} from '../language/fields.ts';
import { childMachineArn, mapRunArn } from '../model/arns.ts';
import { type Cancellation, Cancelled } from '../model/cancellation.ts';
import type { Attempts, Progress } from '../model/checkpoint.ts';
import { ErrorName, StateFailure } from '../model/errors.ts';
import { failureDetails } from '../model/history.ts';
import { isJsonObject, type Json, type JsonObject, jsonText, parseJson } from '../model/json.ts';
import { MAX_MAP_RUN_REDRIVES } from '../runtime/redrive.ts';
import { compileErrorHandlers, withErrorHandling } from '../runtime/retry-and-catch.ts';
import type { Flow, State } from '../runtime/run-flow.ts';
import { compileExit, type Exit, type Outcome, type Visit } from '../runtime/visit.ts';
import type { MapRunSettings } from '../store/rows.ts';

/** How the iterations of a distributed Map are run. */
interface Processor {
  readonly flow: Flow;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly mapRuns: MapRuns;
}

interface DistributedMap extends Processor {
  readonly exit: Exit;
  readonly items: Typed<readonly Json[] | JsonObject> | undefined;
  readonly reader: ItemReader | undefined;
  readonly writer: ResultWriter | undefined;
  readonly batching: Batching;
  readonly label: string | undefined;
  readonly maxConcurrency: Typed<number> | undefined;
  readonly toleratedCount: Typed<number> | undefined;
  readonly toleratedPercentage: Typed<number> | undefined;
}

export function compileDistributedMap(
  name: string,
  fields: JsonObject,
  language: Language,
  processor: Processor,
): State {
  const map = compileMapFields(fields, language, processor);
  const handlers = compileErrorHandlers(fields, language);
  return {
    name,
    type: 'Map',
    execute: (visit) =>
      withErrorHandling(
        visit,
        handlers,
        (attempts, resumed) => attempt(map, visit, attempts, resumed),
        () => visit.thread.record('MapStateFailed'),
      ),
  };
}

function compileMapFields(fields: JsonObject, language: Language, processor: Processor): DistributedMap {
  const object = (name: string) => (isJsonObject(fields[name]) ? fields[name] : undefined);
  const reader = object('ItemReader');
  const writer = object('ResultWriter');
  const selector = fields['ItemSelector'];
  const count = (name: string) => compileInteger(fields[name], name, language, { min: 0 });
  const percentage = 'ToleratedFailurePercentage';
  return {
    ...processor,
    exit: compileExit(fields, language),
    items: compileItems(fields['Items'], 'Items', language),
    reader: reader && compileReader(reader, language),
    writer: writer && compileWriter(writer, language),
    batching: {
      selector: selector === undefined ? undefined : compileTemplate(selector, 'ItemSelector', language),
      batcher: compileBatcher(object('ItemBatcher'), language),
    },
    label: typeof fields['Label'] === 'string' ? fields['Label'] : undefined,
    maxConcurrency: count('MaxConcurrency'),
    toleratedCount: count('ToleratedFailureCount'),
    toleratedPercentage: compileNumber(fields[percentage], percentage, language, { min: 0, max: 100 }),
  };
}

async function attempt(
  map: DistributedMap,
  visit: Visit,
  attempts: Attempts,
  resumed: Progress | undefined,
): Promise<Outcome> {
  const { thread } = visit;
  const existing = existingRun(map, visit, resumed);
  const given = map.reader ? undefined : await givenItems(map, visit);
  const run = existing ?? newRun(map, visit, await settingsOf(map, visit));
  if (!existing || (resumed?.kind === 'mapping' && resumed.redriven)) {
    const startedEventId = recordRun(visit, run, given?.values.length ?? 0, resumed);
    visit.setProgress({ kind: 'mapping', startedEventId, mapRun: run.arn, ...attempts });
  }
  await map.mapRuns.begin(run, thread.execution);
  const result = await finishRun(map, visit, run, () => runChildren(map, visit, run, given));
  return visit.leave(map.exit, result, { result });
}

/** The Map Run that was under way before a restart, or that failed before a redrive. */
function existingRun({ mapRuns }: DistributedMap, visit: Visit, resumed: Progress | undefined) {
  if (resumed?.kind !== 'mapping') return undefined;
  const row = mapRuns.find(resumed.mapRun);
  if (!row || !resumed.redriven) return row && new MapRun(row);
  // The state failed after its Map Run had succeeded: it starts a new one.
  if (row.status === 'SUCCEEDED') return undefined;
  if (row.redriveCount >= MAX_MAP_RUN_REDRIVES) {
    throw new StateFailure(
      ErrorName.runtime,
      `The Map Run exceeded the maximum of ${MAX_MAP_RUN_REDRIVES} redrives.`,
    );
  }
  const redrivenAt = visit.thread.execution.environment.clock.now();
  return new MapRun({ ...row, redriveCount: row.redriveCount + 1, redrivenAt });
}

async function givenItems({ items }: DistributedMap, visit: Visit): Promise<Items> {
  const given = itemsOf((await visit.evaluateTyped(items)) ?? visit.input);
  if (given) return given;
  throw visit.evaluationFailed(`Map state input must be an array but was: ${jsonText(visit.input)}`);
}

async function settingsOf(map: DistributedMap, visit: Visit): Promise<MapRunSettings> {
  const count = await visit.evaluateTyped(map.toleratedCount);
  const percentage = await visit.evaluateTyped(map.toleratedPercentage);
  return {
    maxConcurrency: (await visit.evaluateTyped(map.maxConcurrency)) ?? 0,
    ...(count !== undefined && { toleratedFailureCount: count }),
    ...(percentage !== undefined && { toleratedFailurePercentage: percentage }),
  };
}

function newRun({ label }: DistributedMap, visit: Visit, settings: MapRunSettings): MapRun {
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

/** Records that the Map Run begins, or begins again after a redrive, and gives the id of MapStateStarted. */
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

/** Runs the children and gives the state's result. */
async function runChildren(
  map: DistributedMap,
  visit: Visit,
  run: MapRun,
  given: Items | undefined,
): Promise<Json> {
  const { flow, type, mapRuns, reader, batching } = map;
  const parent = visit.thread.execution;
  const known = mapRuns.children(run.arn);
  const start = (batch: Batch, group: Cancellation) =>
    mapRuns.child({ parent, flow, type, run, batch, known: known.get(batch.index) }, group);
  const children: Child[] = [];
  const read = !given && reader ? await readItems(reader, visit, parent.environment.s3) : undefined;
  const items = given ?? read?.items ?? { values: [] };
  const batches = batchesOf(visit, items, batching, read?.source ?? STATE_DATA);
  await run.run(items.values.length, batches, visit.thread.cancellation, start, children);
  return resultOf(map, visit, run, children);
}

async function resultOf(
  { writer }: DistributedMap,
  visit: Visit,
  run: MapRun,
  children: readonly Child[],
): Promise<Json> {
  if (!writer)
    return children.flatMap(({ end }) => (end.output === undefined ? [] : [parseJson(end.output)]));
  const { s3 } = visit.thread.execution.environment;
  const result = await writeResults(writer, visit, run.arn, children, s3);
  if (writer.args) run.resultsWritten();
  return result;
}

/** Ends the Map Run as `work` ends, and records how. */
async function finishRun(
  { mapRuns }: DistributedMap,
  { thread }: Visit,
  run: MapRun,
  work: () => Promise<Json>,
): Promise<Json> {
  let result: Json;
  try {
    result = await work();
  } catch (error) {
    if (thread.execution.suspended) throw error;
    mapRuns.end(run, error instanceof Cancelled ? 'ABORTED' : 'FAILED');
    if (error instanceof StateFailure) {
      thread.record('MapRunFailed', { mapRunFailedEventDetails: failureDetails(error) });
    }
    throw error;
  }
  mapRuns.end(run, 'SUCCEEDED');
  const succeeded = thread.recordWithoutAdvancing('MapRunSucceeded');
  thread.recordWithoutAdvancing('MapStateSucceeded', undefined, succeeded);
  return result;
}
