// Puts the large values of a run in place of the references to them in an action's input.
import { InvalidInput } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { pointerTo } from '../../json-pointer.ts';
import { isBytes, referredTo } from './reference.ts';
import type { LargeValueStore } from './store.ts';

/** What an action's memory holds several times over: in base64, of a mail with all that Gmail lets through. */
const MAX_RESOLVED_BYTES = 40_000_000;

export interface ResolveOptions {
  /** Whose values may be read. */
  readonly owner: string;
  readonly store: LargeValueStore;
  readonly signal: AbortSignal;
}

/**
 * The input with the texts that its references stand for, also of those that an expression has joined to other text.
 * @throws InvalidInput for a reference of another run, and for too much; LargeValueExpired; ProviderUnavailable
 */
export async function resolveLargeValues(input: unknown, options: ResolveOptions): Promise<unknown> {
  // Every other input stays what it is, and costs this alone.
  if (!mayRefer(input)) return input;
  const values = new LargeValues(options);
  values.find(input, '');
  await values.read();
  return values.putInto(input);
}

/** No recursion: an input may be nested deeper than the stack. */
function mayRefer(input: unknown): boolean {
  const left: unknown[] = [input];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && value.includes('"large_value"')) return true;
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, 'large_value')) return true;
    for (const member of Object.values(value)) left.push(member);
  }
  return false;
}

class LargeValues {
  readonly #options: ResolveOptions;
  readonly #texts = new Map<string, string>();

  constructor(options: ResolveOptions) {
    this.#options = options;
  }

  find(value: unknown, pointer: string): void {
    if (typeof value === 'string') {
      for (const { id } of embedded(value)) if (this.#isOwn(id)) this.#texts.set(id, '');
      return;
    }
    const id = referredTo(value);
    if (id !== undefined) {
      if (!this.#isOwn(id))
        throw new InvalidInput(
          `The input is invalid. ${pointer || '/'}: refers to a large value of another run; only that run, its reruns and the runs of workflows that it starts can read it`,
        );
      this.#texts.set(id, '');
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) this.find(member, pointerTo(pointer, key));
    }
  }

  async read(): Promise<void> {
    const { store, signal } = this.#options;
    let bytes = 0;
    for (const id of this.#texts.keys()) {
      const content = await store.read(id, signal);
      const text = content.toString(isBytes(id) ? 'base64' : 'utf8');
      bytes += text.length;
      if (bytes > MAX_RESOLVED_BYTES)
        throw new InvalidInput(
          `The input is invalid. Its large values have more than ${MAX_RESOLVED_BYTES} bytes together`,
        );
      this.#texts.set(id, text);
    }
  }

  putInto(value: unknown): unknown {
    if (typeof value === 'string') return this.#intoText(value);
    const id = referredTo(value);
    if (id !== undefined) return this.#texts.get(id);
    if (Array.isArray(value)) return value.map((item) => this.putInto(item));
    if (!isObject(value) || JSON.isRawJSON(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.putInto(member)]));
  }

  /** From the last on, so that the places of those before stay. A member of JSON becomes a text of JSON. */
  #intoText(text: string): string {
    return embedded(text).reduceRight((result, { id, start, end }) => {
      const found = this.#isOwn(id) ? this.#texts.get(id) : undefined;
      if (found === undefined) return result;
      const isMember = /"\s*:\s*$/.test(text.slice(Math.max(0, start - 10), start));
      return result.slice(0, start) + (isMember ? JSON.stringify(found) : found) + result.slice(end);
    }, text);
  }

  #isOwn(id: string): boolean {
    return id.startsWith(`${this.#options.owner}/`);
  }
}

/** References as `&` and `$string` of JSONata write them: as JSON. Any other text, also one that looks similar, is text. */
function embedded(text: string) {
  const found: { id: string; start: number; end: number }[] = [];
  const opening = '{"large_value":';
  for (let start = text.indexOf(opening); start !== -1; start = text.indexOf(opening, start + 1)) {
    const end = objectEnd(text, start);
    const id = end === undefined ? undefined : referredTo(parsed(text.slice(start, end)));
    if (id !== undefined && end !== undefined) found.push({ id, start, end });
  }
  return found;
}

/** A reference with its preview is no longer. */
const MAX_REFERENCE = 20_000;

/** Behind the brace that closes the object which begins there. */
function objectEnd(text: string, start: number): number | undefined {
  let inString = false;
  for (let at = start; at < text.length && at < start + MAX_REFERENCE; at++) {
    const letter = text[at];
    if (inString && letter === '\\') at++;
    else if (letter === '"') inString = !inString;
    else if (letter === '}' && !inString) return at + 1;
    // It holds no other object: without this a text of many openings would take quadratic time.
    else if (letter === '{' && !inString && at > start) return undefined;
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
