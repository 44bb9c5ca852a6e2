// An answer that has to be JSON: one that is none, or breaks its schema, goes back to the model once with what is wrong.
import { InvalidInput, InvalidModelOutput } from '../errors.ts';
import { rounded } from '../exact-json.ts';
import type { Mismatch } from '../json-schema/mismatch.ts';
import { summedUsage } from '../token-usage.ts';
import { infiniteNumberIn } from '../unkept-numbers.ts';
import { jsonIn, quoted } from './answer-text.ts';
import { type Completion, isCut, isFiltered } from './completion.ts';
import { type Caller, complete, type Question } from './openai.ts';

/**
 * @returns the answer that fits, with its value, in which large whole numbers are as parseExactly has them; `usage` is that
 *   of both calls
 * @throws InvalidModelOutput, with the text of the second answer, when that does not fit either; InvalidInput when a limit or
 *   a filter has cut one off, which another call would not mend; what `complete` does
 */
export async function completeJson(
  question: Question,
  mismatch: Mismatch,
  caller: Caller,
): Promise<{ readonly completion: Completion; readonly json: unknown }> {
  const first = await complete(question, caller);
  const read = readJson(first, mismatch);
  if ('json' in read) return { completion: first, json: read.json };
  const correction = `This answer does not fit: ${read.problem}. Answer again, with JSON that fits and nothing else.`;
  const messages = [
    ...question.messages,
    { role: 'assistant' as const, content: first.text },
    { role: 'user' as const, content: correction },
  ];
  const second = await complete({ ...question, messages }, caller);
  const again = readJson(second, mismatch);
  if ('problem' in again)
    throw new InvalidModelOutput(
      `The model's answer does not fit response_format, also when it was told why: ${again.problem}. It was: ${quoted(second.text)}`,
    );
  return {
    completion: { ...second, usage: summedUsage([first.usage, second.usage]) },
    json: again.json,
  };
}

function readJson(
  { text, finish_reason }: Completion,
  mismatch: Mismatch,
): { readonly json: unknown } | { readonly problem: string } {
  const json = jsonIn(text);
  const infinite = infiniteNumberIn(json);
  if (infinite !== undefined)
    return { problem: `it has a number that is larger than any, at ${infinite || 'its root'}` };
  if (json !== undefined) {
    const problem = mismatch(rounded(json));
    return problem === undefined ? { json } : { problem };
  }
  if (isCut(finish_reason))
    throw new InvalidInput(
      `The model's JSON is cut off by the limit of tokens; raise max_tokens: ${quoted(text)}`,
    );
  if (isFiltered(finish_reason))
    throw new InvalidInput(`The model's JSON is cut off by its content filter: ${quoted(text)}`);
  return { problem: 'it is not JSON' };
}
