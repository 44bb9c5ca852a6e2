// Numbers as texts, as Step Functions writes them.
//
// jsonata 2.0.6 rounds every number to 15 digits. Step Functions does not so with whole numbers below 1e21: they have all
// of the digits that their double has, an id of 16 digits is itself
// (measured on AWS: https://github.com/floci-io/floci/pull/2683).

const DIGITS = 15;
/** From here on a text has an exponent. */
const EXPONENT_FROM = 1e21;

const isWrittenInFull = (value: number | bigint): boolean =>
  typeof value === 'bigint' || (Number.isInteger(value) && Math.abs(value) < EXPONENT_FROM);

/** With the digits that it has in texts. */
export const shortened = <T extends number | bigint>(value: T): T | number =>
  isWrittenInFull(value) ? value : Number(Number(value).toPrecision(DIGITS));

/** A finite number, as in JSON: `1e+21` from there on, `1e-7` below 1e-6. */
export const numberText = (value: number | bigint): string =>
  typeof value === 'bigint' ? String(value) : JSON.stringify(shortened(value));
