// A text with its lines: converts offsets to lines and columns.

/** Both from 1; columns in UTF-16 code units, as editors count them. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export class SourceText {
  readonly text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.text = text;
    this.#starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)];
  }

  place(offset: number): Place {
    // The last line that begins at or before the offset.
    let low = 0;
    let high = this.#starts.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }

  /** Without the line break. */
  line(number: number): string {
    const start = this.#starts[number - 1] ?? this.text.length;
    let end = this.#starts[number] ?? this.text.length;
    while (end > start && '\r\n'.includes(this.text[end - 1] ?? ' ')) end -= 1;
    return this.text.slice(start, end);
  }
}
