// The items of a Map: those of a list or, of a distributed one, the pairs of an object.
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';

export interface Items {
  readonly values: readonly Json[];
  /** Of an object: the keys, in the order of their values. */
  readonly keys?: readonly string[];
}

/** Undefined for a value that is neither a list nor an object. */
export function itemsOf(value: Json | undefined): Items | undefined {
  if (isJsonArray(value)) return { values: value };
  return isJsonObject(value) ? { values: Object.values(value), keys: Object.keys(value) } : undefined;
}

export function firstItems({ values, keys }: Items, count: number): Items {
  return { values: values.slice(0, count), ...(keys && { keys: keys.slice(0, count) }) };
}

/** Whether the iterations of a Map state are executions of their own. */
export function isDistributed(map: JsonObject): boolean {
  // Iterator is the field's older name.
  const processor = map['ItemProcessor'] ?? map['Iterator'];
  const config = isJsonObject(processor) ? processor['ProcessorConfig'] : undefined;
  return isJsonObject(config) && config['Mode'] === 'DISTRIBUTED';
}
