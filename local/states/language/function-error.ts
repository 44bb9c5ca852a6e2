// What a function of an expression throws: jsonata adds the message of the code.

export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly code: string;
  /** The message given: jsonata's own copy of it reads `{{ … }}` in it as one of its placeholders. */
  readonly said: string;
  /** `value`, `index`, `token` and `type` stand in the messages of codes. */
  constructor(code: string, fields: Readonly<Record<string, unknown>> = {}, message = '') {
    super(message);
    this.code = code;
    this.said = message;
    Object.assign(this, fields);
  }
}
