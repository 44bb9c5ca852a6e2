// What a link fills into the form of a workflow. It never starts anything.
import { type Declarations, inputOfJson, type Texts, textsOfInput, type Unplaced } from './input-texts.ts';

/** Search parameters that are no inputs. */
export const ownParameters: readonly string[] = ['input', 'from', 'show'];

export interface Prefill {
  readonly texts: Texts;
  readonly unplaced: readonly Unplaced[];
  /** What in the link cannot be read. */
  readonly mistake?: string;
}

/** The part of a search that fills the form in; empty when there is none. */
export function prefillOf(search: string): string {
  const parameters = new URLSearchParams(search);
  parameters.delete('show');
  return parameters.toString();
}

/** The run whose input is to be taken over. */
export const runOf = (prefill: string): string | undefined =>
  new URLSearchParams(prefill).get('from') ?? undefined;

/**
 * `input=<JSON>`, and a parameter of its own for each further input, as it would be typed into its field.
 * @param prefill what prefillOf gave
 */
export function readPrefill(declared: Declarations, prefill: string): Prefill {
  const parameters = new URLSearchParams(prefill);
  const whole = parameters.get('input');
  const read = whole === null ? { input: {} } : inputOfJson(whole);
  const given = textsOfInput(declared, 'input' in read ? read.input : {});
  const texts = new Map(given.texts);
  const unplaced = [...given.unplaced];
  for (const [name, text] of parameters) {
    if (ownParameters.includes(name)) continue;
    if (Object.hasOwn(declared, name)) texts.set(name, text);
    else unplaced.push({ name, text, why: 'The workflow has no such input' });
  }
  return { texts, unplaced, ...('mistake' in read && { mistake: read.mistake }) };
}
