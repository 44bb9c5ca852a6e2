// How the demo prints: marks, colours where the terminal has them, aligned columns.
import { styleText } from 'node:util';

export const bold = (text: string): string => styleText('bold', text);
export const dim = (text: string): string => styleText('dim', text);

/** One line that says something is done. */
export function done(text: string): void {
  console.log(`${styleText('green', '✓')} ${text}`);
}

/** A line of a workflow's section: a label in its own column, then the value. */
export function field(label: string, value: string): void {
  console.log(`  ${dim(label.padEnd(9))} ${value}`);
}

/** Long text: its first lines, cut to a width, with the rest counted. */
export function excerpt(text: string, lines = 5, width = 92): string[] {
  const all = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
  return all.length > lines + 1 ? [...all.slice(0, lines), `(${all.length - lines} more lines)`] : all;
}

/** `1.3 s` or `41 ms`. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
