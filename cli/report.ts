// Formats problems for people: the place, the message, the line with a caret below it, the hint.
import stringWidth from 'string-width';
import type { Checked, PlacedProblem } from './check.ts';
import type { Output } from './io.ts';
import { type Paint, painter } from './paint.ts';

/** When the output is not a terminal. */
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
      ...one.notChecked.map(
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

/** Errors come before warnings of the same place. */
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
  const room = width - margin.length;
  const { part, index } = around(source.line(place.line), place.column - 1, room);
  const { shown, before } = excerpt(printable(part), index, room);
  // Tabs are kept, so that the caret aligns with the line above.
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
 * Replaces what a terminal would interpret: a file must not be able to print control sequences or to change the text's
 * direction. The length stays the same.
 */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t]|[\u2028\u2029]|\p{Bidi_Control}/gu, '\ufffd');
}

/** How many characters can stand at one place of a terminal, about. */
const CHARACTERS_A_PLACE = 8;

/** What of a line can be shown, with some more, so that it is left out with a mark. */
function around(line: string, index: number, width: number): { part: string; index: number } {
  const room = width * CHARACTERS_A_PLACE + 2;
  const start = Math.max(0, index - room);
  return { part: line.slice(start, index + room), index: index - start };
}

/** The part of a long line around `index`, and the part of that which precedes `index`. */
function excerpt(line: string, index: number, width: number): { shown: string; before: string } {
  if (line.length <= width && stringWidth(line) <= width)
    return { shown: line, before: line.slice(0, index) };
  const before = lastOf(line.slice(0, index), Math.floor(width * 0.6));
  const after = firstOf(line.slice(index), width - stringWidth(before));
  return { shown: before + after, before };
}

/** The first graphemes, at most `width` wide, with `…` for the rest. */
function firstOf(text: string, width: number): string {
  let taken = '';
  let room = width - 1;
  // Bounds the work: a whole file may be on one line.
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, width * CHARACTERS_A_PLACE))) {
    room -= stringWidth(segment);
    if (room < 0) return `${taken}…`;
    taken += segment;
  }
  return taken.length < text.length ? `${taken}…` : taken;
}

function lastOf(text: string, width: number): string {
  const segments = [...new Intl.Segmenter().segment(text.slice(-width * CHARACTERS_A_PLACE))].map(
    ({ segment }) => segment,
  );
  let taken = '';
  let room = width - 1;
  for (const segment of segments.reverse()) {
    room -= stringWidth(segment);
    if (room < 0) return `…${taken}`;
    taken = segment + taken;
  }
  return taken.length < text.length ? `…${taken}` : taken;
}
