// OpenAI on the laptop: @copilotkit/aimock speaks the protocol, model.ts is what answers.
import { type ChatCompletionRequest, type FixtureResponse, LLMock } from '@copilotkit/aimock';
import * as z from 'zod';
import type { EmulatedService } from './emulated-service.ts';
import { answer, tokens } from './model.ts';
import type { MadeCall, OfferedTool } from './model-tools.ts';
import { refuseBody, refuseKey } from './openai-refusals.ts';

/** Goes in front of a system message that carries the schema of a Responses request (see `withSchema`). */
const SCHEMA_MARK = 'emulated-model-schema:';

const jsonSchemaFormat = z.object({
  type: z.literal('json_schema'),
  json_schema: z.object({ schema: z.unknown() }),
});
const responsesBody = z.looseObject({
  input: z.union([z.string(), z.array(z.unknown())]),
  text: z.object({ format: z.object({ type: z.literal('json_schema'), schema: z.unknown() }) }),
});

export const service: EmulatedService = {
  async start() {
    const mock = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent', journalMaxEntries: 1 });
    mock.on({ endpoint: 'chat' }, respond);
    const url = await mock.start();
    return {
      refuse: (request, body) => refuseKey(request) ?? refuseBody(request, body),
      async fetch(request) {
        const { pathname, search } = new URL(request.url);
        const given = ['GET', 'HEAD'].includes(request.method) ? undefined : await request.text();
        const body = given !== undefined && pathname === '/v1/responses' ? withSchema(given) : given;
        return fetch(`${url}${pathname}${search}`, {
          method: request.method,
          headers: request.headers,
          ...(body !== undefined && { body }),
        });
      },
      close: () => mock.stop(),
    };
  },
  changesState: () => false,
};

function respond(request: ChatCompletionRequest): FixtureResponse {
  const messages = request.messages.map(({ role, content }) => ({ role: `${role}`, text: textOf(content) }));
  const schema = messages.find(({ text }) => text.startsWith(SCHEMA_MARK))?.text.slice(SCHEMA_MARK.length);
  const sent = messages.filter(({ text }) => !text.startsWith(SCHEMA_MARK));
  const limit = request['max_completion_tokens'] ?? request['max_output_tokens'] ?? request.max_tokens;
  const { content, calls, finishReason } = answer({
    instructions: sent
      .filter(({ role }) => role === 'system' || role === 'developer')
      .map(({ text }) => text)
      .join('\n'),
    input: sent.findLast(({ role }) => role === 'user')?.text ?? '',
    format: schema === undefined ? chatFormat(request) : { type: 'json_schema', schema: JSON.parse(schema) },
    maxTokens: typeof limit === 'number' ? limit : undefined,
    tools: toolsOf(request),
    toolChoice: toolChoice.catch('auto').parse(request.tool_choice),
    made: callsMade(request.messages),
  });
  const usage = {
    // 3 tokens around each message and 3 before the answer, as in OpenAI's cookbook on counting tokens.
    prompt_tokens: sent.reduce((sum, { text }) => sum + 3 + tokens(text), 3),
    completion_tokens: tokens(content + calls.map((call) => call.name + call.arguments).join('')),
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
function callsMade(messages: ChatCompletionRequest['messages']): MadeCall[] {
  const since = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1);
  return since.flatMap(({ tool_calls: calls = [] }) =>
    calls.map(({ id, function: called }) => ({
      ...called,
      result: textOf(since.find((said) => said.tool_call_id === id)?.content ?? ''),
    })),
  );
}

function chatFormat({
  response_format: format,
}: ChatCompletionRequest): Parameters<typeof answer>[0]['format'] {
  const withJsonSchema = jsonSchemaFormat.safeParse(format);
  if (withJsonSchema.success) return { type: 'json_schema', schema: withJsonSchema.data.json_schema.schema };
  return { type: format?.type === 'json_object' ? 'json_object' : 'text' };
}

function textOf(content: ChatCompletionRequest['messages'][number]['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('\n');
}

/** aimock drops `text.format` of a Responses request before it asks for the answer, so it goes along as a message. */
function withSchema(body: string): string {
  const parsed = responsesBody.safeParse(JSON.parse(body));
  if (!parsed.success) return body;
  const { input, text } = parsed.data;
  const given = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  const carrier = { role: 'system', content: SCHEMA_MARK + JSON.stringify(text.format.schema) };
  return JSON.stringify({ ...parsed.data, input: [carrier, ...given] });
}
