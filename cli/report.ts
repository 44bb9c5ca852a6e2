// Problems as people read them: the place, what is wrong, the line with a caret below it, what would be right.
import stringWidth from 'string-width';
import type { Checked, PlacedProblem } from './check.ts';
import type { Output } from './io.ts';
import { type Paint, painter } from './paint.ts';

/** Of what is no terminal. */
const WIDTH = 120;

/** Every problem and warning of the files, in order. */
export function report(checked: readonly Checked[], output: Output): string {
  const paint = painter(output);
  const width = Math.max(output.columns ?? WIDTH, 40);
  return checked
    .flatMap((one) => [
      ...inFileOrder(one, paint).map(({ problem, severity }) =>
        described(one, problem, severity, paint, width),
      ),
      ...one.elsewhere.map(
        (id) =>
          `${paint('bold', printable(one.file))}: note: the workflow ${id} is not among the files: not checked\n`,
      ),
    ])
    .join('');
}

interface Found {
  readonly problem: PlacedProblem;
  readonly severity: string;
}

/** What is missing stands where it would be, and an error before a warning of the same place. */
function inFileOrder({ problems, warnings }: Checked, paint: Paint): Found[] {
  return [
    ...problems.map((problem) => ({ problem, severity: paint('red', 'error') })),
    ...warnings.map((problem) => ({ problem, severity: paint('yellow', 'warning') })),
  ].sort(({ problem: { place: a } }, { problem: { place: b } }) => a.line - b.line || a.column - b.column);
}

function described(
  { file, source }: Checked,
  { place, code, message, hint }: PlacedProblem,
  severity: string,
  paint: Paint,
  width: number,
): string {
  const where = paint('bold', `${printable(file)}:${place.line}:${place.column}`);
  const number = String(place.line);
  const margin = `${number} | `;
  const { shown, before } = excerpt(
    printable(source.line(place.line)),
    place.column - 1,
    width - margin.length,
  );
  // Tabs stay, so that they are as wide as those above.
  const indent = before.replace(/[^\t]+/g, (text) => ' '.repeat(stringWidth(text)));
  return [
    `${where}: ${severity}: ${printable(message)} ${paint('dim', `[${code}]`)}`,
    `${paint('dim', margin)}${shown}`,
    `${paint('dim', `${' '.repeat(number.length)} | `)}${indent}${paint('red', '^')}`,
    ...(hint === undefined ? [] : [`${' '.repeat(number.length)} ${paint('dim', '=')} ${printable(hint)}`]),
    '\n',
  ].join('\n');
}

/**
 * What a terminal shows as it is: a file must not be able to write control sequences or to turn the direction of
 * what is printed. As long as the text itself.
 */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t]|[\u2028\u2029]|\p{Bidi_Control}/gu, '\ufffd');
}

/** The part of a long line around the place at `index`, and what of it stands before the place. */
function excerpt(line: string, index: number, width: number): { shown: string; before: string } {
  if (line.length <= width && stringWidth(line) <= width)
    return { shown: line, before: line.slice(0, index) };
  const before = lastOf(line.slice(0, index), Math.floor(width * 0.6));
  const after = firstOf(line.slice(index), width - stringWidth(before));
  return { shown: before + after, before };
}

/** Graphemes at the beginning that are at most `width` wide; `…` stands for the rest. */
function firstOf(text: string, width: number): string {
  let taken = '';
  let room = width - 1;
  // No grapheme of interest is longer than what is cut here; a whole file may stand on one line.
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, width * 8))) {
    room -= stringWidth(segment);
    if (room < 0) return `${taken}…`;
    taken += segment;
  }
  return taken.length < text.length ? `${taken}…` : taken;
}

function lastOf(text: string, width: number): string {
  const segments = [...new Intl.Segmenter().segment(text.slice(-width * 8))].map(({ segment }) => segment);
  let taken = '';
  let room = width - 1;
  for (const segment of segments.reverse()) {
    room -= stringWidth(segment);
    if (room < 0) return `…${taken}`;
    taken = segment + taken;
  }
  return taken.length < text.length ? `…${taken}` : taken;
}
