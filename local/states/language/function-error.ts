// What a function of an expression throws: jsonata adds the message of the code, or keeps the one given.

export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly code: string;
  /** `value`, `index`, `token` and `type` stand in the messages of codes. */
  constructor(code: string, fields: Readonly<Record<string, unknown>> = {}, message = '') {
    super(message);
    this.code = code;
    Object.assign(this, fields);
  }
}
