// The text of an answer and the arguments of its calls, in the forms in which servers give them.
import { wellFormed } from '../actions/invocation/well-formed.ts';
import { isObject } from '../json.ts';

export interface Said {
  readonly text: string;
  readonly refusal: string;
}

/** Text, or its parts; whatever else a server gives (JSON mode as an object, say) as JSON. */
export function contentOf(content: unknown): Said {
  const read = Array.isArray(content) ? content.map((part) => partOf(part, true)) : [partOf(content, false)];
  const joined = (of: keyof Said) =>
    read
      .map((part) => part[of])
      .join('')
      .toWellFormed();
  return { text: joined('text'), refusal: joined('refusal') };
}

function partOf(part: unknown, isListed: boolean): Said {
  if (part === null || part === undefined) return { text: '', refusal: '' };
  if (typeof part === 'string') return { text: part, refusal: '' };
  if (!isObject(part)) return { text: JSON.stringify(part), refusal: '' };
  const { type, refusal } = part;
  const text = textIn(part, isListed);
  if (text !== undefined) return { text, refusal: '' };
  if (typeof refusal === 'string') return { text: '', refusal };
  // A thought (Mistral), or a picture: not the answer's text.
  return { text: typeof type === 'string' && isListed ? '' : JSON.stringify(part), refusal: '' };
}

/**
 * The text of a part: `text`, whose own `value` it is in OpenAI's Assistants API; `delta` of a piece of a stream; `content`;
 * what a model said aloud (`transcript`).
 */
function textIn(part: Record<string, unknown>, isListed: boolean): string | undefined {
  const { text, type, delta, content, transcript } = part;
  if (typeof text === 'string') return text;
  if (isObject(text) && typeof text['value'] === 'string') return text['value'];
  if (typeof transcript === 'string') return transcript;
  // JSON mode as an object may have any fields: these are those of a part only where it says that it is one.
  if (!isListed || typeof type !== 'string' || /think|reason/i.test(type)) return undefined;
  return [delta, content].find((one) => typeof one === 'string');
}

export function textOf(given: unknown): string {
  return typeof given === 'string' ? given.toWellFormed() : typeof given === 'number' ? String(given) : '';
}

/** Ollama gives an object where OpenAI gives its text, and servers leave out what is empty. */
export function argumentsOf(given: unknown): string {
  if (given === null || given === undefined) return '';
  return typeof given === 'string' ? given.toWellFormed() : JSON.stringify(wellFormed(given));
}
