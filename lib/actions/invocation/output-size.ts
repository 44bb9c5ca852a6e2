// Keeps an action's output within what a state of Step Functions may hold.
import { OutputTooLarge } from '../../errors.ts';

/** Step Functions' limit for the result of a Task, in bytes of UTF-8 (Step Functions quotas: 256 KiB). */
const STATE_BYTES = 262_144;

/**
 * The largest output. A Task's result is the whole response of lambda:invoke: besides the payload its status, version
 * and HTTP metadata, about 1 KiB; 4 KiB are reserved for them.
 */
export const MAX_OUTPUT_BYTES = STATE_BYTES - 4096;

/** Of an output that is larger, texts are kept in S3 (lib/actions/large-values); the rest is for what later steps add. */
export const MAX_INLINE_BYTES = 200 * 1024;

/** The size of a value as JSON in UTF-8, in bytes. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

/**
 * @returns the output, when it fits
 * @throws OutputTooLarge otherwise, naming the largest field
 */
export function checkSize<Output extends Record<string, unknown>>(output: Output): Output {
  const bytes = jsonBytes(output);
  if (bytes <= MAX_OUTPUT_BYTES) return output;
  const [largest] = Object.entries(output).sort((a, b) => jsonBytes(b[1]) - jsonBytes(a[1]));
  throw new OutputTooLarge(
    `The output has ${bytes} bytes as JSON; a step's output may have ${MAX_OUTPUT_BYTES}` +
      `${largest ? ` (its field ${largest[0]} alone has ${jsonBytes(largest[1])})` : ''}. ` +
      'Ask for less: fewer items, a narrower query, a lower max_tokens',
  );
}

/** The items from the start of the list that together stay within a number of bytes as JSON. */
export function takeWithin<Item>(items: readonly Item[], maxBytes = MAX_INLINE_BYTES): Item[] {
  // For the rest of the output.
  let bytes = 256;
  const count = items.findIndex((item) => {
    bytes += jsonBytes(item) + 1;
    return bytes > maxBytes;
  });
  return items.slice(0, count === -1 ? items.length : count);
}

/** The bytes that the texts of a list may have together; the rest of 256 KiB is for later steps. */
export const MAX_TEXT_BYTES = 192 * 1024;

/** The largest limit a text such that all texts, each cut to it, stay within the bytes. */
export function fairLimit(sizes: readonly number[], bytes: number): number {
  let left = bytes;
  const ascending = [...sizes].sort((a, b) => a - b);
  for (const [i, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - i));
    if (size > share) return share;
    left -= size;
  }
  return bytes;
}

/** Cuts a text so that it has at most so many bytes as JSON, between characters. */
export function cutText(text: string, maxBytes: number): string {
  if (jsonBytes(text) <= maxBytes) return text;
  let bytes = 2;
  let end = 0;
  for (const character of text) {
    bytes += jsonBytes(character) - 2;
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
