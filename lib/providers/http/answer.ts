// The answer as the workflow gets it: JSON, a text, or the bytes of a file; and the error of one that is a failure.
import { wellFormed } from '../../actions/invocation/well-formed.ts';
import { type OrchestraError, ProviderUnavailable } from '../../errors.ts';
import { exactValue } from '../../exact-json.ts';
import { isJsonType, isObject } from '../../json.ts';
import { textOf } from '../charset.ts';
import { headerParameter } from '../header-parameter.ts';
import { refused } from '../provider-failure.ts';
import { waitSeconds } from '../provider-wait.ts';
import type { HttpAnswer } from './exchange.ts';
import type { HttpInput } from './input.ts';

/** What is nested deeper no later step could read, and a program could not even write it. */
const MAX_DEPTH = 1000;

export type Content =
  | { readonly json: unknown }
  | { readonly text: string }
  /** In base64. */
  | { readonly content: string };

/** @throws ProviderUnavailable when it is meant as JSON and is none */
export function contentOf(answer: HttpAnswer, wanted: HttpInput['response']): Content {
  const form = wanted === 'auto' ? formOf(answer) : wanted;
  if (form === 'json') return { json: jsonOf(answer) };
  return form === 'text' ? { text: decoded(answer) } : { content: answer.body.toString('base64') };
}

/** The media type, without parameters; empty when the answer names none. */
export function mediaTypeOf({ headers }: Pick<HttpAnswer, 'headers'>): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function formOf(answer: HttpAnswer): 'json' | 'text' | 'file' {
  const type = mediaTypeOf(answer);
  if (isJsonType(type)) return 'json';
  const isText = /^text\/|^application\/(?:xml|javascript|x-www-form-urlencoded|x-ndjson|yaml)$|\+xml$/.test(
    type,
  );
  return isText || answer.body.length === 0 ? 'text' : 'file';
}

/** Of an answer without a body, null. */
export function jsonOf(answer: HttpAnswer): unknown {
  if (answer.body.length === 0) return null;
  const text = decoded(answer).replace(/^\uFEFF/, '');
  const { host } = answer.url;
  if (depthOf(text) > MAX_DEPTH)
    throw new ProviderUnavailable(`${host} answered JSON that is nested deeper than ${MAX_DEPTH}`);
  const value = exactValue(text);
  if (value === undefined) throw new ProviderUnavailable(`${host} answered something that is not JSON`);
  return wellFormed(value);
}

function decoded({ body, headers }: HttpAnswer): string {
  return textOf(body, headerParameter(headers['content-type'] ?? '', 'charset')).toWellFormed();
}

/** Of brackets outside of strings. */
function depthOf(text: string): number {
  let [depth, deepest, inString] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (inString && letter === '\\') at += 1;
    else if (letter === '"') inString = !inString;
    else if (inString) continue;
    else if (letter === '[' || letter === '{') deepest = Math.max(deepest, ++depth);
    else if (letter === ']' || letter === '}') depth -= 1;
  }
  return deepest;
}

/** The error of a status that is not expected. */
export function failureOf(answer: HttpAnswer): OrchestraError {
  const { status, url } = answer;
  const body = bodyIn(answer);
  const message = wordsIn(body) || (typeof body === 'string' ? body : '');
  const details = isObject(body) && isObject(body['error']) ? body['error']['details'] : undefined;
  const headers = new Headers(answer.headers);
  const retryAfterSeconds = status === 429 ? waitSeconds({ headers, message, details }) : undefined;
  return refused({ provider: url.host, status, message, retryAfterSeconds });
}

function bodyIn(answer: HttpAnswer): unknown {
  const form = formOf(answer);
  if (form === 'file') return '';
  const text = decoded(answer);
  return (form === 'json' ? exactValue(text) : undefined) ?? text;
}

/**
 * Where servers say what is wrong: problem details (RFC 9457), OAuth (RFC 6749, section 5.2), `message`, and an object or a
 * list of these.
 */
function wordsIn(body: unknown, depth = 0): string {
  if (Array.isArray(body)) return wordsIn(body[0], depth);
  if (!isObject(body) || depth > 3) return '';
  const { error, errors, message, title, detail, error_description } = body;
  const words = [title, detail, message, typeof error === 'string' ? error : undefined, error_description];
  const told = [...new Set(words.filter((one) => typeof one === 'string' && one !== ''))].join(': ');
  return told || wordsIn(error, depth + 1) || wordsIn(errors, depth + 1);
}
