// ItemReader: the items of a distributed Map from S3, as JSON, JSON Lines, CSV, or as a list of objects.
import { compileInteger, compileTemplate, type Language, type Template, type Typed } from './data-flow.ts';
import { ErrorName, StateFailure } from './errors.ts';
import type { S3Objects } from './integrations/s3-client.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from './json.ts';
import { readJson } from './json-text.ts';
import type { Visit } from './visit.ts';

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

export interface Read {
  readonly items: readonly Json[];
  /** What `$states.context.Map.Item.Source` says (developer guide, "Context object data for Map states"). */
  readonly source: string;
}

/** Throws StateFailure, ItemReaderFailed when S3 does not give the items or they cannot be read. */
export async function readItems(reader: ItemReader, visit: Visit, s3: S3Objects): Promise<Read> {
  const given = await visit.evaluate(reader.args);
  const args: JsonObject = isJsonObject(given) ? given : {};
  const max = (await visit.evaluateTyped(reader.maxItems)) || Number.POSITIVE_INFINITY;
  const text = (name: string) => String(args[name] ?? '');
  try {
    if (reader.lists) {
      const objects = await s3.list(text('Bucket'), text('Prefix'), max);
      const items = objects.map(({ key, etag, size, lastModified }) => ({
        Etag: etag,
        Key: key,
        LastModified: lastModified / 1000,
        Size: size,
        StorageClass: 'STANDARD',
      }));
      return { items, source: `S3://${text('Bucket')}` };
    }
    const { body } = await s3.read(text('Bucket'), text('Key'));
    const items = parseItems(body, reader.config).slice(0, max);
    return { items, source: `S3://${text('Bucket')}/${text('Key')}` };
  } catch (error) {
    throw new StateFailure(
      ErrorName.itemReaderFailed,
      error instanceof Error ? error.message : String(error),
    );
  }
}

/** Throws an Error that tells what is wrong with the text. */
export function parseItems(text: string, config: JsonObject): readonly Json[] {
  switch (config['InputType']) {
    case 'CSV':
      return csvItems(text, config);
    case 'JSONL':
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map(itemsJson);
    default: {
      const value = itemsJson(text);
      if (!isJsonArray(value)) throw new Error('The JSON of the ItemReader must be an array');
      return value;
    }
  }
}

function itemsJson(text: string): Json {
  const read = readJson(text);
  if ('fault' in read) throw new Error(read.fault.message);
  return read.value;
}

function csvItems(text: string, config: JsonObject): JsonObject[] {
  const rows = csvRows(text.replace(/^\ufeff/, ''), DELIMITERS[String(config['CSVDelimiter'])] ?? ',');
  const given = config['CSVHeaders'];
  const headers =
    config['CSVHeaderLocation'] === 'GIVEN' && isJsonArray(given) ? given.map(String) : rows.shift();
  return rows.map((row) => Object.fromEntries((headers ?? []).map((name, at) => [name, row[at] ?? ''])));
}

/** RFC 4180: fields in quotes may hold delimiters, line ends and doubled quotes. Empty lines are left out. */
function csvRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endRow = () => {
    row.push(field);
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    field = '';
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') field += text.charAt(++at);
      else quoted = false;
    } else if (char === '"' && field === '') {
      quoted = true;
    } else if (char === delimiter) {
      row.push(field);
      field = '';
    } else if (char === '\n') {
      endRow();
    } else if (char !== '\r') {
      field += char;
    }
  }
  endRow();
  return rows;
}
