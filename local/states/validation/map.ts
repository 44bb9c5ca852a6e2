// Validates a Map state: its processor's mode, and what only a distributed Map has.
import { isJsonObject, type JsonObject } from '../json.ts';
import type { Diagnostics } from './diagnostics.ts';
import { checkCount } from './fields.ts';
import type { FlowRules } from './states.ts';

const DISTRIBUTED_ONLY = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'];
const MAX_LABEL = 40;

export function checkMap(state: JsonObject, place: string, rules: FlowRules, diagnostics: Diagnostics): void {
  if (state['Iterator'] === undefined) diagnostics.required(state, ['ItemProcessor'], place);
  const field = state['ItemProcessor'] === undefined ? 'Iterator' : 'ItemProcessor';
  const distributed = checkProcessor(state[field], `${place}/${field}`, rules, diagnostics);
  if (!distributed) {
    for (const name of DISTRIBUTED_ONLY.filter((only) => state[only] !== undefined)) {
      diagnostics.schema("Field is only supported when 'Mode' is 'DISTRIBUTED'", `${place}/${name}`);
    }
  }
  const label = diagnostics.string(state, 'Label', place);
  if (label !== undefined && (label.length > MAX_LABEL || !/^[\w-]+$/.test(label))) {
    diagnostics.schema(`Label must be 1 to ${MAX_LABEL} letters, digits, '-' or '_'`, `${place}/Label`);
  }
  checkBatcher(state, place, diagnostics);
  for (const name of ['MaxConcurrency', 'ToleratedFailureCount']) {
    checkCount(state, name, 0, place, diagnostics);
  }
}

/** Whether the Map is a distributed one. */
function checkProcessor(
  processor: JsonObject[string] | undefined,
  place: string,
  { type }: FlowRules,
  diagnostics: Diagnostics,
): boolean {
  const config = isJsonObject(processor)
    ? diagnostics.object(processor, 'ProcessorConfig', place)
    : undefined;
  const location = `${place}/ProcessorConfig`;
  const mode = config && diagnostics.string(config, 'Mode', location);
  if (!config || mode === undefined || mode === 'INLINE') return false;
  if (mode !== 'DISTRIBUTED') {
    diagnostics.schema(`Value must be one of [INLINE, DISTRIBUTED], but was '${mode}'`, `${location}/Mode`);
    return false;
  }
  if (type === 'EXPRESS') {
    diagnostics.schema('Express state machine does not support distributed Map states', `${location}/Mode`);
  }
  diagnostics.required(config, ['ExecutionType'], location);
  const kind = diagnostics.string(config, 'ExecutionType', location);
  if (kind !== undefined && kind !== 'STANDARD' && kind !== 'EXPRESS') {
    diagnostics.schema(
      `Value must be one of [STANDARD, EXPRESS], but was '${kind}'`,
      `${location}/ExecutionType`,
    );
  }
  return true;
}

function checkBatcher(state: JsonObject, place: string, diagnostics: Diagnostics): void {
  const batcher = diagnostics.object(state, 'ItemBatcher', place);
  if (!batcher) return;
  const location = `${place}/ItemBatcher`;
  const { MaxItemsPerBatch, MaxInputBytesPerBatch } = batcher;
  if (MaxItemsPerBatch === undefined && MaxInputBytesPerBatch === undefined) {
    diagnostics.schema(
      "At least one of the fields 'MaxItemsPerBatch' and 'MaxInputBytesPerBatch' must be set",
      location,
    );
  }
  checkCount(batcher, 'MaxItemsPerBatch', 1, location, diagnostics);
  checkCount(batcher, 'MaxInputBytesPerBatch', 1, location, diagnostics);
}
