// A request of Chat Completions, which servers that follow OpenAI speak.
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import { type ChatMessage, given, type ModelRequest, type ResponseFormat } from './model-request.ts';

export function chatRequest({
  model,
  messages,
  max_tokens,
  response_format,
  tools = [],
  ...settings
}: ModelRequest): ChatCompletionCreateParamsNonStreaming {
  return {
    model,
    messages: messages.map(chatMessage),
    ...given(settings),
    // OpenAI's successor of max_tokens, which its reasoning models refuse.
    ...given({ max_completion_tokens: max_tokens }),
    ...(response_format !== undefined && { response_format: formatOf(response_format) }),
    ...(tools.length > 0 && {
      tools: tools.map((tool) => ({ type: 'function' as const, function: { ...tool } })),
    }),
  };
}

function chatMessage(message: ChatMessage) {
  if (message.role !== 'assistant') return message;
  const { role, content, reasoning_content, tool_calls: calls } = message;
  return {
    role,
    content,
    ...(reasoning_content !== undefined && { reasoning_content }),
    ...(calls && { tool_calls: calls.map(({ reasoning: _, ...call }) => call) }),
  };
}

function formatOf(format: ResponseFormat) {
  if (format.type === 'json_object') return format;
  const { name, schema, strict = true } = format.json_schema;
  return { type: format.type, json_schema: { name, schema, strict } };
}
