// Which part of a request a model refuses, so that it is asked again without that part: what each model takes is not in
// any API, and differs from version to version.
import { APIError } from 'openai';

/**
 * - `include`: the request for encrypted reasoning, which models refuse that do not reason.
 * - `reasoning`: the encrypted reasoning of earlier turns: of another organization, say, when a key was exchanged.
 */
export type RefusedPart =
  | 'temperature'
  | 'top_p'
  | 'reasoning_effort'
  | 'verbosity'
  | 'include'
  | 'reasoning';

/** By the names of either API. */
const PART_OF: Readonly<Record<string, RefusedPart>> = {
  temperature: 'temperature',
  top_p: 'top_p',
  reasoning_effort: 'reasoning_effort',
  reasoning: 'reasoning_effort',
  'reasoning.effort': 'reasoning_effort',
  verbosity: 'verbosity',
  'text.verbosity': 'verbosity',
  include: 'include',
};

/** Words of OpenAI about older models, and of LiteLLM, which have no code for it. */
const inWords = /Unrecognized request argument supplied: (\w+)|does not support parameters: \['(\w+)'/;

/** @returns undefined when the refusal is for another reason */
export function refusedPart(error: unknown): RefusedPart | undefined {
  if (!(error instanceof APIError) || error.status !== 400) return undefined;
  const { param, message } = error;
  // Other servers' codes may be numbers, whatever the SDK's type says.
  const code = `${error.code}`;
  if (code === 'invalid_encrypted_content') return 'reasoning';
  if (/^encrypted content is not supported/i.test(message.replace(/^\d+ /, ''))) return 'include';
  const [, older, listed] = inWords.exec(message) ?? [];
  const named = /^(?:unsupported_(?:parameter|value)|unknown_parameter)$/.test(code)
    ? param
    : (older ?? listed);
  return named && Object.hasOwn(PART_OF, named) ? PART_OF[named] : undefined;
}
