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
  // A reviver takes several times as long, and is needed for numbers of 16 digits or more.
  if (!LONG.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const { source = '' } = context ?? {};
    const isLarge = typeof value === 'number' && !Number.isSafeInteger(value) && WHOLE.test(source);
    return isLarge ? JSON.rawJSON(source) : value;
  });
}

const LONG = /\d{16}/;
const WHOLE = /^-?\d+$/;

/** The digits of a number that is kept as text; undefined for every other value. */
export function digitsOf(value: unknown): string | undefined {
  return JSON.isRawJSON(value) ? value.rawJSON : undefined;
}

/** Whether a number that is kept as text is in the value. */
export function holdsDigits(value: unknown): boolean {
  if (digitsOf(value) !== undefined) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsDigits);
}

/** As parseExactly, but undefined when the text is not JSON. */
export function exactValue(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}

/** The value as JSON.parse has it: for what compares, calculates, or looks into values. */
export function rounded(value: unknown): unknown {
  const digits = digitsOf(value);
  if (digits !== undefined) return Number(digits);
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rounded(member)]));
}
