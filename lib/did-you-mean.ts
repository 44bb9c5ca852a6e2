// The suggestion for a misspelt name.
import { closest, distance } from 'fastest-levenshtein';

/** `did you mean …?` when one of the names is near enough to be what was meant. */
export function didYouMean(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const nearest = closest(name, names);
  const allowed = Math.max(1, Math.floor(name.length / 3));
  return distance(name, nearest) <= allowed ? `did you mean \`${nearest}\`?` : undefined;
}
