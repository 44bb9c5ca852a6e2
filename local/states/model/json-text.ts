// Parses JSON texts that clients send, with the messages of AWS, whose JSON parser is Jackson.
import { type Json, MAX_NESTING, parseJson } from './json.ts';

export interface JsonFault {
  readonly message: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** The value of a JSON text, or its first error and where that is. */
export function readJson(text: string): { readonly value: Json } | { readonly fault: JsonFault } {
  try {
    return { value: parseJson(text) };
  } catch {
    return { fault: new Scanner(text).fault() };
  }
}

const EXPECTED_VALUE = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Reads up to the first error. Runs only on texts that `parseJson` refused. */
class Scanner {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  fault(): JsonFault {
    const message = this.#value() ?? this.#trailing();
    const before = this.#text.slice(0, this.#at).split('\n');
    return { message, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }

  #trailing(): string {
    this.#blanks();
    return this.#unexpected('expected end of content');
  }

  /** The message of an error; undefined when a value was read. */
  #value(): string | undefined {
    this.#blanks();
    const char = this.#text[this.#at];
    if (char === undefined) return 'Unexpected end-of-input';
    if (char === '{') return this.#members('}', () => this.#member());
    if (char === '[') return this.#members(']', () => this.#value());
    if (char === '"') return this.#string();
    NUMBER.lastIndex = this.#at;
    const [number] = NUMBER.exec(this.#text) ?? [];
    if (number !== undefined && !Number.isFinite(Number(number))) return `The number ${number} is too large`;
    if (number !== undefined) return this.#skip(number.length);
    const word = /^[\w$]+/.exec(this.#text.slice(this.#at, this.#at + 400))?.[0];
    if (word === undefined) return this.#unexpected(`expected a valid value (${EXPECTED_VALUE})`);
    this.#skip(word.length);
    if (['true', 'false', 'null'].includes(word)) return undefined;
    return `Unrecognized token '${word}': was expecting (${EXPECTED_VALUE})`;
  }

  #members(close: string, member: () => string | undefined): string | undefined {
    this.#at += 1;
    this.#depth += 1;
    if (this.#depth > MAX_NESTING)
      return `Document nesting depth (${this.#depth}) exceeds the maximum allowed (${MAX_NESTING})`;
    const fault = this.#entries(close, member);
    this.#depth -= 1;
    return fault;
  }

  #entries(close: string, member: () => string | undefined): string | undefined {
    this.#blanks();
    if (this.#text[this.#at] === close) return this.#skip(1);
    for (;;) {
      const fault = member();
      if (fault) return fault;
      this.#blanks();
      const char = this.#text[this.#at];
      if (char === close) return this.#skip(1);
      if (char !== ',') {
        const kind = close === '}' ? 'Object' : 'Array';
        return this.#unexpected(`was expecting comma to separate ${kind} entries`);
      }
      this.#at += 1;
    }
  }

  #member(): string | undefined {
    this.#blanks();
    if (this.#text[this.#at] !== '"')
      return this.#unexpected('was expecting double-quote to start field name');
    const fault = this.#string();
    if (fault) return fault;
    this.#blanks();
    if (this.#text[this.#at] !== ':') {
      return this.#unexpected('was expecting a colon to separate field name and value');
    }
    this.#at += 1;
    return this.#value();
  }

  #string(): string | undefined {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a string must not hold them
    const string = /^"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/.exec(
      this.#text.slice(this.#at),
    );
    this.#skip(string?.[0].length ?? 1);
    const char = this.#text[this.#at];
    if (char === '"') return this.#skip(1);
    if (char === undefined) return 'Unexpected end-of-input: was expecting closing quote for a string value';
    if (char === '\\') return 'Unrecognized character escape';
    return `Illegal unquoted character ((CTRL-CHAR, code ${char.charCodeAt(0)})): has to be escaped using backslash to be included in string value`;
  }

  #unexpected(expectation: string): string {
    const char = this.#text[this.#at];
    if (char === undefined) return 'Unexpected end-of-input';
    return `Unexpected character ('${char}' (code ${char.charCodeAt(0)})): ${expectation}`;
  }

  #blanks(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #skip(length: number): undefined {
    this.#at += length;
    return undefined;
  }
}
