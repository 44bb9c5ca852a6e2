// OpenAI: its connection, the one call that all its actions make (Chat Completions), and its errors.
import OpenAI, { APIError } from 'openai';
import * as z from 'zod';
import { setting } from '../config.ts';
import type { Connection } from '../connections/connections.ts';
import { InvalidInput, OrchestraError, ProviderUnavailable } from '../errors.ts';
import { answer, refused, retryAfterSeconds, unreachable } from './provider-failure.ts';

const secrets = z.object({ api_key: z.string().min(1) });

export const openai: Connection<typeof secrets> = { provider: 'openai', secrets };

export const DEFAULT_MODEL = 'gpt-4o-mini';

/** The model's settings that every action with a chat completion takes. */
export const modelSettings = {
  temperature: z
    .number()
    .min(0)
    .max(2)
    .optional()
    .describe("0 (repeatable) to 2 (random); the model's own default when left out"),
  max_tokens: z
    .int()
    .min(1)
    .optional()
    .describe('The most tokens to generate; no limit of ours when left out'),
};

/** The output of every action with a chat completion. */
export const completion = z.object({
  text: z.string().describe("The model's answer"),
  model: z.string().describe('The model that answered, with its version'),
  finish_reason: z
    .string()
    .optional()
    .describe('Why it ended: stop, or length when max_tokens cut it off, or content_filter'),
  usage: z
    .object({
      prompt_tokens: z.int().describe('Tokens of the input'),
      completion_tokens: z.int().describe('Tokens of the answer'),
      total_tokens: z.int().describe('Both together'),
    })
    .describe('What the call is billed by'),
});
export type Completion = z.output<typeof completion>;

/** A message of Chat Completions. */
export type ChatMessage =
  | { readonly role: 'system' | 'developer' | 'user' | 'assistant'; readonly content: string }
  | {
      readonly role: 'assistant';
      readonly content: string | null;
      readonly tool_calls: { id: string; type: 'function'; function: FunctionCall }[];
    }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string };

export interface FunctionCall {
  readonly name: string;
  /** JSON, unless the model made a mistake. */
  readonly arguments: string;
}

/** A function that the model may call. */
export interface ChatTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: Record<string, unknown>;
    readonly strict: boolean;
  };
}

export interface CompletionRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly temperature?: number | undefined;
  readonly max_tokens?: number | undefined;
  readonly response_format?: ResponseFormat | undefined;
  readonly tools?: readonly ChatTool[] | undefined;
}

/** A model's answer: text, function calls, or both. */
export interface Reply {
  readonly completion: Completion;
  readonly toolCalls: readonly (FunctionCall & { readonly id: string })[];
}

/** The parts of Chat Completions' `response_format` that make the answer JSON. */
export type ResponseFormat =
  | { readonly type: 'json_object' }
  | {
      readonly type: 'json_schema';
      readonly json_schema: {
        readonly name: string;
        readonly schema: Record<string, unknown>;
        readonly strict?: boolean | undefined;
      };
    };

export interface Caller {
  readonly secrets: z.output<typeof secrets>;
  readonly signal: AbortSignal;
}

const chatCompletion = z.object({
  model: z.string(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(
              z.object({
                id: z.string().min(1),
                function: z.object({ name: z.string(), arguments: z.string() }),
              }),
            )
            .nullish(),
        }),
      }),
    )
    .min(1),
  usage: z
    .object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() })
    .default({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }),
});

/** Completes a chat that offers no tools. @throws what `ask` does */
export async function complete(request: CompletionRequest, caller: Caller): Promise<Completion> {
  return (await ask(request, caller)).completion;
}

/**
 * Calls a model, without retries: those belong to the state machine, where they can be seen.
 * @throws RateLimited, Unauthorized (also when the account's quota is used up), NotFound, InvalidInput (also when the
 *   model or its content filter refuses), Conflict, ProviderUnavailable
 */
export async function ask(request: CompletionRequest, { secrets, signal }: Caller): Promise<Reply> {
  const client = new OpenAI({
    apiKey: secrets.api_key,
    baseURL: setting('OPENAI_BASE_URL'),
    maxRetries: 0,
    logLevel: 'off',
    // Following a redirect would take the key or the prompt elsewhere.
    fetchOptions: { redirect: 'manual' },
  });
  const { model, messages, temperature, max_tokens, response_format, tools = [] } = request;
  const reply = await client.chat.completions
    .create(
      {
        model,
        messages: [...messages],
        ...(temperature !== undefined && { temperature }),
        // OpenAI's successor of max_tokens, which its reasoning models refuse.
        ...(max_tokens !== undefined && { max_completion_tokens: max_tokens }),
        ...(response_format !== undefined && { response_format: openaiFormat(response_format) }),
        ...(tools.length > 0 && { tools: [...tools] }),
      },
      { signal },
    )
    .catch((error: unknown) => {
      throw orchestraError(error);
    });
  const { model: answered, choices, usage } = answer('OpenAI', chatCompletion, reply);
  const [choice] = choices;
  const refusal = choice?.message.refusal;
  if (refusal) throw new InvalidInput(`The model refused to answer: ${refusal}`);
  const text = choice?.message.content ?? '';
  if (text === '' && choice?.finish_reason === 'content_filter') {
    throw new InvalidInput("The model's content filter refused the answer");
  }
  return {
    completion: {
      text,
      model: answered,
      ...(choice?.finish_reason && { finish_reason: choice.finish_reason }),
      usage,
    },
    toolCalls: (choice?.message.tool_calls ?? []).map(({ id, function: called }) => ({ id, ...called })),
  };
}

/**
 * The value of an answer that was requested as JSON.
 * @throws InvalidInput when max_tokens cut it off; ProviderUnavailable when it is not JSON (a retry may return some)
 */
export function parseJson({ text, finish_reason }: Completion): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (finish_reason === 'length') {
      throw new InvalidInput("The model's JSON is cut off by the limit of tokens; raise max_tokens", {
        cause,
      });
    }
    throw new ProviderUnavailable('The model answered something that is not JSON', { cause });
  }
}

function openaiFormat(format: ResponseFormat) {
  if (format.type === 'json_object') return format;
  const { name, schema, strict = true } = format.json_schema;
  return { type: format.type, json_schema: { name, schema, strict } };
}

function orchestraError(error: unknown): unknown {
  if (error instanceof OrchestraError) return error;
  if (!(error instanceof APIError)) return unreachable('OpenAI', error) ?? error;
  // The SDK's own classes for timeouts, aborts and dropped connections have no status.
  if (error.status === undefined) {
    return (
      unreachable('OpenAI', error.cause) ??
      new ProviderUnavailable(`OpenAI could not be reached: ${error.message}`)
    );
  }
  const milliseconds = Number(error.headers?.get('retry-after-ms') ?? Number.NaN);
  return refused({
    provider: 'OpenAI',
    status: error.status,
    // A 429 that waiting does not cure: the account has no credit left. Retries would only hide that.
    meaning: error.code === 'insufficient_quota' ? 402 : undefined,
    // The SDK puts the status before the provider's message, or a text of its own when there is none.
    message: error.message.replace(/^\d+ (status code \(no body\))?/, ''),
    retryAfterSeconds: Number.isNaN(milliseconds)
      ? retryAfterSeconds(error.headers?.get('retry-after'))
      : Math.ceil(milliseconds / 1000),
  });
}
