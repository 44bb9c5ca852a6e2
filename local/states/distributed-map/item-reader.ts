// ItemReader: the items of a distributed Map from S3, as JSON, JSON Lines, CSV, or as a list of objects.
import type { S3Objects } from '../clients/s3-client.ts';
import {
  compileInteger,
  compileTemplate,
  type Language,
  type Template,
  type Typed,
} from '../language/fields.ts';
import { ErrorName, StateFailure } from '../model/errors.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { valueAt } from '../model/json-pointer.ts';
import { readJson } from '../model/json-text.ts';
import type { Visit } from '../runtime/visit.ts';
import { csvRows } from './csv.ts';
import { firstItems, type Items, itemsOf } from './items.ts';

export interface ItemReader {
  /** `s3:getObject` or `s3:listObjectsV2`. */
  readonly lists: boolean;
  readonly args: Template;
  readonly config: JsonObject;
  readonly maxItems: Typed<number> | undefined;
}

const DELIMITERS: Readonly<Record<string, string>> = {
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  SPACE: ' ',
  TAB: '\t',
};

export function compileReader(fields: JsonObject, language: Language): ItemReader {
  const config = isJsonObject(fields['ReaderConfig']) ? fields['ReaderConfig'] : {};
  return {
    lists: String(fields['Resource']).endsWith(':listObjectsV2'),
    args: compileTemplate(fields['Arguments'] ?? {}, 'ItemReader/Arguments', language),
    config,
    maxItems: compileInteger(config['MaxItems'], 'ItemReader/ReaderConfig/MaxItems', language, { min: 0 }),
  };
}

/** `$states.context.Map.Item.Source` of items that come from the state's own data. */
export const STATE_DATA = 'STATE_DATA';

/** What is to be read. */
interface Dataset {
  readonly bucket: string;
  readonly key: string;
  readonly prefix: string;
  /** The most items that are taken. */
  readonly max: number;
  /** `$states.context.Map.Item.Source` (developer guide, "Context object data for Map states"). */
  readonly source: string;
}

/** Throws StateFailure. */
export async function datasetOf({ args, maxItems, lists }: ItemReader, visit: Visit): Promise<Dataset> {
  const given = await visit.evaluate(args);
  const text = (name: string) => String((isJsonObject(given) ? given[name] : undefined) ?? '');
  const [bucket, key] = [text('Bucket'), text('Key')];
  return {
    ...{ bucket, key, prefix: text('Prefix') },
    max: (await visit.evaluateTyped(maxItems)) || Number.POSITIVE_INFINITY,
    source: lists ? `S3://${bucket}` : `S3://${bucket}/${key}`,
  };
}

export interface Read {
  readonly items: Items;
  readonly source: string;
}

/** Throws StateFailure, ItemReaderFailed when S3 does not give the items or they cannot be read. */
export async function readItems(reader: ItemReader, visit: Visit, s3: S3Objects): Promise<Read> {
  const { bucket, key, prefix, max, source } = await datasetOf(reader, visit);
  try {
    if (reader.lists) {
      const objects = await s3.list(bucket, prefix, max);
      const values = objects.map(({ key, etag, size, lastModified }) => ({
        Etag: etag,
        Key: key,
        LastModified: lastModified / 1000,
        Size: size,
        StorageClass: 'STANDARD',
      }));
      return { items: { values }, source };
    }
    const { body } = await s3.read(bucket, key);
    return { items: firstItems(parseItems(body, reader.config), max), source };
  } catch (error) {
    throw new StateFailure(
      ErrorName.itemReaderFailed,
      error instanceof Error ? error.message : String(error),
    );
  }
}

/** Throws an Error whose message says what is wrong with the text. */
export function parseItems(file: string, config: JsonObject): Items {
  const text = file.replace(/^\ufeff/, '');
  switch (config['InputType']) {
    case 'CSV':
      return { values: csvItems(text, config) };
    case 'JSONL': {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      return { values: lines.map(itemsJson) };
    }
    default:
      return jsonItems(itemsJson(text), config['ItemsPointer']);
  }
}

/** The messages are AWS's (https://github.com/floci-io/floci/pull/1588). */
function jsonItems(value: Json, pointer: Json | undefined): Items {
  const node = typeof pointer === 'string' ? valueAt(value, pointer) : value;
  if (node === undefined) {
    throw new Error(
      'The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.',
    );
  }
  const items = itemsOf(node);
  if (!items) throw new Error('Attempting to map over non-iterable node.');
  return items;
}

function itemsJson(text: string): Json {
  const read = readJson(text);
  if ('fault' in read) throw new Error(read.fault.message);
  return read.value;
}

/** Missing fields of a row are empty, those beyond the headers are skipped. */
function csvItems(text: string, config: JsonObject): JsonObject[] {
  const rows = csvRows(text, DELIMITERS[String(config['CSVDelimiter'])] ?? ',');
  const given = config['CSVHeaders'];
  const headers =
    config['CSVHeaderLocation'] === 'GIVEN' && isJsonArray(given) ? given.map(String) : rows.shift();
  return rows.map((row) => Object.fromEntries((headers ?? []).map((name, at) => [name, row[at] ?? ''])));
}
