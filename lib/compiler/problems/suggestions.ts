// Parts of messages and hints: the name that was probably meant among the candidates, a value as text.
import { closest } from '../../did-you-mean.ts';

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
