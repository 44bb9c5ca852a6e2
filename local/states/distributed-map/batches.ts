// What the child executions of a distributed Map are given: items, one by one or in batches.
import {
  compileInteger,
  compileTemplate,
  type Language,
  type Template,
  type Typed,
} from '../language/fields.ts';
import { dataLimitExceeded, nestedTooDeep } from '../model/errors.ts';
import {
  exceedsPayload,
  isTooDeep,
  type Json,
  type JsonObject,
  jsonText,
  MAX_NESTING,
  MAX_PAYLOAD_BYTES,
} from '../model/json.ts';
import type { Visit } from '../runtime/visit.ts';
import type { Items } from './items.ts';
import type { Batch } from './map-run.ts';

/** How much deeper an item is nested in `{"Items": [item]}`. */
const BATCH_NESTING = 2;

export interface Batching {
  readonly selector: Template | undefined;
  readonly batcher: Batcher | undefined;
}

interface Batcher {
  readonly maxItems: Typed<number> | undefined;
  readonly maxBytes: Typed<number> | undefined;
  readonly batchInput: Template | undefined;
}

export function compileBatcher(fields: JsonObject | undefined, language: Language): Batcher | undefined {
  if (!fields) return undefined;
  const field = (name: string) => `ItemBatcher/${name}`;
  const { MaxItemsPerBatch, MaxInputBytesPerBatch, BatchInput } = fields;
  return {
    maxItems: compileInteger(MaxItemsPerBatch, field('MaxItemsPerBatch'), language, { min: 1 }),
    maxBytes: compileInteger(MaxInputBytesPerBatch, field('MaxInputBytesPerBatch'), language, { min: 1 }),
    batchInput:
      BatchInput === undefined ? undefined : compileTemplate(BatchInput, field('BatchInput'), language),
  };
}

/** Generated as they are consumed, so that a large Map never holds all of them. Throws StateFailure. */
export async function* batchesOf(
  visit: Visit,
  items: Items,
  { selector, batcher }: Batching,
  source: string,
): AsyncGenerator<Batch> {
  const selected = selectedItems(visit, items, selector, source);
  if (batcher) {
    yield* batched(visit, selected, batcher);
    return;
  }
  let index = 0;
  for await (const input of selected) {
    const text = jsonText(input);
    if (exceedsPayload(text)) throw dataLimitExceeded(visit.stateName);
    if (isTooDeep(text)) throw nestedTooDeep(visit.stateName);
    yield { index, items: 1, input };
    index += 1;
  }
}

/** The items after ItemSelector; without one, a pair of an object is `{Key, Value}`. Throws StateFailure. */
export async function* selectedItems(
  visit: Visit,
  { values, keys }: Items,
  selector: Template | undefined,
  source: string | undefined,
): AsyncGenerator<Json> {
  for (const [Index, Value] of values.entries()) {
    const Key = keys?.[Index];
    if (selector) {
      const item = { Index, ...(Key !== undefined && { Key }), Value, ...(source && { Source: source }) };
      yield await visit.evaluate(selector, visit.bindings({}, item));
    } else {
      yield Key === undefined ? Value : { Key, Value };
    }
  }
}

async function* batched(visit: Visit, items: AsyncIterable<Json>, batcher: Batcher): AsyncGenerator<Batch> {
  const maxItems = (await visit.evaluateTyped(batcher.maxItems)) ?? Number.POSITIVE_INFINITY;
  const maxBytes = (await visit.evaluateTyped(batcher.maxBytes)) ?? Number.POSITIVE_INFINITY;
  const shared = batcher.batchInput && { BatchInput: await visit.evaluate(batcher.batchInput) };
  const sharedText = jsonText({ ...shared, Items: [] });
  if (isTooDeep(sharedText)) throw nestedTooDeep(visit.stateName);
  const base = Buffer.byteLength(sharedText);
  let index = 0;
  let batch: Json[] = [];
  let bytes = base;
  const next = (): Batch => ({ index: index++, items: batch.length, input: { ...shared, Items: batch } });
  for await (const item of items) {
    const text = jsonText(item);
    if (isTooDeep(text, MAX_NESTING - BATCH_NESTING)) throw nestedTooDeep(visit.stateName);
    const size = Buffer.byteLength(text) + 1;
    if (base + size > Math.min(maxBytes, MAX_PAYLOAD_BYTES) + 1) throw dataLimitExceeded(visit.stateName);
    const full = batch.length >= maxItems || bytes + size > Math.min(maxBytes, MAX_PAYLOAD_BYTES) + 1;
    if (batch.length > 0 && full) {
      yield next();
      batch = [];
      bytes = base;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield next();
}
