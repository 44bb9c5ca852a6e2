// What stands in the fields of a form, and the input that it means: each field has a text, its input a value.
import { parseExactly } from '../../../lib/exact-json.ts';
import { jsonLosses } from '../../../lib/json-losses.ts';
import { jsonMistake } from '../../../lib/json-mistake.ts';
import { keysOf } from '../../../lib/json-pointer.ts';
import { SourceText } from '../../../lib/source-text.ts';
import { fits } from '../../../lib/workflow-format/check-input.ts';
import type { InputDeclaration } from '../../../lib/workflow-format/workflow.ts';

export type Declarations = Readonly<Record<string, InputDeclaration>>;
export type Input = Readonly<Record<string, unknown>>;
/** By input; one that is left out has none. */
export type Texts = ReadonlyMap<string, string>;
/** What is wrong, by input. */
export type Mistakes = ReadonlyMap<string, string>;

/** A value that no field can show: its input is not declared, or it is of another type. */
export interface Unplaced {
  readonly name: string;
  /** The value as JSON. */
  readonly text: string;
  readonly why: string;
}

type Reading = { readonly value: unknown } | { readonly mistake: string };

/** What a field shows for a value; undefined when it cannot show it. */
export function textOf({ type }: InputDeclaration, value: unknown): string | undefined {
  if (!fits(type, value)) return undefined;
  if (type === 'string') return String(value);
  const short = JSON.stringify(value);
  if (type === 'number' || type === 'integer' || type === 'boolean') return short;
  return short.length > 60 ? JSON.stringify(value, null, 2) : short;
}

/** The value that the text of a field means. */
export function readText({ type }: InputDeclaration, text: string): Reading {
  if (type === 'string') return { value: text };
  if (type === 'number' || type === 'integer') return numberOf(type, text.trim());
  if (type === 'boolean')
    return text === 'true' || text === 'false'
      ? { value: text === 'true' }
      : { mistake: 'This must be true or false' };
  const read = readJson(text);
  if ('mistake' in read || fits(type, read.value)) return read;
  return { mistake: type === 'array' ? 'This must be a list: […]' : 'This must be an object: {…}' };
}

function numberOf(type: 'number' | 'integer', text: string): Reading {
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text))
    return { mistake: `This is no number; write it like ${type === 'integer' ? '42' : '42 or 0.5'}` };
  const [loss] = jsonLosses(new SourceText(text), { keepsDigits: true });
  if (loss) return { mistake: loss.message };
  const value = parseExactly(text);
  return fits(type, value) ? { value } : { mistake: 'This must be a whole number' };
}

/** JSON with every digit of whole numbers; what would be lost without a word is a mistake. */
export function readJson(text: string): Reading {
  try {
    const value = parseExactly(text);
    const [loss] = jsonLosses(new SourceText(text), { keepsDigits: true });
    return loss ? { mistake: `${placeOf(text, loss.offset)}: ${loss.message}. ${loss.hint}` } : { value };
  } catch {
    if (text.trim() === '') return { mistake: 'There is no JSON here' };
    const { what, offset, hint } = jsonMistake(text);
    return { mistake: [`${placeOf(text, offset)}: ${what}.`, hint].filter(Boolean).join(' ') };
  }
}

function placeOf(text: string, offset: number): string {
  const { line, column } = new SourceText(text).place(offset);
  return `Line ${line}, column ${column}`;
}

export type InputReading =
  | { readonly input: Input; readonly mistakes?: undefined }
  | { readonly input?: undefined; readonly mistakes: Mistakes };

/** The input that the texts of all fields mean, or what is wrong with which. Texts of inputs that are not declared do not count. */
export function inputOfTexts(declared: Declarations, texts: Texts): InputReading {
  const mistakes = new Map<string, string>();
  const entries: [string, unknown][] = [];
  for (const [name, declaration] of Object.entries(declared)) {
    const text = texts.get(name);
    if (text === undefined) continue;
    const read = readText(declaration, text);
    if ('mistake' in read) mistakes.set(name, read.mistake);
    else entries.push([name, read.value]);
  }
  return mistakes.size > 0 ? { mistakes } : { input: Object.fromEntries(entries) };
}

/** A whole input that was written as JSON. */
export function inputOfJson(text: string): { readonly input: Input } | { readonly mistake: string } {
  const read = readJson(text);
  if ('mistake' in read) return read;
  if (!isInput(read.value))
    return { mistake: 'The input is an object with a key for each input: {"name": …}' };
  return { input: read.value };
}

function isInput(value: unknown): value is Input {
  return fits('object', value);
}

interface PointedProblem {
  readonly code: string;
  readonly pointer: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Problems of the API by the input that their pointers lead to; the others are nobody's. */
export function byInput(problems: Iterable<PointedProblem>): Mistakes {
  const mistakes = new Map<string, string>();
  for (const { code, pointer, message, hint } of problems) {
    const [root, name] = keysOf(pointer);
    if (root !== 'input' || name === undefined) continue;
    // What the hint of a missing input says, its field says already.
    const text = hint === undefined || code === 'missing-input' ? message : `${message}: ${hint}`;
    const before = mistakes.get(name);
    mistakes.set(name, before === undefined ? text : `${before}. ${text}`);
  }
  return mistakes;
}

/** The texts of an input's values, and the values that no field can show. */
export function textsOfInput(
  declared: Declarations,
  input: Input,
): { readonly texts: Texts; readonly unplaced: readonly Unplaced[] } {
  const texts = new Map<string, string>();
  const unplaced: Unplaced[] = [];
  for (const [name, value] of Object.entries(input)) {
    const declaration = Object.hasOwn(declared, name) ? declared[name] : undefined;
    const text = declaration && textOf(declaration, value);
    if (text !== undefined) texts.set(name, text);
    else
      unplaced.push({
        name,
        text: JSON.stringify(value),
        why: declaration ? `The input is of the type ${declaration.type}` : 'The workflow has no such input',
      });
  }
  return { texts, unplaced };
}

/** What the fields show at first. A default that its field cannot show is used by leaving the input out. */
export function defaultTexts(declared: Declarations): Texts {
  const texts = new Map<string, string>();
  for (const [name, declaration] of Object.entries(declared)) {
    if (declaration.default === undefined) continue;
    const text = textOf(declaration, declaration.default);
    if (text !== undefined) texts.set(name, text);
  }
  return texts;
}

/**
 * The text of a field after somebody has changed it; undefined leaves the input out. Only in the place of a default is an empty text meant as
 * one.
 */
export function editedText({ type, default: fallback }: InputDeclaration, text: string): string | undefined {
  if (text !== '') return text;
  return type === 'string' && fallback !== undefined ? '' : undefined;
}

/** The fields after the workflow's inputs have changed: what was typed stays, an untouched default becomes the new one. */
export function movedTexts(before: Declarations, after: Declarations, texts: Texts): Texts {
  const old = defaultTexts(before);
  const moved = new Map(texts);
  for (const [name, text] of old) if (texts.get(name) === text) moved.delete(name);
  for (const [name, text] of defaultTexts(after)) {
    const wasLeftOut = Object.hasOwn(before, name) && !texts.has(name);
    if (!moved.has(name) && !wasLeftOut) moved.set(name, text);
  }
  return moved;
}

/** What stands in fields that the workflow has no longer. */
export function leftOver(declared: Declarations, texts: Texts): readonly Unplaced[] {
  return [...texts]
    .filter(([name]) => !Object.hasOwn(declared, name))
    .map(([name, text]) => ({ name, text, why: 'The workflow has no such input' }));
}
