// Finds what is wrong with one value, for the field that shows it, and how much is wrong within a step.
import { pointerTo } from '../../../lib/json-pointer.ts';
import type { FoundProblem } from './check/check-text.ts';
import type { Checked } from './check/checker.ts';

/** @param base the pointer of what the form shows */
export function problemFinder({ problems }: Checked, base: string) {
  const messages = new Map<string, string>();
  for (const { pointer, message, hint, severity } of problems)
    if (severity === 'error' && !messages.has(pointer))
      messages.set(pointer, hint === undefined ? message : `${message}. ${hint}`);
  return (path: readonly string[]): string | undefined => messages.get(pointerTo(base, ...path));
}

/** How many errors there are at a pointer and in what it leads to. */
export function errorCounter(problems: readonly FoundProblem[]): (pointer: string) => number {
  const counts = new Map<string, number>();
  for (const { pointer, severity } of problems) {
    if (severity !== 'error') continue;
    for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/')))
      counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return (pointer) => counts.get(pointer) ?? 0;
}
