// What becomes of a model's reply in an agent's conversation: calls, the final answer, or a correction.
import { cutText } from '../actions/invocation/output-size.ts';
import { InvalidModelOutput, MaxTurnsExceeded } from '../errors.ts';
import { rounded } from '../exact-json.ts';
import { mismatchWith } from '../json-schema/mismatch.ts';
import { jsonIn, quoted } from '../providers/answer-text.ts';
import { isBlank, isCut, type Reply } from '../providers/completion.ts';
import { summedUsage } from '../token-usage.ts';
import { infiniteNumberIn } from '../unkept-numbers.ts';
import { type Conversation, type Message, shortenedTo } from './conversation.ts';
import { refusalMessage, sortCalls, type Tool } from './tools.ts';

/** A longer text beside calls is cut in the output; the conversation has all of it. */
const MAX_TEXT_BYTES = 16_000;

/** What the model was asked. */
export interface Asked {
  readonly before: Conversation;
  /** All that it was told. */
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly outputSchema: Readonly<Record<string, unknown>> | undefined;
  readonly maxTurns: number;
}

/** @throws MaxTurnsExceeded, InvalidModelOutput */
export function turnOf(reply: Reply, asked: Asked) {
  const { before, messages, tools } = asked;
  const { completion, toolCalls } = reply;
  const number = before.turns + 1;
  const calls = sortCalls(toolCalls, tools, { number, messages, cut: isCut(completion.finish_reason) });
  const { model, usage } = completion;
  const now: Conversation = {
    ...before,
    turns: number,
    tool_calls: before.tool_calls + calls.valid.length,
    usage: summedUsage([before.usage, usage]),
  };
  const turn = { model, usage, tool_calls: calls.valid, refused_calls: calls.refused };
  const nextTurn = (more: readonly Message[], corrected: boolean) => ({
    ...turn,
    done: false,
    text: cutText(completion.text, MAX_TEXT_BYTES),
    conversation: { ...now, messages: shortenedTo([...messages, ...more]), corrected },
  });

  if (toolCalls.length > 0) return nextTurn(callMessages(reply, calls, asked), before.corrected);
  const { text } = completion;
  const json = asked.outputSchema && jsonIn(text);
  const wrong = wrongAnswer(reply, json, asked);
  if (wrong) return nextTurn(correctionMessages(reply, wrong, asked), true);
  const { turns, tool_calls, usage: all } = now;
  const answer = { text, ...(asked.outputSchema && { json }), turns, tool_calls, usage: all };
  return { ...turn, done: true, answer };
}

/** The calls as the conversation keeps them, and why some are not made. */
function callMessages(
  { completion: { text }, toolCalls: _, reasoning_content, ...said }: Reply,
  { written, refused }: ReturnType<typeof sortCalls>,
  { before, maxTurns }: Asked,
): readonly Message[] {
  if (before.turns + 1 >= maxTurns) {
    const names = [...new Set(written.map((call) => call.tool))].join(', ');
    throw new MaxTurnsExceeded(
      `max_turns (${maxTurns}) is reached, and the model still wants to call ${names}`,
    );
  }
  const thought = reasoning_content !== undefined && {
    reasoning_content: cutText(reasoning_content, MAX_TEXT_BYTES),
  };
  return [
    { role: 'assistant', content: text, calls: written, ...said, ...thought },
    ...refused.map(refusalMessage),
  ];
}

interface WrongAnswer {
  readonly problem: string;
  /** What the model is told. */
  readonly correction: string;
}

/** @returns undefined for an answer as it should be */
function wrongAnswer(
  { completion: { text, finish_reason } }: Reply,
  json: unknown,
  { tools, outputSchema }: Asked,
): WrongAnswer | undefined {
  const isCall = tools.length > 0 && writtenCall.test(text);
  const problem = isBlank(text)
    ? 'it is empty'
    : isCall
      ? 'it is a call that is written as text, which the server did not read as one'
      : outputSchema && jsonProblem(json, outputSchema, isCut(finish_reason));
  if (problem === undefined) return undefined;
  const correction = isCall
    ? 'This is a call that is written as text, and nothing was called. Call the function itself, or answer.'
    : outputSchema
      ? `This answer does not fit the schema: ${problem}. Answer again, with JSON that fits.`
      : 'This answer is empty. Go on, or say what came of it.';
  return { problem, correction };
}

/** An answer is corrected once. */
function correctionMessages(
  { completion: { text }, toolCalls: _, reasoning_content: __, ...said }: Reply,
  { problem, correction }: WrongAnswer,
  { before, maxTurns, outputSchema }: Asked,
): readonly Message[] {
  if (before.corrected || before.turns + 1 >= maxTurns)
    throw new InvalidModelOutput(
      `The model's answer does not fit${outputSchema ? ' output_schema' : ''}: ${problem}. It was: ${quoted(text)}`,
    );
  return [
    // An empty message is refused by some servers.
    ...(isBlank(text) ? [] : [{ role: 'assistant' as const, content: text, ...said }]),
    { role: 'user', content: correction },
  ];
}

/**
 * How models begin a call that a server without a parser for them passes on as text: Hermes and Qwen, Llama, Mistral, GPT OSS.
 * It is never made: what a text says may come from anywhere.
 */
const writtenCall =
  /^\s*(?:<tool_calls?>|<function[=_ ]|\[TOOL_CALLS\]|<\|python_tag\|>|<\|tool_calls?_|<\|channel\|>commentary to=)/;

/** Why an answer does not fit its schema. */
function jsonProblem(
  json: unknown,
  schema: Readonly<Record<string, unknown>>,
  cut: boolean,
): string | undefined {
  const infinite = infiniteNumberIn(json);
  if (infinite !== undefined) return `it has a number that is larger than any, at ${infinite || 'its root'}`;
  if (json !== undefined) return mismatchWith(schema, 'it')(rounded(json));
  return cut ? 'it is cut off by the limit of tokens' : 'it is not JSON';
}
