// Validates what only a Map has: its processor's mode, and the fields of a distributed Map.
import { isExpression } from '../language/expression.ts';
import { asNumber, isJsonObject, type JsonObject } from '../model/json.ts';
import type { Diagnostics } from './diagnostics.ts';
import { checkCount } from './fields.ts';
import type { FlowRules } from './rules.ts';

const DISTRIBUTED_ONLY = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'];
const MAX_LABEL = 40;
/** Developer guide, "Distributed Map state fields": white space, wildcards, brackets, control characters and others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const FORBIDDEN_IN_LABEL = /[\s?*<>{}[\]:;,\\|^~$#%&`"/\u0000-\u001f\u007f-\u009f]/;
const DELIMITERS = ['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'];
const HEADER_LOCATIONS = ['FIRST_ROW', 'GIVEN'];

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
  if (label !== undefined) checkLabel(label, `${place}/Label`, rules, diagnostics);
  checkBatcher(state, place, diagnostics);
  checkReader(state, place, diagnostics);
  checkWriter(state, place, diagnostics);
  for (const name of ['MaxConcurrency', 'ToleratedFailureCount']) {
    checkCount(state, name, 0, place, diagnostics);
  }
  checkPercentage(state, place, diagnostics);
}

function checkPercentage(state: JsonObject, place: string, diagnostics: Diagnostics): void {
  const value = asNumber(state['ToleratedFailurePercentage']);
  if (value === undefined || (typeof value === 'string' && isExpression(value))) return;
  const location = `${place}/ToleratedFailurePercentage`;
  if (typeof value !== 'number') diagnostics.schema('Expected value of type [NUMBER]', location);
  else if (value < 0) diagnostics.schema('Minimum value is 0', location);
  else if (value > 100) diagnostics.schema('Maximum value is 100', location);
}

function checkLabel(label: string, place: string, { labels }: FlowRules, diagnostics: Diagnostics): void {
  if (label === '' || label.length > MAX_LABEL || FORBIDDEN_IN_LABEL.test(label)) {
    diagnostics.add('INVALID_LABEL_NAME', `Invalid label name: ${label}`, place);
  }
  if (labels.has(label)) diagnostics.add('DUPLICATE_LABEL_NAME', `Duplicate label name: ${label}`, place);
  labels.add(label);
}

/** Gives whether the Map is a distributed one. */
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
    diagnostics.oneOf(['INLINE', 'DISTRIBUTED'], `${location}/Mode`);
    return false;
  }
  if (type === 'EXPRESS') {
    diagnostics.schema('Express state machine does not support distributed Map states', `${location}/Mode`);
  }
  diagnostics.required(config, ['ExecutionType'], location);
  const kind = diagnostics.string(config, 'ExecutionType', location);
  if (kind !== undefined && kind !== 'STANDARD' && kind !== 'EXPRESS') {
    diagnostics.oneOf(['STANDARD', 'EXPRESS'], `${location}/ExecutionType`);
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

const READERS = ['s3:getObject', 's3:listObjectsV2'];
const INPUT_TYPES = ['CSV', 'JSON', 'JSONL'];

function checkReader(state: JsonObject, place: string, diagnostics: Diagnostics): void {
  const reader = diagnostics.object(state, 'ItemReader', place);
  if (!reader) return;
  const location = `${place}/ItemReader`;
  diagnostics.required(reader, ['Resource', 'Arguments'], location);
  const resource = checkResource(reader, READERS, location, diagnostics);
  if (state['Items'] !== undefined) {
    diagnostics.schema("Only one of the fields 'Items' and 'ItemReader' can be set", place);
  }
  const config = diagnostics.object(reader, 'ReaderConfig', location);
  const type = config && diagnostics.string(config, 'InputType', `${location}/ReaderConfig`);
  if (resource === 's3:getObject' && type === undefined) {
    diagnostics.required(config ?? {}, ['InputType'], `${location}/ReaderConfig`);
  }
  if (type !== undefined && !INPUT_TYPES.includes(type)) {
    diagnostics.oneOf(INPUT_TYPES, `${location}/ReaderConfig/InputType`);
  }
  if (config && type === 'CSV') checkCsv(config, `${location}/ReaderConfig`, diagnostics);
  if (config) {
    checkCount(config, 'MaxItems', 0, `${location}/ReaderConfig`, diagnostics);
    checkDataset(config, `${location}/ReaderConfig`, diagnostics);
  }
}

/** Developer guide, "ItemReader (Map)". */
const MAX_POINTER = 2000;
/** RFC 6901. */
const POINTER = /^(\/([^~/]|~[01])*)*$/;

function checkDataset(config: JsonObject, place: string, diagnostics: Diagnostics): void {
  const pointer = diagnostics.string(config, 'ItemsPointer', place);
  if (pointer !== undefined && (!POINTER.test(pointer) || pointer.length >= MAX_POINTER)) {
    diagnostics.schema(
      `Expected a JSON Pointer of less than ${MAX_POINTER} characters`,
      `${place}/ItemsPointer`,
    );
  }
  // This engine cannot read manifests.
  if (config['ManifestType'] !== undefined) diagnostics.unsupported('ManifestType', place);
  const transformation = diagnostics.string(config, 'Transformation', place);
  if (transformation !== undefined && transformation !== 'NONE') {
    diagnostics.oneOf(['NONE'], `${place}/Transformation`);
  }
}

function checkCsv(config: JsonObject, place: string, diagnostics: Diagnostics): void {
  diagnostics.required(config, ['CSVHeaderLocation'], place);
  const from = diagnostics.string(config, 'CSVHeaderLocation', place);
  if (from !== undefined && !HEADER_LOCATIONS.includes(from)) {
    diagnostics.oneOf(HEADER_LOCATIONS, `${place}/CSVHeaderLocation`);
  }
  if (from === 'GIVEN') diagnostics.required(config, ['CSVHeaders'], place);
  diagnostics.array(config, 'CSVHeaders', place);
  const delimiter = diagnostics.string(config, 'CSVDelimiter', place);
  if (delimiter !== undefined && !DELIMITERS.includes(delimiter)) {
    diagnostics.oneOf(DELIMITERS, `${place}/CSVDelimiter`);
  }
}

function checkWriter(state: JsonObject, place: string, diagnostics: Diagnostics): void {
  const writer = diagnostics.object(state, 'ResultWriter', place);
  if (!writer) return;
  const location = `${place}/ResultWriter`;
  if (writer['Resource'] === undefined) diagnostics.required(writer, ['WriterConfig'], location);
  else diagnostics.required(writer, ['Arguments'], location);
  checkResource(writer, ['s3:putObject'], location, diagnostics);
}

/** Gives the Resource without the prefix of its ARN. */
function checkResource(
  fields: JsonObject,
  supported: readonly string[],
  place: string,
  diagnostics: Diagnostics,
): string | undefined {
  const arn = diagnostics.string(fields, 'Resource', place);
  const resource = arn === undefined ? undefined : /^arn:aws[a-z-]*:states:::(.+)$/.exec(arn)?.[1];
  if (arn !== undefined && !supported.includes(resource ?? '')) {
    diagnostics.schema(
      `Resource must be one of [${supported.join(', ')}], but was '${arn}'`,
      `${place}/Resource`,
    );
  }
  return resource;
}
