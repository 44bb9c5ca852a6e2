// A workflow of the API as the text that is edited, and what of a text is sent back.
import { digitsOf } from '../../../../lib/exact-json.ts';
import { isObject } from '../../../../lib/json.ts';
import { withoutDocumentFields } from '../../../../lib/schemas/document-fields.ts';

const WIDTH = 100;

/** JSON as people write it: what fits on a line stands on one. */
export function textOf(value: unknown): string {
  return `${jsonLines(withoutDocumentFields(value), '')}\n`;
}

/** @param indent of the line on which it begins */
export function jsonLines(value: unknown, indent: string): string {
  const flat = onOneLine(value);
  const isList = Array.isArray(value);
  if (typeof value !== 'object' || value === null || flat === '[]' || flat === '{}') return flat;
  const isShort = indent.length + flat.length <= WIDTH && indent !== '' && !flat.includes('"id": ');
  if (isShort) return flat;
  const inner = `${indent}  `;
  const items = isList
    ? value.map((item) => inner + jsonLines(item, inner))
    : Object.entries(value).map(
        ([key, child]) => `${inner}${JSON.stringify(key)}: ${jsonLines(child, inner)}`,
      );
  return `${isList ? '[' : '{'}\n${items.join(',\n')}\n${indent}${isList ? ']' : '}'}`;
}

function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (!isObject(value) || digitsOf(value) !== undefined) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).map(([key, child]) => `${JSON.stringify(key)}: ${onOneLine(child)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** The object that a text stands for; undefined when it is none. */
export function documentOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The text without what is no difference between two: spaces and line breaks. One that is no document stays as it is. */
export function tidy(text: string): string {
  const document = documentOf(text);
  return document ? textOf(document) : text;
}

/** Whether two documents are the same, in whatever order their keys stand and whatever the store adds. */
export function isSame(one: unknown, other: unknown): boolean {
  return ordered(withoutDocumentFields(one)) === ordered(withoutDocumentFields(other));
}

function ordered(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
