// Changes of a JSON text that leave all else as it is written: order, spaces, line breaks.
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import type { TextEdit } from '../../../../lib/compiler/problems/locate.ts';
import { jsonLines } from './workflow-text.ts';

export type JsonPath = readonly (string | number)[];

/** The part of the text that a path leads to; undefined when there is none. */
export function nodeAt(text: string, path: JsonPath): Node | undefined {
  const tree = parseTree(text);
  return tree && findNodeAtLocation(tree, [...path]);
}

/** The value takes the place of what is there, or is added at the end of its object. */
export function setValue(text: string, path: JsonPath, value: unknown): readonly TextEdit[] {
  const existing = nodeAt(text, path);
  if (existing) {
    const written = jsonLines(value, indentAt(text, existing.offset));
    return written === sourceOf(text, existing) ? [] : [narrowed(text, existing, written)];
  }
  const key = path.at(-1);
  const outer = path.slice(0, -1);
  if (typeof key === 'number') return insertItem(text, outer, key, jsonLines(value, ''));
  if (key === undefined) return [];
  const holder = nodeAt(text, outer);
  // What it stands in is made too.
  if (!holder && outer.length > 0) return setValue(text, outer, { [key]: value });
  if (holder?.type !== 'object') return [];
  return [insertion(text, holder, holder.children?.length ?? 0, (indent) => property(key, value, indent))];
}

/** An item of a list or a property of an object goes, with its comma. */
export function removeValue(text: string, path: JsonPath): readonly TextEdit[] {
  const value = nodeAt(text, path);
  const member = memberOf(value);
  const siblings = member?.parent?.children ?? [];
  if (!member?.parent) return [];
  const index = siblings.indexOf(member);
  const before = siblings[index - 1];
  const after = siblings[index + 1];
  if (before) return [cut(endOf(before), endOf(member))];
  if (after) return [cut(member.offset, after.offset)];
  return [cut(member.parent.offset + 1, endOf(member.parent) - 1)];
}

/** @param path of the list @param raw the JSON of the item, written as if it began a line without indent */
export function insertItem(text: string, path: JsonPath, index: number, raw: string): readonly TextEdit[] {
  const list = nodeAt(text, path);
  if (list?.type !== 'array') return [];
  return [insertion(text, list, index, (indent) => indented(raw, indent))];
}

/** Another JSON in the place of a value. @param raw written as if it began a line without indent */
export function replaceRaw(text: string, path: JsonPath, raw: string): readonly TextEdit[] {
  const existing = nodeAt(text, path);
  return existing ? [narrowed(text, existing, indented(raw, indentAt(text, existing.offset)))] : [];
}

/** A value as it is written, as if it began a line without indent. */
export function rawAt(text: string, path: JsonPath): string | undefined {
  const node = nodeAt(text, path);
  if (!node) return undefined;
  const indent = indentAt(text, node.offset);
  return sourceOf(text, node).replaceAll(`\n${indent}`, '\n');
}

/** Strings have no line breaks in JSON, so that every line begins outside of them. */
function indented(raw: string, indent: string): string {
  return raw.replaceAll('\n', `\n${indent}`);
}

function property(key: string, value: unknown, indent: string): string {
  return `${JSON.stringify(key)}: ${jsonLines(value, indent)}`;
}

/** A member of a list or an object, on a line of its own where the others are. */
function insertion(text: string, holder: Node, index: number, write: (indent: string) => string): TextEdit {
  const members = holder.children ?? [];
  const outer = indentAt(text, holder.offset);
  const [first] = members;
  if (!first) {
    const inner = `${outer}  `;
    const content = `\n${inner}${write(inner)}\n${outer}`;
    return { offset: holder.offset + 1, length: holder.length - 2, text: content };
  }
  const isOnLines = text.slice(holder.offset, first.offset).includes('\n');
  const indent = isOnLines ? indentAt(text, first.offset) : outer;
  const gap = isOnLines ? `\n${indent}` : ' ';
  const next = members[index];
  if (next) return { offset: next.offset, length: 0, text: `${write(indent)},${gap}` };
  return { offset: endOf(members.at(-1) ?? first), length: 0, text: `,${gap}${write(indent)}` };
}

/** What of the value differs, so that what is typed into a field is an edit where it was typed. */
function narrowed(text: string, node: Node, written: string): TextEdit {
  const before = sourceOf(text, node);
  let start = 0;
  const shorter = Math.min(before.length, written.length);
  while (start < shorter && before[start] === written[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === written.at(-1 - end)) end += 1;
  return {
    offset: node.offset + start,
    length: before.length - end - start,
    text: written.slice(start, written.length - end),
  };
}

/** The blanks at the beginning of the line on which the offset is. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

function memberOf(value: Node | undefined): Node | undefined {
  return value?.parent?.type === 'property' ? value.parent : value;
}

const endOf = ({ offset, length }: Node): number => offset + length;
const sourceOf = (text: string, { offset, length }: Node): string => text.slice(offset, offset + length);
const cut = (from: number, to: number): TextEdit => ({ offset: from, length: to - from, text: '' });
