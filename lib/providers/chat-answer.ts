// What a server of Chat Completions answered, read so that a call that was paid for is not lost for its form. OpenRouter,
// Ollama, vLLM, LiteLLM, Azure, Groq, LM Studio, llama.cpp and Gemini's compatible endpoint each leave out, empty or
// rename something that OpenAI's API reference has.
import { InvalidInput } from '../errors.ts';
import { exactValue } from '../exact-json.ts';
import { isObject } from '../json.ts';
import { type Asked, bodyOf, unknownFormat } from './answer-body.ts';
import { argumentsOf, contentOf, textOf } from './answer-content.ts';
import { objectsIn, quoted } from './answer-text.ts';
import { bareError, errorIn, refusal } from './chat-refusal.ts';
import { isBlank, type Reply, throwIfStopped, usageOf } from './completion.ts';

/**
 * Reads the body of an answer with a status of success.
 * @throws ProviderUnavailable and the other errors of a refusal when it holds an error instead of an answer;
 *   InvalidInput, which is not tried again, when the model refused, or the call was paid for and gave nothing
 */
export function readAnswer(text: string, asked: Asked): Reply {
  const body = bodyOf(text, '/choices');
  const choice = firstChoice(body['choices']);
  const error = errorIn(body) ?? (choice || isPaidFor(body) ? undefined : bareError(body));
  if (error !== undefined) throw refusal(error, { headers: asked.headers });
  if (!choice) throw isPaidFor(body) ? withoutChoice(text) : unknownFormat('/choices');
  const finishReason = typeof choice['finish_reason'] === 'string' ? choice['finish_reason'] : '';
  const failure =
    errorIn(choice) ??
    (/^error$/i.test(finishReason) ? { message: 'the answer ended in an error' } : undefined);
  if (failure !== undefined) throw refusal(failure, { headers: asked.headers });

  // Some servers answer with the one piece of a stream that was not asked for.
  const message = [choice['message'], choice['delta']].find(isObject) ?? {};
  const written = contentOf(message['content'] ?? choice['text']);
  // A model that speaks has no content (API reference, "The chat completion object", audio).
  const audio = isObject(message['audio']) ? textOf(message['audio']['transcript']) : '';
  const said = written.text || written.refusal ? written : { text: audio, refusal: '' };
  const refusedWith = said.refusal || textOf(message['refusal']);
  if (refusedWith) throw new InvalidInput(`The model refused to answer: ${refusedWith}`);
  const model = textOf(body['model']) || asked.model;
  const reply: Reply = {
    completion: {
      text: said.text,
      model,
      ...(finishReason && { finish_reason: finishReason.toWellFormed() }),
      usage: usageOf(body, model),
    },
    toolCalls: callsOf(message, finishReason, body['choices']),
    ...(typeof message['reasoning_content'] === 'string' && {
      reasoning_content: message['reasoning_content'].toWellFormed(),
    }),
  };
  if (reply.toolCalls.length === 0 && isBlank(said.text))
    throwIfStopped(finishReason, textOf(message['reasoning_content']) || textOf(message['reasoning']));
  return reply;
}

/** The one with the lowest index: servers that ask several models at once list them as they end. */
function firstChoice(choices: unknown): Record<string, unknown> | undefined {
  const all = Array.isArray(choices) ? choices.filter(isObject) : [];
  const indexOf = ({ index }: Record<string, unknown>, at: number) =>
    typeof index === 'number' ? index : at;
  return all
    .map((choice, at) => ({ choice, index: indexOf(choice, at) }))
    .toSorted((a, b) => a.index - b.index)[0]?.choice;
}

/** An answer that has choices, or counts tokens, came from a model and was paid for: another one would be too. */
function isPaidFor({ choices, usage }: Record<string, unknown>): boolean {
  return Array.isArray(choices) || isObject(usage);
}

function withoutChoice(text: string): Error {
  return new InvalidInput(`OpenAI answered without a choice: ${quoted(text)}`);
}

/**
 * The calls of a message. Some gateways put what Claude says and what it calls into two choices
 * (SecretiveShell/MCP-Bridge#48): where the first ended to call something and has no call, those of the next one count.
 */
function callsOf(
  message: Record<string, unknown>,
  finishReason: string,
  choices: unknown,
): Reply['toolCalls'] {
  const own = callsIn(message);
  if (own.length > 0 || !/^(tool_calls|function_call|tool_use)$/i.test(finishReason)) return own;
  const others = Array.isArray(choices) ? choices.filter(isObject) : [];
  return (
    others
      .map((choice) => (isObject(choice['message']) ? callsIn(choice['message']) : []))
      .find((calls) => calls.length > 0) ?? []
  );
}

/**
 * The calls in the form of today, or the one call in the form before (`function_call`). Some servers leave `function` out
 * around the name and the arguments.
 */
function callsIn(message: Record<string, unknown>): Reply['toolCalls'] {
  const { tool_calls: calls, function_call: older } = message;
  const list = Array.isArray(calls) ? calls : isObject(calls) ? [calls] : [];
  const given = list.length > 0 ? list : isObject(older) ? [{ function: older }] : [];
  return given.filter(isObject).flatMap((call) => {
    const called = isObject(call['function']) ? call['function'] : call;
    const text = argumentsOf(called['arguments'] ?? called['parameters'] ?? called['input']);
    const several = exactValue(text) === undefined ? objectsIn(text) : [];
    return (several.length > 0 ? several : [text]).map((one, index) => ({
      id: index === 0 ? textOf(call['id']) : '',
      name: textOf(called['name']).trim(),
      arguments: one,
      ...(isObject(call['extra_content']) && { extra_content: call['extra_content'] }),
    }));
  });
}
