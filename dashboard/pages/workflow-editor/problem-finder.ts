// Finds what is wrong with one value, for the field that shows it, and how much is wrong within a step.
import { keysOf, pointerTo } from '../../../lib/json-pointer.ts';
import type { StepNode } from '../../workflow/outline.ts';
import type { FoundProblem } from './check/check-text.ts';
import type { Checked } from './check/checker.ts';

/**
 * @param base the pointer of what the form shows
 * @returns what is wrong at a path below it; with parts, also of what is in the value there
 */
export function problemFinder({ problems }: Checked, base: string) {
  const messages = new Map<string, string>();
  for (const { pointer, message, hint, severity } of problems)
    if (severity === 'error' && !messages.has(pointer))
      messages.set(pointer, hint === undefined ? message : `${message}. ${hint}`);
  return (path: readonly string[], withParts = false): string | undefined => {
    const at = pointerTo(base, ...path);
    const own = messages.get(at);
    if (own !== undefined || !withParts) return own;
    return messages.get([...messages.keys()].find((pointer) => pointer.startsWith(`${at}/`)) ?? '');
  };
}

/** Where a problem is, as people name it: `create_issue › title`. @param step the innermost one that it is in */
export function placeName(pointer: string, step: Pick<StepNode, 'id' | 'pointer'> | undefined): string {
  const keys = keysOf(step ? pointer.slice(step.pointer.length) : pointer);
  const [first = ''] = keys;
  const within = first === 'params' ? keys.slice(1) : keys;
  const written = within
    .map((key, index) => (/^\d+$/.test(key) ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`))
    .join('');
  const name = step && (step.id || 'a step without an id');
  return [name, written].filter(Boolean).join(' › ');
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
