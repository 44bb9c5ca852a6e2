// The first number of java.util.Random, from which Step Functions draws `$random(seed)`
// (measured on AWS: https://github.com/floci-io/floci/issues/2662).

/** The linear congruential generator that the documentation of java.util.Random prescribes. */
const MULTIPLIER = 0x5_deec_e66dn;
const INCREMENT = 0xbn;
const STATE_BITS = 48;

/** `new Random(seed).nextDouble()`: 26 and 27 bits of two steps. @param seed a whole number */
export function firstDouble(seed: bigint): number {
  const first = next(BigInt.asUintN(STATE_BITS, seed) ^ MULTIPLIER);
  const high = first >> 22n;
  const low = next(first) >> 21n;
  return Number((high << 27n) + low) / 2 ** 53;
}

const next = (state: bigint): bigint => BigInt.asUintN(STATE_BITS, state * MULTIPLIER + INCREMENT);
