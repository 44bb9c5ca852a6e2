// OpenAI and the servers that speak its API: a connection, and the one call that all actions make.
import OpenAI from 'openai';
import type * as z from 'zod';
import type { OngoingCalls } from '../actions/invocation/ongoing-calls.ts';
import { setting } from '../config.ts';
import type { Connection } from '../connections/connections.ts';
import { openaiCredentials } from '../connections/credentials.ts';
import { InvalidInput } from '../errors.ts';
import { quoted, withoutThought } from './answer-text.ts';
import { askInOrder } from './ask-in-order.ts';
import { type Answered, backgroundResponse } from './background-response.ts';
import { readAnswer } from './chat-answer.ts';
import { chatRequest } from './chat-request.ts';
import { type Completion, isBlank, type Reply } from './completion.ts';
import type { ChatMessage, ModelRequest } from './model-request.ts';
import { orchestraError } from './openai-error.ts';
import { type RefusedPart, refusedPart } from './refused-part.ts';
import { readResponse } from './responses-answer.ts';
import { responsesRequest } from './responses-request.ts';

export const openai: Connection<typeof openaiCredentials> = {
  provider: 'openai',
  secrets: openaiCredentials,
};

export interface Caller {
  readonly secrets: z.output<(typeof openai)['secrets']>;
  readonly signal: AbortSignal;
  /** How long the action can take still. */
  remainingMs(): number;
  /** The answers are made in the background. */
  readonly ongoing?: OngoingCalls | undefined;
}

/** What models are asked, and which. */
export type Question = Omit<ModelRequest, 'model'> & { readonly models: readonly string[] };

/**
 * Completes a chat that offers no tools.
 * @throws what `ask` does; InvalidInput when the answer is empty for a reason other than that it was complete, or is nothing
 *   but a thought
 */
export async function complete(request: Question, caller: Caller): Promise<Completion> {
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

/** What models have refused, by server, model and effort, for the calls that follow in the same function. */
const refusedBefore = new Map<string, ReadonlySet<RefusedPart>>();

/**
 * Calls the models in order, each once, without retries: those belong to the state machine, where they can be seen. What the model refuses of the
 * settings, which is free of charge, is left out.
 * @throws RateLimited, Unauthorized (also when the account's quota is used up), NotFound, InvalidInput (also when the
 *   model or its content filter refuses, and when an answer that was paid for cannot be used), Conflict, ProviderUnavailable;
 *   StillRunning in the background
 */
export async function ask({ models, ...rest }: Question, caller: Caller): Promise<Reply> {
  return askInOrder(models, caller, (model, signal) =>
    askModel({ ...rest, model }, { secrets: caller.secrets, signal, ongoing: caller.ongoing }),
  );
}

async function askModel(
  request: ModelRequest,
  { secrets, signal, ongoing }: Pick<Caller, 'secrets' | 'signal' | 'ongoing'>,
): Promise<Reply> {
  const baseURL = secrets.base_url ?? setting('OPENAI_BASE_URL');
  const client = new OpenAI({
    apiKey: secrets.api_key,
    baseURL,
    maxRetries: 0,
    logLevel: 'off',
    // Following a redirect would take the key or the prompt elsewhere.
    fetchOptions: { redirect: 'manual' },
  });
  const key = JSON.stringify([baseURL, request.model, request.reasoning_effort]);
  const left = new Set(refusedBefore.get(key));
  for (;;) {
    try {
      const reply = await send(request, left, { client, api: apiOf(secrets), signal, ongoing });
      // JSON is read from the text as it is; a text is for people, who get no thoughts.
      if (request.response_format !== undefined) return reply;
      const { completion } = reply;
      return { ...reply, completion: { ...completion, text: withoutThought(completion.text) } };
    } catch (error) {
      const part = refusedPart(error);
      if (part === undefined || left.has(part)) throw orchestraError(error);
      left.add(part);
      // Reasoning is refused for itself, and not for the model.
      refusedBefore.set(key, new Set([...left].filter((each) => each !== 'reasoning')));
    }
  }
}

type Api = NonNullable<Caller['secrets']['api']>;

/** A server of one's own speaks Chat Completions unless its connection says otherwise. */
function apiOf({ api, base_url }: Caller['secrets']): Api {
  return api ?? (base_url === undefined ? 'responses' : 'chat_completions');
}

interface Sender {
  readonly client: OpenAI;
  readonly api: Api;
  readonly signal: AbortSignal;
  readonly ongoing: OngoingCalls | undefined;
}

async function send(
  request: ModelRequest,
  left: ReadonlySet<RefusedPart>,
  { client, api, signal, ongoing }: Sender,
): Promise<Reply> {
  const asked = without(request, left);
  // The response itself, since the SDK reads only what its Content-Type calls JSON.
  const post = async (path: string, body: object): Promise<Answered> => {
    const response = await client.post(path, { body, signal }).asResponse();
    return { text: await response.text(), headers: response.headers };
  };
  const { model } = request;
  if (api === 'responses') {
    const options = { withReasoning: !left.has('include'), background: ongoing !== undefined };
    const begin = () => post('/responses', responsesRequest(asked, options));
    const { text, headers } = await (ongoing
      ? backgroundResponse(model, begin, { client, signal }, ongoing)
      : begin());
    return readResponse(text, { model, headers });
  }
  if (ongoing)
    throw new InvalidInput(
      'The connection’s server is asked by Chat Completions, which has no background; leave background out, or give the connection "api": "responses"',
    );
  const { text, headers } = await post('/chat/completions', chatRequest(asked));
  return readAnswer(text, { model, headers });
}

function without(request: ModelRequest, left: ReadonlySet<RefusedPart>): ModelRequest {
  const { temperature, top_p, reasoning_effort, verbosity, messages, ...rest } = request;
  return {
    ...rest,
    ...(!left.has('temperature') && { temperature }),
    ...(!left.has('top_p') && { top_p }),
    ...(!left.has('reasoning_effort') && { reasoning_effort }),
    ...(!left.has('verbosity') && { verbosity }),
    messages: left.has('reasoning') ? messages.map(withoutReasoning) : messages,
  };
}

function withoutReasoning(message: ChatMessage): ChatMessage {
  if (message.role !== 'assistant') return message;
  const { reasoning: _, tool_calls: calls, ...rest } = message;
  return { ...rest, ...(calls && { tool_calls: calls.map(({ reasoning: __, ...call }) => call) }) };
}
