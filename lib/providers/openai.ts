// OpenAI: its connection, the one call that all its actions make (Chat Completions), and its errors.
import OpenAI, { APIError } from 'openai';
import type * as z from 'zod';
import { setting } from '../config.ts';
import type { Connection } from '../connections/connections.ts';
import { openaiCredentials } from '../connections/credentials.ts';
import { InvalidInput, OrchestraError, ProviderUnavailable } from '../errors.ts';
import { isObject } from '../json.ts';
import { type ModelSettings, modelSettings } from '../model-settings.ts';
import { infiniteNumberIn } from '../unkept-numbers.ts';
import { jsonIn, quoted, withoutThought } from './answer-text.ts';
import {
  type Completion,
  type FunctionCall,
  isBlank,
  isCut,
  isFiltered,
  type Reply,
  readAnswer,
} from './chat-answer.ts';
import { bareError, errorIn, onlyOf, refusal } from './chat-refusal.ts';
import { unreachable } from './provider-failure.ts';

export const openai: Connection<typeof openaiCredentials> = {
  provider: 'openai',
  secrets: openaiCredentials,
};

/** A message of Chat Completions. */
export type ChatMessage =
  | { readonly role: 'system' | 'developer' | 'user' | 'assistant'; readonly content: string }
  | {
      readonly role: 'assistant';
      readonly content: string | null;
      /** Beside OpenAI's fields: see Reply. */
      readonly reasoning_content?: string;
      readonly tool_calls: {
        id: string;
        type: 'function';
        function: FunctionCall;
        extra_content?: Record<string, unknown>;
      }[];
    }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string };

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

export interface CompletionRequest extends ModelSettings {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly response_format?: ResponseFormat | undefined;
  readonly tools?: readonly ChatTool[] | undefined;
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
  readonly secrets: z.output<(typeof openai)['secrets']>;
  readonly signal: AbortSignal;
}

/**
 * Completes a chat that offers no tools.
 * @throws what `ask` does; InvalidInput when the answer is empty for a reason other than that it was complete, or is nothing
 *   but a thought
 */
export async function complete(request: CompletionRequest, caller: Caller): Promise<Completion> {
  const { completion } = await ask(request, caller);
  if (isBlank(completion.text) && completion.text.trim() !== '')
    throw new InvalidInput(
      `The model gave reasoning and no answer; its reasoning: ${quoted(completion.text)}`,
    );
  if (isBlank(completion.text) && !/^(stop|end_turn|eos)$/i.test(completion.finish_reason ?? ''))
    throw new InvalidInput(
      `The model answered nothing (finish_reason: ${completion.finish_reason ?? 'none'})`,
    );
  return completion;
}

/**
 * Calls a model, without retries: those belong to the state machine, where they can be seen.
 * @throws RateLimited, Unauthorized (also when the account's quota is used up), NotFound, InvalidInput (also when the
 *   model or its content filter refuses, and when an answer that was paid for cannot be used), Conflict, ProviderUnavailable
 */
export async function ask(request: CompletionRequest, { secrets, signal }: Caller): Promise<Reply> {
  const client = new OpenAI({
    apiKey: secrets.api_key,
    baseURL: secrets.base_url ?? setting('OPENAI_BASE_URL'),
    maxRetries: 0,
    logLevel: 'off',
    // Following a redirect would take the key or the prompt elsewhere.
    fetchOptions: { redirect: 'manual' },
  });
  const { model, messages, max_tokens, response_format, tools = [], ...sampling } = request;
  try {
    // The response itself, since the SDK reads only what its Content-Type calls JSON.
    const response = await client.chat.completions
      .create(
        {
          model,
          messages: [...messages],
          ...given(sampling),
          // OpenAI's successor of max_tokens, which its reasoning models refuse.
          ...given({ max_completion_tokens: max_tokens }),
          ...(response_format !== undefined && { response_format: openaiFormat(response_format) }),
          ...(tools.length > 0 && { tools: [...tools] }),
        },
        { signal },
      )
      .asResponse();
    const text = await response.text();
    const reply = readAnswer(text, { model, headers: response.headers });
    // JSON is read from the text as it is; a text is for people, who get no thoughts.
    if (response_format !== undefined) return reply;
    const { completion } = reply;
    return { ...reply, completion: { ...completion, text: withoutThought(completion.text) } };
  } catch (error) {
    throw orchestraError(error);
  }
}

/** The settings that have a value: undefined and null send none, and leave the model its own. */
function given<Settings extends object>(
  settings: Settings,
): { [Name in keyof Settings]?: NonNullable<Settings[Name]> } {
  const sent: { [Name in keyof Settings]?: NonNullable<Settings[Name]> } = {};
  for (const name of Object.keys(settings) as (keyof Settings)[]) {
    const value = settings[name];
    if (value !== undefined && value !== null) sent[name] = value;
  }
  return sent;
}

/**
 * The value of an answer that was requested as JSON, with large whole numbers as parseExactly has them.
 * @throws InvalidInput when it holds none, with its text: the call was paid for, and another one would be too
 */
export function parseJson({ text, finish_reason }: Completion): unknown {
  const json = jsonIn(text);
  const infinite = infiniteNumberIn(json);
  if (infinite !== undefined)
    throw new InvalidInput(
      `The model's JSON has a number that is larger than any, at ${infinite || 'its root'}: ${quoted(text)}`,
    );
  if (json !== undefined) return json;
  if (isCut(finish_reason))
    throw new InvalidInput(
      `The model's JSON is cut off by the limit of tokens; raise max_tokens: ${quoted(text)}`,
    );
  if (isFiltered(finish_reason))
    throw new InvalidInput(`The model's JSON is cut off by its content filter: ${quoted(text)}`);
  throw new InvalidInput(`The model answered something that is not JSON: ${quoted(text)}`);
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
  // The SDK gives the body's `error`, or a body without one.
  const body = onlyOf(error.error);
  const given = isObject(body)
    ? (errorIn(body) ?? (typeof body['message'] === 'string' ? body : bareError(body)) ?? body)
    : { message: body };
  // The SDK puts the status before the provider's message, or a text of its own when there is none.
  const words = error.message.replace(/^\d+ (status code \(no body\))?/, '');
  const message = typeof given['message'] === 'string' ? given['message'] : words;
  return refusal(
    { ...given, message: message + hint(error) },
    { status: error.status, headers: error.headers },
  );
}

/** What helps where a model refuses a setting: the message names it, and not how to send none. */
function hint({ code, param }: APIError): string {
  // Other servers' codes may be numbers, whatever the SDK's type says.
  return `${code}`.startsWith('unsupported_') && param && Object.hasOwn(modelSettings, param)
    ? ` (${param}: null sends none)`
    : '';
}
