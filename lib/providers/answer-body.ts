// The body of an answer, before it is read as that of one API or the other.
import { InvalidInput, ProviderUnavailable } from '../errors.ts';
import { exactValue } from '../exact-json.ts';
import { isObject } from '../json.ts';
import { quoted } from './answer-text.ts';
import { onlyOf } from './chat-refusal.ts';

/** What an answer is read with, beside its text. */
export interface Asked {
  readonly model: string;
  /** Of the answer: an error within it may say there how long to wait. */
  readonly headers: Headers | undefined;
}

/**
 * The object that a body is.
 * @param expected what has to be in it: a pointer
 * @throws ProviderUnavailable when it is none; InvalidInput when it is a stream
 */
export function bodyOf(text: string, expected: string): Record<string, unknown> {
  // Some servers stream whatever they are asked; what they stream was paid for.
  if (/^\s*(data|event): ?\S/.test(text))
    throw new InvalidInput(`OpenAI answered with a stream, which was not asked for: ${quoted(text)}`);
  // Exactly: the arguments of a call, and an answer as an object, are numbers of the model's.
  const value = exactValue(text.replace(/^\uFEFF/, ''));
  if (value === undefined) throw new ProviderUnavailable('OpenAI answered something that is not JSON');
  const body = onlyOf(value);
  if (isObject(body)) return body;
  throw unknownFormat(expected);
}

/** Without its content: what is no answer of a model may be anything. */
export function unknownFormat(expected: string): Error {
  return new ProviderUnavailable(`OpenAI answered in an unknown format (unexpected: ${expected})`);
}
