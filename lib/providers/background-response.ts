// A response that OpenAI makes in the background (https://developers.openai.com/api/docs/guides/background): begun by one
// invocation of the action, looked at by later ones, and cancelled when the step's time is over.
import type OpenAI from 'openai';
import { APIError } from 'openai';
import type { OngoingCalls } from '../actions/invocation/ongoing-calls.ts';
import { ProviderUnavailable, RateLimited } from '../errors.ts';
import { isObject } from '../json.ts';
import { orchestraError } from './openai-error.ts';

/** How long a look, a cancellation and a deletion may take. */
const LONGEST_MS = { get: 20_000, post: 5000, delete: 5000 } as const;

interface Sender {
  readonly client: OpenAI;
  readonly signal: AbortSignal;
}

/** An answer's text and headers. */
export interface Answered {
  readonly text: string;
  readonly headers: Headers;
}

/**
 * The response, once it has come to an end. Begun without `store`, it is deleted when the action has its result: nothing
 * of a conversation stays at OpenAI.
 * @param begin sends the request
 * @throws StillRunning until then; ProviderUnavailable when OpenAI no longer knows the response
 */
export async function backgroundResponse(
  model: string,
  begin: () => Promise<Answered>,
  { client, signal }: Sender,
  calls: OngoingCalls,
): Promise<Answered> {
  const ask = async (method: 'get' | 'post' | 'delete', path: string): Promise<Answered> => {
    // One that hangs must not end the invocation as a failure, since the response goes on.
    const options = { signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS[method])]) };
    const response = await client[method](path, options).asResponse();
    return { text: await response.text(), headers: response.headers };
  };
  const begun = calls.begun(model);
  const answered = begun === undefined ? await begin() : await look(begun, ask, calls);
  const { id, status } = fieldsOf(answered);
  if (begun === undefined && id !== undefined) calls.begin(model, id);
  const known = begun ?? id;
  if (!isRunning(status) || known === undefined) {
    if (known !== undefined) calls.atEnd(() => ask('delete', pathOf(known)));
    return answered;
  }
  if (!calls.isLastLook) calls.wait();
  // It may have come to its end at this moment, and is as good as any then.
  const cancelled = await ask('post', `${pathOf(known)}/cancel`).catch(() => undefined);
  if (cancelled !== undefined && fieldsOf(cancelled).status === 'completed') {
    calls.atEnd(() => ask('delete', pathOf(known)));
    return cancelled;
  }
  await ask('delete', pathOf(known)).catch(() => undefined);
  return calls.wait();
}

async function look(
  id: string,
  ask: (method: 'get', path: string) => Promise<Answered>,
  calls: OngoingCalls,
): Promise<Answered> {
  try {
    return await ask('get', pathOf(id));
  } catch (cause) {
    if (cause instanceof APIError && cause.status === 404)
      throw new ProviderUnavailable('OpenAI no longer has the response that it made in the background', {
        cause,
      });
    const error = orchestraError(cause);
    // The response goes on whatever becomes of a question about it.
    if (error instanceof RateLimited) calls.wait(error.retryAfterSeconds);
    if (error instanceof ProviderUnavailable) calls.wait();
    throw error;
  }
}

function pathOf(id: string): string {
  return `/responses/${encodeURIComponent(id)}`;
}

function isRunning(status: unknown): boolean {
  return status === 'queued' || status === 'in_progress';
}

function fieldsOf({ text }: Answered): { readonly id: string | undefined; readonly status: unknown } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // What is no JSON is for readResponse to refuse.
  }
  const { id, status } = isObject(body) ? body : {};
  return { id: typeof id === 'string' ? id : undefined, status };
}
