// Builds an instance of a JSON Schema from a text: what the emulated model answers to response_format json_schema.
import { firstMatch } from '../../../../lib/agents/bounded-pattern.ts';
import { keysOf } from '../../../../lib/json-pointer.ts';
import {
  extract,
  firstDate,
  firstEmailAddress,
  firstUrl,
  mailText,
  numbers,
  plain,
  sentences,
  shorten,
} from './text.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Deeper than this only what the schema requires is filled in, so that a recursive schema comes to an end. */
const MAX_DEPTH = 6;
/** Deeper than this nothing is filled in: each level may have several recursive parts. */
const LAST_DEPTH = 12;

/**
 * An instance that fits `schema` (the subset that OpenAI's structured outputs allow: types, enum, const,
 * properties, items, anyOf, $ref into $defs, bounds and common formats) with values taken from `text`.
 */
export function instanceOf(schema: unknown, text: string): unknown {
  const root = asSchema(schema);
  return build(root, { root, text, name: '', depth: 0 });
}

interface Place {
  readonly root: Schema;
  readonly text: string;
  /** The property that is being filled. */
  readonly name: string;
  readonly depth: number;
}

function build(given: Schema, place: Place): unknown {
  // A schema that requires itself has no finite instance.
  if (place.depth > LAST_DEPTH) return null;
  const schema = resolve(given, place.root);
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return mentioned(schema['enum'], place.text);
  const options = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(options)) {
    const schemas = options.map(asSchema);
    const nullable = schemas.find((option) => option['type'] === 'null');
    if (nullable && place.depth >= MAX_DEPTH) return null;
    return build(schemas.find((option) => option !== nullable) ?? {}, { ...place, depth: place.depth + 1 });
  }
  switch (typeOf(schema, place)) {
    case 'object':
      return object(schema, place);
    case 'array':
      return array(schema, place);
    case 'integer':
      return number(schema, place.text, true);
    case 'number':
      return number(schema, place.text, false);
    case 'boolean':
      return place.text
        .toLowerCase()
        .includes(place.name.replace(/^(is|has|needs)_/, '').replaceAll('_', ' '));
    case 'null':
      return null;
    default:
      return string(schema, place);
  }
}

function typeOf(schema: Schema, place: Place): unknown {
  const type = schema['type'];
  if (Array.isArray(type)) return place.depth >= MAX_DEPTH && type.includes('null') ? 'null' : type[0];
  return type ?? ('properties' in schema ? 'object' : 'items' in schema ? 'array' : 'string');
}

function object(schema: Schema, place: Place): Record<string, unknown> {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const filled: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(asSchema(schema['properties']))) {
    if (place.depth >= MAX_DEPTH && !required.includes(name)) continue;
    filled[name] = build(asSchema(property), { ...place, name, depth: place.depth + 1 });
  }
  return filled;
}

function array(schema: Schema, place: Place): unknown[] {
  const least = asNumber(schema['minItems']) ?? 0;
  const most = asNumber(schema['maxItems']) ?? Number.POSITIVE_INFINITY;
  const parts = sentences(place.text);
  const wanted =
    place.depth >= MAX_DEPTH ? least : Math.min(most, Math.max(least, Math.min(3, parts.length)));
  const items = asSchema(schema['items']);
  const built: unknown[] = [];
  for (let index = 0; index < wanted; index++) {
    const text = parts[index % Math.max(1, parts.length)] ?? place.text;
    const item = build(items, { ...place, text, depth: place.depth + 1 });
    const repeats = built.some((other) => JSON.stringify(other) === JSON.stringify(item));
    // An enum's value may be the same for every sentence; a list of equal items says nothing more.
    if (built.length < least || !repeats) built.push(item);
  }
  return built;
}

function number(schema: Schema, text: string, whole: boolean): number {
  const exclusiveLow = asNumber(schema['exclusiveMinimum']);
  const exclusiveHigh = asNumber(schema['exclusiveMaximum']);
  const low = asNumber(schema['minimum']) ?? (exclusiveLow === undefined ? undefined : exclusiveLow + 1);
  const high = asNumber(schema['maximum']) ?? (exclusiveHigh === undefined ? undefined : exclusiveHigh - 1);
  const step = asNumber(schema['multipleOf']);
  const fits = (value: number) =>
    (!whole || Number.isInteger(value)) &&
    (low === undefined || value >= low) &&
    (high === undefined || value <= high) &&
    (step === undefined || Number.isInteger(value / step));
  const fallback = low ?? (high === undefined ? 0 : Math.min(0, high));
  return numbers(text).find(fits) ?? (step === undefined ? fallback : Math.ceil(fallback / step) * step);
}

function string(schema: Schema, { text, name }: Place): string {
  const pattern = schema['pattern'];
  if (typeof pattern === 'string') {
    // Stopped when it takes for ever: other requests would wait.
    return firstMatch(pattern, 'u', text.split(/\s+/)) ?? text;
  }
  const date = firstDate(text) ?? '2026-01-01';
  switch (schema['format']) {
    case 'date':
      return date;
    case 'date-time':
      return `${date}T09:00:00Z`;
    case 'time':
      return '09:00:00Z';
    case 'email':
      return firstEmailAddress(text) ?? 'someone@example.com';
    case 'uri':
      return firstUrl(text) ?? 'https://example.com/';
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000';
  }
  const most = asNumber(schema['maxLength']) ?? 600;
  return shorten(phrase(name, text), most).padEnd(asNumber(schema['minLength']) ?? 0, '.');
}

/** What a property of this name would hold; of a mail with its headers what its subject and its body say. */
function phrase(name: string, text: string): string {
  if (/e_?mail|sender|^from$/i.test(name)) return firstEmailAddress(text) ?? 'unknown';
  if (/url|link/i.test(name)) return firstUrl(text) ?? '';
  if (/date|deadline|due/i.test(name)) return firstDate(text) ?? 'not given';
  const mail = mailText(text);
  const said = mail?.body || text;
  const title = shorten(mail?.header('Subject') ?? sentences(text)[0] ?? text, 80);
  if (/title|subject|name|heading/i.test(name)) return title;
  if (/^(?:reply|answer|response)$/i.test(name)) {
    const asked = sentences(said).find((sentence) => sentence.endsWith('?')) ?? title;
    return `(emulated model) You asked: "${shorten(asked, 160)}" A real model would answer this, the emulated one repeats it.`;
  }
  return extract(said, 2, 300);
}

/**
 * The first value that the text has as a word or words; else `question` for a text that asks something; else the value
 * for what fits nowhere; else the first.
 */
function mentioned(values: readonly unknown[], text: string): unknown {
  const said = ` ${asWords(text)} `;
  const catchAll = values.find((value) => /^(?:other|none|unknown)$/i.test(String(value)));
  return (
    values.find(
      (value) => typeof value === 'string' && value !== catchAll && said.includes(` ${asWords(value)} `),
    ) ??
    (/\?(?:\s|$)/.test(plain(text)) ? values.find((value) => value === 'question') : undefined) ??
    catchAll ??
    values[0]
  );
}

function asWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** A reference that resolves only to itself stands for any value. */
function resolve(schema: Schema, root: Schema, seen: readonly string[] = []): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  if (seen.includes(reference)) return {};
  let target: unknown = root;
  for (const key of keysOf(reference)) {
    target = asSchema(target)[key];
  }
  return resolve(asSchema(target), root, [...seen, reference]);
}

function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
