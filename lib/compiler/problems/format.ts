// A problem as text for a terminal or a page.
import type { Problem } from './problem.ts';

/**
 * Two lines: `<pointer>[, column n]: <message> [<code>]`, and the hint indented below it. The document itself is
 * the place of a problem with an empty pointer.
 */
export function formatProblem({ code, pointer, message, hint, column }: Problem): string {
  const place = `${pointer || 'the workflow'}${column === undefined ? '' : `, column ${column}`}`;
  return `${place}: ${message} [${code}]${hint === undefined ? '' : `\n    ${hint}`}`;
}
