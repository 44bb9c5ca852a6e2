// How the emulated model uses tools: it calls each tool that the request mentions once; first those that read, all at
// once, then those that write, one at a time, with what was read. All of it follows from the request alone.
import { instanceOf } from './schema-instance.ts';
import { numbers, plain, sentences, shorten, words } from './text.ts';

export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  /** The JSON Schema of its arguments. */
  readonly parameters: unknown;
}

/** A call since the last thing that the user said, with its result. */
export interface CompletedCall {
  readonly name: string;
  readonly arguments: string;
  readonly result: string;
}

export interface ToolCall {
  readonly name: string;
  readonly arguments: string;
}

/** @param forced the tool that the request says must be called; `required`: any */
export function chooseCalls(
  goal: string,
  tools: readonly OfferedTool[],
  completed: readonly CompletedCall[],
  forced?: { readonly name: string } | 'required',
): ToolCall[] {
  const call = (tool: OfferedTool): ToolCall => ({
    name: tool.name,
    arguments: JSON.stringify(argumentsFor(tool.parameters, goal, completed)),
  });
  const named = typeof forced === 'object' ? tools.filter(({ name }) => name === forced.name) : [];
  if (named.length > 0) return named.map(call);
  const open = tools.filter(({ name }) => completed.every((before) => before.name !== name));
  const reading = open.filter((tool) => isReading(tool) && mentionsAny(nameWords(tool), goal));
  if (reading.length > 0) return reading.map(call);
  const writing = open.find((tool) => !isReading(tool) && mentionsAny(ownWords(tool, tools), goal));
  const [any] = forced === 'required' ? tools : [];
  const next = writing ?? any;
  return next ? [call(next)] : [];
}

/** What the calls found and did, one line each; empty when there were none. */
export function describeResults(completed: readonly CompletedCall[]): string[] {
  return completed.flatMap(({ name, result }): string[] => {
    const error = /^\{"error":\{"name":"([^"]*)","message":"((?:[^"\\]|\\.)*)"/.exec(result);
    if (error) return [`- ${name} failed: ${error[1]}: ${unquoted(error[2] ?? '')}`];
    const found = findings(result);
    return found.length > 0 ? found.map((line) => `- ${line}`) : [`- ${name}: nothing was found`];
  });
}

const READS = /(?:^|[-_])(?:search|list|get|find|read|fetch|query|look)(?=[-_]|$)/i;

function isReading({ name }: OfferedTool): boolean {
  return READS.test(name);
}

/** The words of a tool's name without its provider's: `add`, `comment` of `github-add_comment`. */
function nameWords({ name }: OfferedTool): string[] {
  const [provider = '', ...rest] = name.toLowerCase().split(/[-.]/);
  return (rest.length > 0 ? rest.join('_') : provider).split('_').map(stem);
}

/** Those that no other tool has: an issue may be searched, and does not have to be created for that. */
function ownWords(tool: OfferedTool, tools: readonly OfferedTool[]): string[] {
  const others = new Set(tools.filter((other) => other !== tool).flatMap(nameWords));
  return nameWords(tool).filter((word) => !others.has(word));
}

function mentionsAny(names: readonly string[], goal: string): boolean {
  const said = new Set((goal.toLowerCase().match(/\p{L}+/gu) ?? []).map(stem));
  return names.some((name) => said.has(name));
}

function stem(word: string): string {
  return word.replace(/(?:ing|es|s)$/, '').replace(/e$/, '');
}

type Schema = Readonly<Record<string, unknown>>;

function argumentsFor(
  parameters: unknown,
  goal: string,
  completed: readonly CompletedCall[],
): Record<string, unknown> {
  const schema = asSchema(parameters);
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.fromEntries(
    Object.entries(asSchema(schema['properties'])).flatMap(([name, property]): [string, unknown][] => {
      const inferred = inferArgument(name, asSchema(property), goal, completed);
      if (inferred !== undefined) return [[name, inferred]];
      if (!required.includes(name)) return [];
      return [[name, instanceOf({ ...schema, ...asSchema(property) }, goal)]];
    }),
  );
}

/** The value of a parameter that the request or a result states. */
function inferArgument(
  name: string,
  schema: Schema,
  goal: string,
  completed: readonly CompletedCall[],
): unknown {
  const results = completed.map(({ result }) => result).join('\n');
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  if (type === 'integer') {
    if (!/issue|number|pull/i.test(name)) return undefined;
    const number = /#(\d+)/.exec(goal)?.[1] ?? /"number":(\d+)/.exec(results)?.[1];
    return number === undefined ? numbers(goal)[0] : Number(number);
  }
  if (type !== 'string') return undefined;
  if (/repo/i.test(name)) return /\b[\w-]+\/[\w.-]*\w/.exec(`${goal}\n${results}`)?.[0];
  if (/query|keyword/i.test(name)) return keywords(goal);
  if (/_id$/.test(name)) return /"id":"([^"]+)"/.exec(results)?.[1];
  if (/body|content|comment|message|text/i.test(name)) return text(goal, completed, schema);
  return undefined;
}

function text(goal: string, completed: readonly CompletedCall[], schema: Schema): string {
  const lines = describeResults(completed);
  const topic = shorten(plain(sentences(goal)[0] ?? goal), 160);
  const said =
    lines.length > 0
      ? `(emulated model) What was found on “${keywords(goal)}”:\n\n${lines.join('\n')}`
      : `(emulated model) ${topic}`;
  const most = schema['maxLength'];
  return shorten(said, typeof most === 'number' ? most : 4000);
}

/** Words that say what to do, not what it is about. */
const INSTRUCTION_WORDS =
  /^(?:answer|search|find|look|comment|issue|repository|question|please|write|add|tell|with|from|that|this|what|when|where|which|there|then|about|have|says?|said|nothing|page|open|first|earlier|known|files|title|into|does|only|them|they|their|your|the)(?:s|es)?$/;

/** One or two words that are repeated, else the longest: a search wants all of its words. */
export function keywords(goal: string): string {
  const subject = goal.replaceAll(/https?:\/\/\S+|\b[\w.-]+\/[\w./-]+/g, ' ');
  const counted = new Map<string, number>();
  for (const word of words(subject))
    if (!INSTRUCTION_WORDS.test(word)) counted.set(word, (counted.get(word) ?? 0) + 1);
  const ranked = [...counted].sort(
    ([left, many], [right, few]) => few - many || (many > 1 ? 0 : right.length - left.length),
  );
  const repeated = ranked.filter(([, count]) => count > 1).slice(0, 2);
  return (repeated.length > 0 ? repeated : ranked.slice(0, 1)).map(([word]) => word).join(' ');
}

/** `Title: address` of the objects in a result, also in a truncated one. */
function findings(result: string): string[] {
  const found: { title?: string; url?: string }[] = [];
  for (const [, key = '', value = ''] of result.matchAll(
    /"(title|subject|full_name|path|file_path|url)":"((?:[^"\\]|\\.)*)"/g,
  )) {
    const field = key === 'url' ? 'url' : 'title';
    const last = found.at(-1);
    if (last && last[field] === undefined) last[field] = unquoted(value);
    else found.push({ [field]: unquoted(value) });
  }
  return found
    .slice(0, 5)
    .map(({ title, url }) => [title, url].filter((part) => part !== undefined).join(': '));
}

/** What stands between the quotes of a JSON string. */
function unquoted(inside: string): string {
  try {
    return String(JSON.parse(`"${inside}"`));
  } catch {
    return inside;
  }
}

function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
