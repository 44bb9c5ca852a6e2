// The name that a misspelt one probably means.
import { distance } from 'fastest-levenshtein';

/** At most so many candidates are compared, so that a thousand mistakes in a large workflow are reported quickly. */
const MAX_CANDIDATES = 1000;
/** Longer names are no misspelt ones, and comparing them takes the square of their length. */
const MAX_LENGTH = 200;

/**
 * The candidate that a misspelt name most probably meant: at most a third of its letters differ.
 * Candidates are compared without regard to case.
 */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
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

/** The names with those first that are most like the given one; in the order given where they are equally like it. */
export function byLikeness(name: string, names: readonly string[]): readonly string[] {
  if (name.length > MAX_LENGTH || names.length > MAX_CANDIDATES) return names;
  const wanted = name.toLowerCase();
  const far = new Map(names.map((one) => [one, distance(wanted, one.toLowerCase())]));
  return names.toSorted((a, b) => (far.get(a) ?? 0) - (far.get(b) ?? 0));
}

/** `did you mean …?` when one of the names is near enough to be what was meant. */
export function didYouMean(name: string, names: readonly string[]): string | undefined {
  const meant = closest(name, names);
  return meant === undefined ? undefined : `did you mean \`${meant}\`?`;
}
