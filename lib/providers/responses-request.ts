// A request of OpenAI's Responses API (https://developers.openai.com/api/docs/guides/migrate-to-responses). Nothing is
// stored there: the conversation is ours, and what the model thought comes back encrypted, for the next request.
import type {
  EasyInputMessage,
  ResponseFunctionToolCall,
  ResponseInputItem,
  ResponseReasoningItem,
} from 'openai/resources/responses/responses';
import { type ChatMessage, given, type ModelRequest, type ResponseFormat } from './model-request.ts';

/** OpenAI takes no smaller limit there ("Expected a value >= 16"). */
const MIN_OUTPUT_TOKENS = 16;

/**
 * @param withReasoning whether the encrypted reasoning is asked for: models that do not reason refuse that
 * @param background without `store`: some time OpenAI refused it with false ("stateless requests are rejected"), and left out
 *   the response is kept for polling
 */
export function responsesRequest(
  {
    model,
    messages,
    response_format,
    tools = [],
    max_tokens,
    reasoning_effort,
    verbosity,
    temperature,
    top_p,
  }: ModelRequest,
  { withReasoning, background }: { readonly withReasoning: boolean; readonly background: boolean },
) {
  return {
    model,
    input: messages.flatMap(itemsOf),
    ...(background ? { background } : { store: false }),
    ...(withReasoning && { include: ['reasoning.encrypted_content' as const] }),
    ...given({ temperature, top_p }),
    ...(typeof max_tokens === 'number' && { max_output_tokens: Math.max(MIN_OUTPUT_TOKENS, max_tokens) }),
    ...(reasoning_effort && { reasoning: { effort: reasoning_effort } }),
    ...((response_format || verbosity) && {
      text: { ...(response_format && { format: formatOf(response_format) }), ...given({ verbosity }) },
    }),
    ...(tools.length > 0 && { tools: tools.map((tool) => ({ type: 'function' as const, ...tool })) }),
  };
}

type Item =
  | EasyInputMessage
  | Omit<ResponseReasoningItem, 'id'>
  | ResponseFunctionToolCall
  | ResponseInputItem.FunctionCallOutput;

/**
 * Items without the ids that OpenAI gave them, as its own stateless client sends them (openai/codex,
 * codex-rs/protocol/src/models.rs): an id of something that is not stored is looked up, and is the key by which a call is
 * refused without its reasoning, which a long conversation may have lost.
 */
function itemsOf(message: ChatMessage): Item[] {
  if (message.role === 'tool')
    return [{ type: 'function_call_output', call_id: message.tool_call_id, output: message.content }];
  if (message.role !== 'assistant') return [{ role: message.role, content: message.content }];
  const { role, content, phase, reasoning, tool_calls: calls = [] } = message;
  // Reasoning with nothing behind it is refused ("without its required following item").
  const text: Item[] = content ? [...thoughts(reasoning), { role, content, ...(phase && { phase }) }] : [];
  return text.concat(
    calls.flatMap(({ id, function: called, reasoning: before }) => [
      ...thoughts(before),
      { type: 'function_call', call_id: id, ...called },
    ]),
  );
}

function thoughts(reasoning: readonly string[] = []): Item[] {
  return reasoning.map((encrypted_content) => ({ type: 'reasoning', summary: [], encrypted_content }));
}

function formatOf(format: ResponseFormat) {
  if (format.type === 'json_object') return format;
  const { name, schema, strict = true } = format.json_schema;
  return { type: format.type, name, schema, strict };
}
