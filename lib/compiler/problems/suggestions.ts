// Parts of messages and hints: the name that was probably meant, the candidates, a value as text.
import { distance } from 'fastest-levenshtein';

/** At most so many candidates are compared, so that a thousand mistakes in a large workflow are reported quickly. */
const MAX_CANDIDATES = 1000;

/**
 * The candidate that a misspelt name most probably meant: at most a third of its letters differ.
 * Candidates are compared without regard to case.
 */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  let compared = 0;
  for (const candidate of candidates) {
    if (++compared > MAX_CANDIDATES) break;
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const d = distance(wanted, candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** "Did you mean …?" followed by the candidates. */
export function suggestion(name: string, candidates: Iterable<string>, whatThereIs: string): string {
  const names = list(candidates);
  if (names === '') return `There are no ${whatThereIs}.`;
  const meant = closest(name, candidates);
  const there = `${whatThereIs.charAt(0).toUpperCase()}${whatThereIs.slice(1)}: ${names}.`;
  return meant === undefined ? there : `Did you mean ${meant}? ${there}`;
}

/** `a, b, c`; of long lists the first twenty, of an empty one an empty text. */
export function list(names: Iterable<string>): string {
  const first: string[] = [];
  for (const name of names) {
    if (first.length === 20) return `${first.join(', ')} and others`;
    first.push(name);
  }
  return first.join(', ');
}

/** A value as a message shows it: JSON, cut after 60 characters. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The names of a map, without copying them, for any number of iterations. */
export function namesOf(names: ReadonlyMap<string, unknown>): Iterable<string> {
  return { [Symbol.iterator]: () => names.keys() };
}
