// What this browser started a workflow with last, kept for its user until they say no. Nothing whose name speaks of a secret is kept.
import { digitsOf, parseExactly } from '../../../lib/exact-json.ts';
import { fits } from '../../../lib/workflow-format/check-input.ts';
import type { Input } from './input-texts.ts';

interface LastValues {
  /** Whether values are to be kept. */
  readonly keeps: boolean;
  readonly input: Input | undefined;
}

/** Larger inputs are not kept: a browser gives an origin 5 MB. */
const MOST_CHARACTERS = 100_000;
const SECRET =
  /pass(word|phrase|wd)?$|passw|secret|token|credential|api[_-]?key|private[_-]?key|authorization/i;

const keyOf = (user: string, workflow: string): string => `inputs:${user}:${workflow}`;

export function readLastValues(
  storage: Pick<Storage, 'getItem'>,
  user: string,
  workflow: string,
): LastValues {
  const text = storage.getItem(keyOf(user, workflow));
  if (text === null) return { keeps: true, input: undefined };
  if (text === 'off') return { keeps: false, input: undefined };
  try {
    const value = parseExactly(text);
    return { keeps: true, input: isInput(value) ? value : undefined };
  } catch {
    return { keeps: true, input: undefined };
  }
}

export function keepLastValues(
  storage: Pick<Storage, 'setItem' | 'removeItem'>,
  user: string,
  workflow: string,
  input: Input,
): void {
  const text = JSON.stringify(withoutSecrets(input));
  try {
    if (text.length <= MOST_CHARACTERS) storage.setItem(keyOf(user, workflow), text);
    else storage.removeItem(keyOf(user, workflow));
  } catch {
    // The browser has no room for them; the run has started all the same.
  }
}

/** Removes what is kept, and with `keeps: false` keeps nothing from now on. */
export function forgetLastValues(
  storage: Pick<Storage, 'setItem' | 'removeItem'>,
  user: string,
  workflow: string,
  { keeps }: { readonly keeps: boolean },
): void {
  if (keeps) storage.removeItem(keyOf(user, workflow));
  else storage.setItem(keyOf(user, workflow), 'off');
}

function isInput(value: unknown): value is Input {
  return fits('object', value);
}

/** Without the fields, at any depth, whose names speak of secrets. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || digitsOf(value) !== undefined) return value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  const kept = Object.entries(value).filter(([name]) => !SECRET.test(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutSecrets(inner)]));
}
