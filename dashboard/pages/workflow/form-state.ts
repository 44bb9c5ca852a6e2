// The form of a workflow as it is while somebody fills it in: as fields or as JSON, and what it began with.
import {
  type Declarations,
  defaultTexts,
  type Input,
  type InputReading,
  inputOfJson,
  inputOfTexts,
  leftOver,
  type Mistakes,
  type Texts,
  textsOfInput,
  type Unplaced,
} from './input-texts.ts';
import { type Prefill, readPrefill, runOf } from './prefill.ts';

export type Mode = 'form' | 'json';
/** What the form began with. */
export type Source = 'defaults' | 'last' | 'link' | 'run' | 'draft';

export interface FormState {
  readonly mode: Mode;
  /** Counts while the mode is `form`. */
  readonly texts: Texts;
  /** Counts while the mode is `json`. */
  readonly json: string;
  readonly source: Source;
  /** What it was to begin with, and no field can show. */
  readonly unplaced: readonly Unplaced[];
  /** What in the link could not be read. */
  readonly linkMistake?: string | undefined;
}

interface Beginnings {
  readonly prefill: string;
  /** Of the run that the link names. */
  readonly runInput: Input | undefined;
  readonly lastInput: Input | undefined;
}

export function defaultForm(declared: Declarations): FormState {
  return { mode: 'form', texts: defaultTexts(declared), json: '', source: 'defaults', unplaced: [] };
}

/** A link counts more than what was used last; where neither says anything, the defaults stand. */
export function beginForm(declared: Declarations, { prefill, runInput, lastInput }: Beginnings): FormState {
  const form = defaultForm(declared);
  const filled = (source: Source, { texts, unplaced, mistake }: Prefill): FormState => ({
    ...form,
    source,
    texts: new Map([...form.texts, ...texts]),
    unplaced,
    linkMistake: mistake,
  });
  if (runInput) return filled('run', textsOfInput(declared, runInput));
  if (prefill !== '' && runOf(prefill) === undefined) return filled('link', readPrefill(declared, prefill));
  if (lastInput && prefill === '')
    return filled('last', { ...textsOfInput(declared, lastInput), unplaced: [] });
  return form;
}

export function readInput(declared: Declarations, form: FormState): InputReading {
  if (form.mode === 'form') return inputOfTexts(declared, form.texts);
  const read = inputOfJson(form.json);
  return 'input' in read ? read : { mistakes: new Map([[WHOLE, read.mistake]]) };
}

/** Names the whole input among the mistakes; no input has an empty name. */
export const WHOLE = '';

export type Switched = { readonly form: FormState } | { readonly mistakes: Mistakes };

/** The same input the other way, unless the other way cannot show it. */
export function switchMode(declared: Declarations, form: FormState, mode: Mode): Switched {
  if (mode === form.mode) return { form };
  const read = readInput(declared, form);
  if (read.mistakes) return { mistakes: read.mistakes };
  if (mode === 'json') return { form: { ...form, mode, json: JSON.stringify(read.input, null, 2) } };
  const { texts, unplaced } = textsOfInput(declared, read.input);
  if (unplaced.length > 0)
    return { mistakes: new Map(unplaced.map(({ name, why, text }) => [name, `${why}: ${text}`])) };
  const kept = leftOver(declared, form.texts).map(({ name, text }) => [name, text] as const);
  return { form: { ...form, mode, texts: new Map([...kept, ...texts]) } };
}

/** For the tab's storage. */
export function writeDraft(form: FormState, prefill: string): string {
  return JSON.stringify({ prefill, mode: form.mode, texts: [...form.texts], json: form.json });
}

/** What was typed under the same link; undefined when nothing was. */
export function readDraft(text: string, prefill: string): FormState | undefined {
  if (text === '') return undefined;
  const draft: unknown = JSON.parse(text);
  if (typeof draft !== 'object' || draft === null) return undefined;
  if (!('prefill' in draft && 'mode' in draft && 'texts' in draft && 'json' in draft)) return undefined;
  const { mode, texts, json } = draft;
  if (draft.prefill !== prefill || typeof json !== 'string' || !Array.isArray(texts)) return undefined;
  return {
    mode: mode === 'json' ? 'json' : 'form',
    texts: new Map(texts.filter(isEntry)),
    json,
    source: 'draft',
    unplaced: [],
  };
}

function isEntry(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
