// JSON whose large whole numbers keep their digits: a JavaScript number has 53 bits, and Step Functions keeps 64.

declare global {
  /** JSON.parse source text access (a proposal at ECMA TC39's stage 4, in Node since 21), which TypeScript does not type yet. */
  interface JSON {
    rawJSON(text: string): object;
    isRawJSON(value: unknown): value is { readonly rawJSON: string };
  }
}

/**
 * As JSON.parse, but a whole number beyond 2^53 becomes what JSON.stringify writes with all its digits.
 * For values that are only passed on: such a number is an object to everybody else.
 * @throws SyntaxError
 */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const { source = '' } = context ?? {};
    const isLarge = typeof value === 'number' && !Number.isSafeInteger(value) && WHOLE.test(source);
    return isLarge ? JSON.rawJSON(source) : value;
  });
}

const WHOLE = /^-?\d+$/;

/** The digits of a number that is kept as text; undefined for every other value. */
export function digitsOf(value: unknown): string | undefined {
  return JSON.isRawJSON(value) ? value.rawJSON : undefined;
}
