// OpenAI on the laptop: @copilotkit/aimock speaks the protocol, model.ts is what answers.
import { type ChatCompletionRequest, LLMock } from '@copilotkit/aimock';
import * as z from 'zod';
import { openaiKey } from './credentials.ts';
import type { EmulatedService } from './emulated-service.ts';
import { answer, tokens } from './model.ts';

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

function respond(request: ChatCompletionRequest): {
  content: string;
  finishReason: string;
  usage: { prompt_tokens: number; completion_tokens: number };
} {
  const messages = request.messages.map(({ role, content }) => ({ role: `${role}`, text: textOf(content) }));
  const schema = messages.find(({ text }) => text.startsWith(SCHEMA_MARK))?.text.slice(SCHEMA_MARK.length);
  const sent = messages.filter(({ text }) => !text.startsWith(SCHEMA_MARK));
  const limit = request['max_completion_tokens'] ?? request['max_output_tokens'] ?? request.max_tokens;
  const { content, finishReason } = answer({
    instructions: sent
      .filter(({ role }) => role === 'system' || role === 'developer')
      .map(({ text }) => text)
      .join('\n'),
    input: sent.findLast(({ role }) => role === 'user')?.text ?? '',
    format: schema === undefined ? chatFormat(request) : { type: 'json_schema', schema: JSON.parse(schema) },
    maxTokens: typeof limit === 'number' ? limit : undefined,
  });
  return {
    content,
    finishReason,
    usage: {
      // 3 tokens around each message and 3 before the answer, as in OpenAI's cookbook on counting tokens.
      prompt_tokens: sent.reduce((sum, { text }) => sum + 3 + tokens(text), 3),
      completion_tokens: tokens(content),
    },
  };
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

function refuseKey(request: Request): Response | undefined {
  const key = /^bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (key === openaiKey) return undefined;
  return key === undefined
    ? refusal(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth " +
          '(i.e. Authorization: Bearer YOUR_KEY).',
        null,
        null,
      )
    : refusal(
        401,
        `Incorrect API key provided: ${mask(key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
        null,
        'invalid_api_key',
      );
}

/** The parameters without which OpenAI answers nothing. */
function refuseBody(request: Request, body: Buffer): Response | undefined {
  const { pathname } = new URL(request.url);
  const input = { '/v1/chat/completions': 'messages', '/v1/responses': 'input' }[pathname];
  if (input === undefined || request.method !== 'POST') return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    return refusal(
      400,
      "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library " +
        'correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)',
      null,
      null,
    );
  }
  const fields: Record<string, unknown> = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  if (typeof fields['model'] !== 'string' || fields['model'] === '') {
    return refusal(400, 'you must provide a model parameter', null, null);
  }
  if (fields[input] === undefined) {
    return refusal(400, `Missing required parameter: '${input}'.`, input, 'missing_required_parameter');
  }
  if (Array.isArray(fields[input]) && fields[input].length === 0) {
    return refusal(
      400,
      `Invalid '${input}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
      input,
      'empty_array',
    );
  }
  return undefined;
}

function refusal(status: number, message: string, param: string | null, code: string | null): Response {
  return Response.json({ error: { message, type: 'invalid_request_error', param, code } }, { status });
}

/** A key's ends, as OpenAI shows a wrong one. */
function mask(key: string): string {
  return key.length < 12
    ? '*'.repeat(key.length)
    : `${key.slice(0, 4)}${'*'.repeat(key.length - 8)}${key.slice(-4)}`;
}
