// Finds what is wrong with one value, for the field that shows it.
import { pointerTo } from '../../../lib/json-pointer.ts';
import type { Checked } from './check/checker.ts';

/** @param base the pointer of what the form shows */
export function problemFinder({ problems }: Checked, base: string) {
  const messages = new Map<string, string>();
  for (const { pointer, message, hint, severity } of problems)
    if (severity === 'error' && !messages.has(pointer))
      messages.set(pointer, hint === undefined ? message : `${message}. ${hint}`);
  return (path: readonly string[]): string | undefined => messages.get(pointerTo(base, ...path));
}
