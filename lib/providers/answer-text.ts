// The JSON in a model's text, which models wrap in a fence or begin with a thought.
import { wellFormed } from '../actions/invocation/well-formed.ts';
import { exactValue } from '../exact-json.ts';

/** The most characters of an answer that an error holds: its cause is cut by Step Functions at 32,768. */
const MAX_QUOTED = 2_000;

/** The beginning of a text, for an error's message. */
export function quoted(text: string): string {
  const shown = text.trim().toWellFormed();
  return shown.length > MAX_QUOTED
    ? `${shown.slice(0, MAX_QUOTED).replace(/[\ud800-\udbff]$/, '')} … (cut)`
    : shown;
}

/** What follows the thought that a text begins with (DeepSeek, Qwen); some servers give its end without its beginning. */
export function afterThought(text: string): string {
  const end = text.lastIndexOf('</think>');
  if (end !== -1) return text.slice(end + '</think>'.length);
  return /^\s*<think>/.test(text) ? '' : text;
}

/**
 * The JSON that a text is, else that follows a thought, stands in its one fence, or is an object with words before or
 * after it. Undefined when there is none, or more than one fence holds some: which was meant is not guessed. Large whole
 * numbers keep their digits, as parseExactly has it.
 */
export function jsonIn(text: string): unknown {
  const whole = exactValue(text.replace(/^\uFEFF/, ''));
  if (whole !== undefined) return wellFormed(whole);
  const answer = afterThought(text).trim();
  const found = [exactValue(answer), ...only(fenced(answer)), exactValue(objectAtAnEnd(answer))];
  return wellFormed(found.find((value) => value !== undefined));
}

function only(values: readonly unknown[]): readonly unknown[] {
  return values.length === 1 ? values : [];
}

const MARKS = ['```', '~~~'];

/**
 * The values of the fences in a text (CommonMark, "Fenced code blocks"). JSON has no line break within a string, so marks
 * at the end of a line are never part of it. A last fence may be left open.
 */
function fenced(text: string): unknown[] {
  const values: unknown[] = [];
  let opened: string[] | undefined;
  const close = () => {
    const value = opened && exactValue(opened.join('\n'));
    if (value !== undefined) values.push(value);
    opened = undefined;
  };
  for (const line of text.split('\n')) {
    let inside = line;
    if (!opened) {
      const start = Math.min(...MARKS.map((mark) => line.indexOf(mark)).filter((index) => index !== -1));
      if (start === Number.POSITIVE_INFINITY) continue;
      opened = [];
      // The language, of which JSON's own words are none.
      inside = line.slice(start).replace(/^[`~]+[ \t]*(?!(?:true|false|null)\b)(?:[A-Za-z][\w+-]*)?/, '');
    }
    const closed = withoutMark(inside);
    opened.push(closed ?? inside);
    if (closed !== undefined) close();
  }
  close();
  return values;
}

/** The line without the mark at its end; undefined when it has none. */
function withoutMark(line: string): string | undefined {
  const trimmed = line.trimEnd();
  const mark = MARKS.find((each) => trimmed.endsWith(each))?.[0];
  if (mark === undefined) return undefined;
  let end = trimmed.length;
  while (trimmed[end - 1] === mark) end--;
  return trimmed.slice(0, end);
}

/** From the first brace to the last one, when the text begins or ends there; an object in the midst of words is an example. */
function objectAtAnEnd(answer: string): string {
  const from = answer.indexOf('{');
  const to = answer.lastIndexOf('}') + 1;
  return from === 0 || to === answer.length ? answer.slice(from, to) : '';
}
