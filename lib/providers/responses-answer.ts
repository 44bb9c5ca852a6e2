// What the Responses API answered (SDK, resources/responses: Response), read as one reply.
import { InvalidInput } from '../errors.ts';
import { isObject } from '../json.ts';
import { type Asked, bodyOf, unknownFormat } from './answer-body.ts';
import { argumentsOf, contentOf, textOf } from './answer-content.ts';
import { quoted } from './answer-text.ts';
import { bareError, errorIn, refusal } from './chat-refusal.ts';
import {
  type EncryptedReasoning,
  isBlank,
  type Reply,
  type RequestedCall,
  throwIfStopped,
  usageOf,
} from './completion.ts';

type Item = Readonly<Record<string, unknown>>;

/**
 * Reads the body of an answer with a status of success.
 * @throws ProviderUnavailable and the other errors of a refusal when it holds an error instead of an answer;
 *   InvalidInput, which is not tried again, when the model refused, or the call was paid for and gave nothing
 */
export function readResponse(text: string, asked: Asked): Reply {
  const body = bodyOf(text, '/output');
  const output = Array.isArray(body['output']) ? body['output'].filter(isObject) : undefined;
  const isPaidFor = output !== undefined || isObject(body['usage']);
  const failure = errorIn(body) ?? failureOf(body['status']) ?? (isPaidFor ? undefined : bareError(body));
  if (failure !== undefined) throw refusal(failure, { headers: asked.headers });
  if (!output)
    throw isPaidFor
      ? new InvalidInput(`OpenAI answered without output: ${quoted(text)}`)
      : unknownFormat('/output');

  const { toolCalls, before, messages } = itemsOf(output);
  const said = saidIn(messages);
  if (said.refusal) throw new InvalidInput(`The model refused to answer: ${said.refusal}`);
  const finish_reason = finishReason(body, toolCalls.length > 0);
  if (toolCalls.length === 0 && isBlank(said.text)) throwIfStopped(finish_reason, thoughtIn(output));
  const model = textOf(body['model']) || asked.model;
  return {
    completion: {
      text: said.text,
      model,
      finish_reason,
      usage: usageOf(body, model),
    },
    toolCalls,
    ...(before.length > 0 && said.text !== '' && { reasoning: before }),
    ...(said.phase && { phase: said.phase }),
  };
}

/** A response that did not come to an end; `queued` and `in_progress` are those of one that runs in the background. */
function failureOf(status: unknown): Record<string, unknown> | undefined {
  return typeof status === 'string' && /^(failed|cancelled|queued|in_progress)$/.test(status)
    ? { message: `the answer has the status ${status}` }
    : undefined;
}

interface Items {
  readonly toolCalls: readonly RequestedCall[];
  /** The reasoning before a text. */
  readonly before: EncryptedReasoning;
  readonly messages: readonly Item[];
}

/** Reasoning belongs to what follows it; what follows nothing is of no use to the next request. */
function itemsOf(output: readonly Item[]): Items {
  const toolCalls: RequestedCall[] = [];
  const messages: Item[] = [];
  const before: EncryptedReasoning = [];
  let thought: EncryptedReasoning = [];
  for (const item of output) {
    const { type, encrypted_content } = item;
    if (type === 'reasoning' && typeof encrypted_content === 'string') thought.push(encrypted_content);
    if (type === 'message') {
      messages.push(item);
      before.push(...thought);
      thought = [];
    }
    if (type === 'function_call') {
      toolCalls.push({
        id: textOf(item['call_id']) || textOf(item['id']),
        name: textOf(item['name']).trim(),
        arguments: argumentsOf(item['arguments']),
        ...(thought.length > 0 && { reasoning: thought }),
      });
      thought = [];
    }
  }
  return { toolCalls, before, messages };
}

/** The final answer where the model marks one; else all that it said. */
function saidIn(
  messages: readonly Item[],
): ReturnType<typeof contentOf> & { readonly phase?: Reply['phase'] } {
  const final = messages.filter(({ phase }) => phase === 'final_answer');
  const counted = final.length > 0 ? final : messages;
  const said = contentOf(counted.flatMap(({ content }) => content));
  if (final.length > 0) return { ...said, phase: 'final_answer' };
  return counted.some(({ phase }) => phase === 'commentary') ? { ...said, phase: 'commentary' } : said;
}

/** In the words of Chat Completions, which the actions' output has. */
function finishReason({ status, incomplete_details: details }: Item, calls: boolean): string {
  if (status !== 'incomplete') return calls ? 'tool_calls' : 'stop';
  const reason = isObject(details) ? textOf(details['reason']) : '';
  return reason === 'max_output_tokens' ? 'length' : reason || 'incomplete';
}

/** What a server shows of the reasoning: its summary, or all of it (vLLM). */
function thoughtIn(output: readonly Item[]): string {
  return output
    .filter(({ type }) => type === 'reasoning')
    .map(({ summary, content }) => contentOf(content).text || contentOf(summary).text)
    .join('');
}
