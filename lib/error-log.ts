// Where an error is logged of which the caller must not see the details.

/** Powertools' Logger, as far as errors are logged with it. */
export interface ErrorLog {
  error(message: string, details: { readonly instance: string; readonly error: Error | string }): void;
}
