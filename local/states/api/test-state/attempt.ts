// What TestState runs: one state once, with a mock in place of what it would call, and the inspection data of that.
import { batchesOf, compileBatcher, selectedItems } from '../../distributed-map/batches.ts';
import { compileReader, datasetOf, STATE_DATA } from '../../distributed-map/item-reader.ts';
import { firstItems, type Items, isDistributed, itemsOf } from '../../distributed-map/items.ts';
import { thresholdExceeded } from '../../distributed-map/map-run.ts';
import { compileSimpleState } from '../../engine/compile-definition.ts';
import { TaskFailure } from '../../integrations/integration.ts';
import { integrationOf } from '../../integrations/resources.ts';
import { TaskCall } from '../../integrations/task-call.ts';
import {
  compileArray,
  compileInteger,
  compileItems,
  compileNumber,
  compileTemplate,
  type Language,
} from '../../language/fields.ts';
import { StateFailure } from '../../model/errors.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonText } from '../../model/json.ts';
import { newTaskToken } from '../../runtime/task-tokens.ts';
import { compileExit, type Outcome, type Visit } from '../../runtime/visit.ts';
import type { Configuration } from './configuration.ts';
import type { Mock } from './mock.ts';

export interface TestedState {
  readonly name: string;
  readonly fields: JsonObject;
  readonly language: Language;
  readonly mock: Mock | undefined;
  readonly configuration: Configuration;
}

/** `inspectionData` of the answer; values are JSON texts or numbers. */
export type Inspection = Record<string, unknown>;

/** MapIterationFailureCount exceeds the number of iterations. */
export class TooManyFailures extends Error {
  override readonly name = 'TooManyFailures';
}

/** Runs the state and adds to its inspection data. Throws StateFailure. */
export async function attempt(tested: TestedState, visit: Visit, inspection: Inspection): Promise<Outcome> {
  switch (tested.fields['Type']) {
    case 'Task':
      return attemptTask(tested, visit, inspection);
    case 'Map':
      return attemptMap(tested, visit, inspection);
    case 'Parallel':
      return attemptParallel(tested, visit);
    default:
      return compileSimpleState(tested.name, tested.fields, tested.language).execute(visit);
  }
}

async function attemptTask(
  { fields, language, mock }: TestedState,
  visit: Visit,
  inspection: Inspection,
): Promise<Outcome> {
  const exit = compileExit(fields, language);
  const resource = String(fields['Resource']);
  if (resource.endsWith('.waitForTaskToken')) {
    visit.taskToken = newTaskToken(visit.thread.execution.identity.arn);
  }
  const given = fields['Arguments'];
  const args =
    given === undefined ? visit.input : await visit.evaluate(compileTemplate(given, 'Arguments', language));
  if (given !== undefined) inspection['afterArguments'] = jsonText(args);
  const result = mock ? mocked(mock) : await call(resource, args, visit);
  inspection['result'] = mock && 'text' in mock ? mock.text : jsonText(result);
  return visit.leave(exit, result, { result });
}

async function call(resource: string, args: Json, visit: Visit): Promise<Json> {
  const due = { timeoutAt: undefined, heartbeatAt: undefined, heartbeatSeconds: undefined };
  const taskCall = new TaskCall(visit, { retries: [], retryCount: 0 }, due);
  try {
    return await integrationOf(resource).call(args, taskCall);
  } catch (error) {
    if (error instanceof TaskFailure) throw new StateFailure(error.error, error.causeText);
    throw error;
  } finally {
    taskCall.release();
  }
}

/** A Map is tested only with a mock: its fields are evaluated, its iterations are not run. */
async function attemptMap(
  { fields, language, mock, configuration }: TestedState,
  visit: Visit,
  inspection: Inspection,
): Promise<Outcome> {
  const exit = compileExit(fields, language);
  const { items, source } = await mapItems(fields, language, configuration, visit);
  const integer = (name: string) =>
    visit.evaluateTyped(compileInteger(fields[name], name, language, { min: 0 }));
  inspection['maxConcurrency'] = (await integer('MaxConcurrency')) ?? 0;
  const count = await integer('ToleratedFailureCount');
  if (count !== undefined) inspection['toleratedFailureCount'] = count;
  const percentage = await visit.evaluateTyped(
    compileNumber(fields['ToleratedFailurePercentage'], 'ToleratedFailurePercentage', language, {
      min: 0,
      max: 100,
    }),
  );
  if (percentage !== undefined) inspection['toleratedFailurePercentage'] = percentage;
  const selected = await selectedOf(fields, language, items, source, visit);
  if (selected) inspection['afterItemSelector'] = jsonText(selected);
  if (isJsonObject(fields['ItemBatcher'])) {
    const batcher = compileBatcher(fields['ItemBatcher'], language);
    const batches: Json[] = [];
    const batched = selected ? { values: selected } : items;
    for await (const { input } of batchesOf(visit, batched, { selector: undefined, batcher }, STATE_DATA)) {
      batches.push(input);
    }
    inspection['afterItemBatcher'] = jsonText(batches);
  }
  const failures = configuration.failureCount ?? 0;
  if (failures > items.values.length) throw new TooManyFailures();
  const result = mock ? mocked(mock) : [];
  const tooMany = count !== undefined && failures > count;
  if (tooMany || (percentage !== undefined && (failures / items.values.length) * 100 > percentage)) {
    throw thresholdExceeded();
  }
  return visit.leave(exit, result, { result });
}

async function selectedOf(
  fields: JsonObject,
  language: Language,
  items: Items,
  source: string | undefined,
  visit: Visit,
): Promise<readonly Json[] | undefined> {
  if (fields['ItemSelector'] === undefined) return undefined;
  const selector = compileTemplate(fields['ItemSelector'], 'ItemSelector', language);
  const selected: Json[] = [];
  for await (const item of selectedItems(visit, items, selector, source)) selected.push(item);
  return selected;
}

interface Given {
  readonly items: Items;
  readonly source?: string;
}

async function mapItems(
  fields: JsonObject,
  language: Language,
  { readerItems }: Configuration,
  visit: Visit,
): Promise<Given> {
  const { input } = visit;
  if (isJsonObject(fields['ItemReader'])) {
    const { max, source } = await datasetOf(compileReader(fields['ItemReader'], language), visit);
    // The items may also be given as the input (developer guide, "Testing Distributed Map states").
    const items = readerItems ?? { values: isJsonArray(input) ? input : [] };
    return { items: firstItems(items, max), source };
  }
  const distributed = isDistributed(fields);
  const compile = distributed ? compileItems : compileArray;
  const given = (await visit.evaluateTyped<Json>(compile(fields['Items'], 'Items', language))) ?? input;
  const items = distributed || isJsonArray(given) ? itemsOf(given) : undefined;
  if (items) return { items, ...(distributed && { source: STATE_DATA }) };
  throw visit.evaluationFailed(`Map state input must be an array but was: ${jsonText(visit.input)}`);
}

async function attemptParallel({ fields, language, mock }: TestedState, visit: Visit): Promise<Outcome> {
  const exit = compileExit(fields, language);
  if (fields['Arguments'] !== undefined) {
    await visit.evaluate(compileTemplate(fields['Arguments'], 'Arguments', language));
  }
  const result = mock ? mocked(mock) : [];
  return visit.leave(exit, result, { result });
}

function mocked(mock: Mock): Json {
  if ('text' in mock) return mock.result;
  throw new StateFailure(mock.error, mock.cause);
}
