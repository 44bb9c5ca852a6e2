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

/** How models, and servers that pass their text on, mark a thought: DeepSeek and Qwen, Gemma, Seed, Magistral, Kimi. */
const beginOfThought = /^\s*(?:<(?:think|thinking|thought|reasoning|seed:think)>|\[THINK\]|◁think▷)/i;
const endOfThought = /<\/(?:think|thinking|thought|reasoning|seed:think)>|\[\/THINK\]|◁\/think▷/gi;

/** What follows the thought that a text begins with; some servers give its end without its beginning. */
export function afterThought(text: string): string {
  const end = [...text.matchAll(endOfThought)].at(-1);
  if (end) return text.slice(end.index + end[0].length);
  return beginOfThought.test(text) ? '' : text;
}

/**
 * A text without the thought before it: what it begins with, or what a mark on a line of its own ends. A text that is
 * nothing but a thought stays.
 */
export function withoutThought(text: string): string {
  const [end] = text.matchAll(endOfThought);
  if (!end) return text;
  const behind = text.slice(end.index + end[0].length);
  const isOwnLine = /(?:^|\n)[ \t]*$/.test(text.slice(0, end.index)) && /^[ \t]*\r?\n/.test(behind);
  return (beginOfThought.test(text) || isOwnLine) && behind.trim() !== '' ? behind.trimStart() : text;
}

/**
 * The JSON that a text is, else that follows a thought, stands in its one fence, or is an object with words before or
 * after it; with a comma before its end or without. Undefined when there is none, or more than one fence holds some: which was meant is not guessed. Large whole
 * numbers keep their digits, as parseExactly has it.
 */
export function jsonIn(text: string): unknown {
  const whole = modelValue(text.replace(/^\uFEFF/, ''));
  if (whole !== undefined) return wellFormed(whole);
  const answer = afterThought(text).trim();
  const found = [modelValue(answer), ...only(fenced(answer)), modelValue(objectAtAnEnd(answer))];
  return wellFormed(found.find((value) => value !== undefined));
}

/** As exactValue; models often write a comma behind the last element, which JSON does not have and nobody misreads. */
function modelValue(text: string): unknown {
  const value = exactValue(text);
  if (value !== undefined || !commaAtEnd.test(text)) return value;
  return exactValue(text.replace(stringsAndCommas, '$1'));
}
const commaAtEnd = /,\s*[}\]]/;
const stringsAndCommas = /("(?:[^"\\]|\\[\s\S])*\\?(?:"|$))|,(?=\s*[}\]])/g;

/**
 * The objects of a text that is nothing but several of them, one after another: models put several calls into the arguments of
 * one (BerriAI/litellm#20543), and servers an empty object before the real one. Each once, an empty one only when it is alone.
 */
export function objectsIn(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '{' && depth++ === 0) start = index;
    else if (token === '}' && --depth === 0) found.push(text.slice(start, index + 1));
    else if (depth <= 0 && /[^\s,;]/.test(token)) return [];
  }
  if (depth !== 0 || found.some((one) => modelValue(one) === undefined)) return [];
  const once = [...new Set(found)];
  const filled = once.filter((one) => !/^\{\s*\}$/.test(one));
  return filled.length > 0 ? filled : once.slice(0, 1);
}
/** A string, an end of an object, or whatever else is not within either. */
const tokens = /"(?:[^"\\]|\\[\s\S])*\\?(?:"|$)|[{}]|[^{}"]+/g;

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
    const value = opened && modelValue(opened.join('\n'));
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
