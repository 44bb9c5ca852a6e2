// A response of the emulated OpenAI: what the request says to the emulated model, and its answer as the Responses API has
// it (SDK, resources/responses: Response). Every answer depends on its request alone.
import { createHash } from 'node:crypto';
import { answer, countTokens, type ModelAnswer } from '../model/model.ts';
import type { CompletedCall } from '../model/tool-calls.ts';
import { reasoningOf } from '../rules/reasoning.ts';
import { encryptedReasoning } from './encrypted-reasoning.ts';
import { type Item, itemsOf, type ResponsesRequest, textOf } from './request.ts';

/** How many tokens the emulated model thinks with. */
const REASONING_TOKENS: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 4,
  low: 8,
  medium: 16,
  high: 32,
  xhigh: 64,
  max: 128,
};

export function respond(request: ResponsesRequest, now = Date.now()): Record<string, unknown> {
  const { model, text, reasoning, max_output_tokens: limit, tools = [] } = request;
  const items = itemsOf(request);
  const digest = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 32);
  const thought = thoughtTokens(model, reasoning?.effort, limit ?? undefined);
  const isUsedUp = typeof limit === 'number' && thought >= limit;
  const written = isUsedUp ? undefined : answerTo(request, items, limit ? limit - thought : undefined);
  const isCut = isUsedUp || written?.finishReason === 'length';
  const output = [
    ...(thought > 0
      ? [
          {
            id: `rs_${digest}`,
            type: 'reasoning',
            summary: [],
            ...(request.include?.includes('reasoning.encrypted_content') && {
              encrypted_content: encryptedReasoning(digest),
            }),
          },
        ]
      : []),
    ...(written ? outputOf(written, digest, isCut) : []),
  ];
  const said =
    (written?.content ?? '') + (written?.calls ?? []).map((call) => call.name + call.arguments).join('');
  const texts = [...(request.instructions ? [request.instructions] : []), ...items.map(textOf)];
  // As of a chat completion: 3 tokens around each message, and 3 before the answer.
  const input_tokens = texts.reduce((sum, said) => sum + 3 + countTokens(said), 3);
  const output_tokens = thought + countTokens(said);
  return {
    id: `resp_${digest}`,
    object: 'response',
    created_at: Math.floor(now / 1000),
    status: isCut ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    instructions: request.instructions ?? null,
    max_output_tokens: limit ?? null,
    model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: reasoning?.effort ?? reasoningOf(model)?.effort ?? null, summary: null },
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: text ?? { format: { type: 'text' } },
    tool_choice: request.tool_choice ?? 'auto',
    tools,
    top_p: request.top_p ?? 1,
    usage: {
      input_tokens,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens,
      output_tokens_details: { reasoning_tokens: thought },
      total_tokens: input_tokens + output_tokens,
    },
    metadata: {},
  };
}

/** As many as the effort takes, and never more than the limit. */
function thoughtTokens(model: string, effort: string | null | undefined, limit: number | undefined): number {
  const tokens = REASONING_TOKENS[effort ?? reasoningOf(model)?.effort ?? 'none'] ?? 0;
  return limit === undefined ? tokens : Math.min(tokens, limit);
}

function answerTo(
  { instructions, text, tools = [], tool_choice: choice = 'auto' }: ResponsesRequest,
  items: readonly Item[],
  maxTokens: number | undefined,
): ModelAnswer {
  const format = text?.format;
  const said = items.filter(
    (item) => item.type === 'message' && (item.role === 'system' || item.role === 'developer'),
  );
  return answer({
    instructions: [...(instructions ? [instructions] : []), ...said.map(textOf)].join('\n'),
    input: textOf(items[lastUser(items)]),
    format:
      format?.type === 'json_schema'
        ? { type: 'json_schema', schema: format.schema }
        : { type: format?.type ?? 'text' },
    maxTokens,
    tools: tools.map(({ name, description, parameters }) => ({
      name,
      description: description ?? '',
      parameters: parameters ?? {},
    })),
    toolChoice: choice,
    completed: completedCalls(items.slice(lastUser(items) + 1)),
  });
}

function lastUser(items: readonly Item[]): number {
  return items.findLastIndex((item) => item.type === 'message' && item.role === 'user');
}

function completedCalls(since: readonly Item[]): CompletedCall[] {
  return since.flatMap((item) => {
    if (item.type !== 'function_call') return [];
    const result = since.find((one) => one.type === 'function_call_output' && one.call_id === item.call_id);
    return [{ name: item.name, arguments: item.arguments, result: textOf(result) }];
  });
}

function outputOf({ content, calls }: ModelAnswer, digest: string, isCut: boolean) {
  const status = isCut ? 'incomplete' : 'completed';
  if (calls.length === 0)
    return [
      {
        id: `msg_${digest}`,
        type: 'message',
        status,
        role: 'assistant',
        content: [{ type: 'output_text', text: content, annotations: [], logprobs: [] }],
      },
    ];
  return calls.map((call, index) => ({
    id: `fc_${digest}${index}`,
    type: 'function_call',
    status,
    call_id: `call_${digest.slice(0, 22)}${index}`,
    ...call,
  }));
}
