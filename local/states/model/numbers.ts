// Numbers as texts, as Step Functions writes them.
//
// jsonata 2.0.6 rounds every number to 15 digits. Step Functions does so with fractions only: a whole number below 1e21
// has all of the digits that its double has, an id of 16 digits is itself
// (measured on AWS: https://github.com/floci-io/floci/pull/2683).

const FRACTION_DIGITS = 15;

/** With the digits that it has in texts. */
export const shortened = <T extends number | bigint>(value: T): T | number =>
  typeof value === 'bigint' || Number.isInteger(value) ? value : Number(value.toPrecision(FRACTION_DIGITS));

/** A finite number, as in JSON: `1e+21` from there on, `1e-7` below 1e-6. */
export const numberText = (value: number | bigint): string =>
  typeof value === 'bigint' ? String(value) : JSON.stringify(shortened(value));
