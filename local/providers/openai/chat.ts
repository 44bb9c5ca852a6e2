// A chat completion: what the request says to the emulated model, and the model's answer as OpenAI returns it.
import type { ChatCompletionRequest, FixtureResponse } from '@copilotkit/aimock';
import * as z from 'zod';
import { answer, countTokens, type ModelRequest } from './model/model.ts';
import type { CompletedCall, OfferedTool } from './model/tool-calls.ts';

export function completeChat(request: ChatCompletionRequest): FixtureResponse {
  const messages = request.messages.map(({ role, content }) => ({ role: `${role}`, text: textOf(content) }));
  const limit = request['max_completion_tokens'] ?? request['max_output_tokens'] ?? request.max_tokens;
  const { content, calls, finishReason } = answer({
    instructions: messages
      .filter(({ role }) => role === 'system' || role === 'developer')
      .map(({ text }) => text)
      .join('\n'),
    input: messages.findLast(({ role }) => role === 'user')?.text ?? '',
    format: responseFormat(request),
    maxTokens: typeof limit === 'number' ? limit : undefined,
    tools: toolsOf(request),
    toolChoice: toolChoice.catch('auto').parse(request.tool_choice),
    completed: completedCalls(request.messages),
  });
  const usage = {
    // 3 tokens around each message and 3 before the answer, as in OpenAI's cookbook on counting tokens.
    prompt_tokens: messages.reduce((sum, { text }) => sum + 3 + countTokens(text), 3),
    completion_tokens: countTokens(content + calls.map((call) => call.name + call.arguments).join('')),
  };
  return calls.length > 0 ? { toolCalls: [...calls], finishReason, usage } : { content, finishReason, usage };
}

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.object({ function: z.object({ name: z.string() }) }).transform((chosen) => chosen.function),
]);

function toolsOf({ tools = [] }: ChatCompletionRequest): OfferedTool[] {
  return tools.map(({ function: { name, description = '', parameters = {} } }) => ({
    name,
    description,
    parameters,
  }));
}

/** The calls since the last message of the user, with their results. */
function completedCalls(messages: ChatCompletionRequest['messages']): CompletedCall[] {
  const since = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1);
  return since.flatMap(({ tool_calls: calls = [] }) =>
    calls.map(({ id, function: called }) => ({
      ...called,
      result: textOf(since.find(({ tool_call_id }) => tool_call_id === id)?.content ?? ''),
    })),
  );
}

const jsonSchemaFormat = z.object({
  type: z.literal('json_schema'),
  json_schema: z.object({ schema: z.unknown() }),
});

function responseFormat({ response_format: format }: ChatCompletionRequest): ModelRequest['format'] {
  const structured = jsonSchemaFormat.safeParse(format);
  if (structured.success) return { type: 'json_schema', schema: structured.data.json_schema.schema };
  return { type: format?.type === 'json_object' ? 'json_object' : 'text' };
}

function textOf(content: ChatCompletionRequest['messages'][number]['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('\n');
}
