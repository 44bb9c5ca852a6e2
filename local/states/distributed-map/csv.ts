// The rows of a CSV file, as Step Functions reads them (developer guide, "How Step Functions parses input CSV files"):
// quotes as in RFC 4180, and beside them doubled quotes outside of quotes and escapes with a backslash.
//
// csv-parse and Papa Parse know one escape character, and only within quotes, so neither reads this format.

/** Of a row: whether any of its fields was in quotes, which an empty line has not. */
interface Row {
  readonly fields: string[];
  quoted: boolean;
}

/** Empty lines are skipped. @param delimiter one character */
export function csvRows(text: string, delimiter: string): string[][] {
  return new CsvReader(text, delimiter)
    .rows()
    .filter(({ fields, quoted }) => quoted || fields.length > 1 || fields[0] !== '')
    .map(({ fields }) => fields);
}

class CsvReader {
  readonly #text: string;
  readonly #delimiter: string;
  /** Plain text, a backslash with what it escapes, a quote, a delimiter, a line end. */
  readonly #token: RegExp;
  readonly #rows: Row[] = [];
  #row: Row = { fields: [], quoted: false };
  #field = '';
  /** Whether the field has begun: a quote at its beginning opens it. */
  #begun = false;
  #inQuotes = false;

  constructor(text: string, delimiter: string) {
    this.#text = text;
    this.#delimiter = delimiter;
    this.#token = new RegExp(
      `[^"\\\\\\r\\n${delimiter}]+|\\\\["\\\\${delimiter}]?|"|[${delimiter}]|\\r\\n?|\\n`,
      'g',
    );
  }

  rows(): readonly Row[] {
    for (let match = this.#token.exec(this.#text); match; match = this.#token.exec(this.#text)) {
      this.#read(match[0]);
    }
    this.#endRow();
    return this.#rows;
  }

  #read(token: string): void {
    if (token.startsWith('\\'))
      this.#add(token.slice(1)); // before other characters it is dropped
    else if (token === '"') this.#quote();
    else if (this.#inQuotes) this.#add(token);
    else if (token === this.#delimiter) this.#endField();
    else if (token === '\n' || token.startsWith('\r')) this.#endRow();
    else this.#add(token);
  }

  #quote(): void {
    const [next, second] = this.#text.slice(this.#token.lastIndex, this.#token.lastIndex + 2);
    const isDoubled = next === '"';
    if (!this.#inQuotes && !this.#begun && !(isDoubled && this.#isText(second))) {
      this.#inQuotes = true;
      this.#begun = true;
      this.#row.quoted = true;
    } else if (isDoubled) {
      this.#token.lastIndex += 1;
      this.#add('"');
    } else if (this.#inQuotes) {
      this.#inQuotes = false;
    } else {
      this.#add('"');
    }
  }

  /** Whether a doubled quote at the beginning of a field is a quote: before text, and not `""` or `"""…"`. */
  #isText(char: string | undefined): boolean {
    return char !== undefined && !['"', '\r', '\n', this.#delimiter].includes(char);
  }

  #add(text: string): void {
    this.#field += text;
    this.#begun = true;
  }

  #endField(): void {
    this.#row.fields.push(this.#field);
    this.#field = '';
    this.#begun = false;
  }

  #endRow(): void {
    this.#endField();
    this.#rows.push(this.#row);
    this.#row = { fields: [], quoted: false };
  }
}
